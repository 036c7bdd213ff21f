"""The registry of findings is closed: an id twice, or a level that is none, is an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gallra.policy.check import registry
from gallra.policy.check.finding import Case, Found, finding, listed


def nothing(case: Case) -> Iterator[Found]:
    yield from ()


def test_an_id_is_taken_once() -> None:
    with pytest.raises(ValueError, match="two findings are called basis-missing"):
        finding("basis-missing", "error", "x")(nothing)


def test_a_level_is_one_of_three() -> None:
    with pytest.raises(ValueError, match="is not a level"):
        finding("new", "fatal", "x")(nothing)  # type: ignore[arg-type]
    assert "new" not in registry()


def test_words_are_listed() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "sv") == "a, b och c"
    assert listed(["a", "b"]) == "a and b"
