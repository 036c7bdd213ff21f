"""What tests show of a sentence goes by the tables it stands on, not by the id a company happens to give it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallra.policy import read_policy
from gallra.running.built_in import built_in, sentences, table

POLICIES = Path(__file__).resolve().parents[2] / "policies"


@pytest.mark.parametrize("name", ["swinx", "munkeby", "swinx-mended", "munkeby-mended"])
def test_the_sentences_of_the_two_policies_have_their_own_tests(name: str) -> None:
    policy = read_policy(POLICIES / f"{name}.toml")
    for promise in policy.promises():
        assert built_in(policy, promise) == sentences()[promise].built_in


def renamed(text: str, old: str, new: str) -> str:
    assert f'"{old}"' in text
    return text.replace(f'"{old}"', f'"{new}"')


def test_a_company_s_own_id_has_the_tests_of_its_table() -> None:
    text = renamed((POLICIES / "munkeby.toml").read_text(encoding="utf-8"), "M5", "E7")
    policy = read_policy(text)
    assert built_in(policy, "E7") == sentences()["M5"].built_in
    assert built_in(policy, "E7").tests


def test_an_id_that_happens_to_be_known_borrows_nothing() -> None:
    text = renamed((POLICIES / "munkeby.toml").read_text(encoding="utf-8"), "M24", "S7")
    policy = read_policy(text)
    shown = built_in(policy, "S7")
    assert table(policy, "rights") == "rights"
    assert not set(shown.tests) & set(sentences()["S7"].built_in.tests)
    assert not shown.whole, "what keeps a way to ask is not whole in this release"
