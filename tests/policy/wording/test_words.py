"""Every word that the language and the registers use has a name on the page."""

from __future__ import annotations

from typing import get_args

import pytest

from gallra import kinds as declared
from gallra.policy import words as language
from gallra.policy.law import own_records
from gallra.policy.wording import words
from gallra.policy.wording.sentences import own, rights
from gallra.systems.own import kinds


def test_every_closed_word_of_the_language_is_worded() -> None:
    assert set(words.FIELDS) == set(declared.FIELDS)
    assert set(words.WAYS_IN) == set(get_args(language.WayIn))
    assert set(words.ELSEWHERE) == set(get_args(language.Elsewhere))
    assert set(words.BASES) == set(get_args(language.Basis))
    assert set(words.AUDIENCES) == set(get_args(language.Audience))
    assert set(words.RIGHTS) == set(get_args(language.Right))
    assert set(words.SHARING_EXCEPTIONS) == set(get_args(language.Exception_))
    assert set(words.REVIEW_ASKS) == set(get_args(language.ReviewAsks))
    for name in set(get_args(language.Right)) - {"complaint"}:
        assert rights.right(name, "sv") != rights.right(name, "en")
    for check in get_args(language.KeptBy):
        assert own.statement(check, "sv").endswith(".")


def test_every_word_of_the_registers_is_worded() -> None:
    assert {hold for kind in kinds().values() for hold in kind.holds} <= set(words.HOLDS)
    people = [path for kind in kinds().values() for path in kind.people]
    people += [path for kind in kinds().values() for part in kind.parts for path in part.people]
    assert {path.role.en for path in people} <= set(words.ROLES)
    assert set(kinds()) >= words.PERSONAL_KINDS


def test_every_event_of_gallras_own_records_is_worded() -> None:
    assert {record.after for record in own_records().values()} <= set(own.CLAUSES)


@pytest.mark.parametrize(
    "text", [t for table in (words.FIELDS, words.HOLDS, words.ROLES) for t in table.values()]
)
def test_words_stand_inside_a_sentence(text: declared.Text) -> None:
    for said in (text.sv, text.en):
        assert said == said.strip()
        assert said[0].islower()
        assert not said.endswith(".")


def test_an_unknown_word_is_printed_as_it_stands() -> None:
    assert words.word(words.HOLDS, "moon phase", "sv") == "moon phase"
