"""One short sentence per promise, for the board."""

from __future__ import annotations

import pytest

from gallra.policy.law import load_law
from gallra.policy.wording import reading_of, sentence_of
from gallra.policy.wording.page import BOARD
from gallra.systems.own import kinds
from tests.policy.wording.goldens import POLICIES, policy, worded


@pytest.mark.parametrize("name", POLICIES)
def test_every_promise_has_a_short_sentence_in_both_languages(name: str) -> None:
    for promise in policy(name).promises():
        said = sentence_of(policy(name), promise, kinds=kinds(), law=load_law())
        for lang, text in (("sv", said.sv), ("en", said.en)):
            first = worded(name, lang).of(promise)[0].text
            assert text.startswith(first)
            assert len(text) < BOARD or text == first


def test_sentences_that_belong_together_are_told_together() -> None:
    said = sentence_of(policy("munkeby"), "M21", kinds=kinds(), law=load_law())
    assert "rättade" in said.sv
    assert "raderade" in said.sv


def test_an_unknown_promise_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="S99"):
        sentence_of(policy("munkeby"), "S99", kinds=kinds(), law=load_law())
    with pytest.raises(KeyError):
        reading_of(policy("munkeby"), "S99")


def test_the_reading_of_a_promise() -> None:
    reading = reading_of(policy("munkeby"), "M16")
    assert reading is not None
    assert reading.sv.startswith("Vid arkiveringen")
    assert reading_of(policy("munkeby"), "M2") is None
    both = reading_of(policy("swinx-mended"), "S18")
    assert both is not None
    assert "Partner och kunder utan avtal" in both.sv
