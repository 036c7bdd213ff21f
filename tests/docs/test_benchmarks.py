"""The page of benchmarks says what was measured, and names what was not."""

from __future__ import annotations

import json
from importlib import import_module

from bench.report import KEPT_FILE, PAGE_FILE, document

CASES = list(import_module("bench.cases").CASES)


def test_the_page_is_made_from_what_was_measured() -> None:
    kept = json.loads(KEPT_FILE.read_text("utf-8"))
    assert list(kept) == [case for case in CASES if case in kept]
    assert PAGE_FILE.read_text("utf-8") == document(kept, [case for case in CASES if case not in kept])
