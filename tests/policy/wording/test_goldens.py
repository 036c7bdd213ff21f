"""The golden pages and tables, which a person has read, are unchanged."""

from __future__ import annotations

import pytest

from tests.policy.wording.goldens import GOLDEN, files


@pytest.mark.parametrize("name", sorted(files()))
def test_the_words_are_those_that_were_read(name: str) -> None:
    """After a meant change: `python -m tests.policy.wording.goldens`, and read the difference."""
    assert files()[name] == GOLDEN.joinpath(name).read_text("utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(files())
