"""The policy that docs/getting-started.md adopts: it has no finding, and the page quotes it as it is."""

from __future__ import annotations

from pathlib import Path

from gallra.policy import read_policy
from gallra.policy.check import check
from gallra.policy.law import load_law
from gallra.systems.own import kinds

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_first_policy_has_no_finding() -> None:
    assert check(read_policy(DOCS / "first-policy.toml"), law=load_law(), kinds=kinds()) == []


def test_getting_started_quotes_the_file() -> None:
    policy, page = (
        read_policy(DOCS / "first-policy.toml"),
        (DOCS / "getting-started.md").read_text(encoding="utf-8"),
    )
    lines = policy.lines("E4")
    assert lines
    assert "\n".join(lines) in page
    assert policy.version[:12] in page, "the version that gallra adopt tells"
