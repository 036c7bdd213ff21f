"""Lists, capitals, genitives, numbers, dates: the small rules of both languages."""

from __future__ import annotations

from datetime import date

import pytest

from gallra.kinds import Text
from gallra.policy.wording import grammar
from gallra.policy.wording.grammar import Lang


@pytest.mark.parametrize(
    ("items", "sv", "en"),
    [
        ([], "", ""),
        (["namn"], "namn", "namn"),
        (["a", "b"], "a och b", "a and b"),
        (["a", "b", "c"], "a, b och c", "a, b and c"),
        (["a, b", "c"], "a, b; och c", "a, b; and c"),
        (["”A och B”", "C"], "”A och B” och C", "”A och B” and C"),
    ],
)
def test_lists_have_a_conjunction_and_no_comma_before_it(items: list[str], sv: str, en: str) -> None:
    assert grammar.listed(items, "sv") == sv
    assert grammar.listed(items, "en") == en


def test_a_list_whose_items_have_the_conjunction_uses_another() -> None:
    assert grammar.listed(["ge råd och stöd", "fakturera"], "sv") == "ge råd och stöd samt fakturera"
    assert grammar.listed(["advise and help", "send invoices"], "en") == "advise and help, and send invoices"
    assert grammar.listed(["a eller b", "c"], "sv", last="or") == "a eller b, eller c"
    assert grammar.listed(["a", "b"], "en", last="or") == "a or b"


def test_titles_that_read_as_two_are_quoted_beside_others_only() -> None:
    assert grammar.titles(["Avtal och fakturering"], "sv") == "Avtal och fakturering"
    assert grammar.titles(["CRM", "Avtal och fakturering"], "sv") == "CRM och ”Avtal och fakturering”"
    assert grammar.titles(["CRM", "Agreements and invoicing"], "en") == "CRM and “Agreements and invoicing”"
    assert grammar.titles([], "en") == ""


def test_a_sentence_has_a_capital_and_one_full_stop() -> None:
    assert grammar.sentence("ärendet  är stängt ") == "Ärendet är stängt."
    assert grammar.sentence("Färdigt.") == "Färdigt."
    assert grammar.sentence("vad    nu?") == "Vad nu?"
    assert grammar.capital("") == ""


@pytest.mark.parametrize(
    ("name", "sv", "en"),
    [
        ("Microsoft", "Microsofts", "Microsoft's"),
        ("SWINX", "SWINX", "SWINX's"),
        ("Munkeby Systems", "Munkeby Systems", "Munkeby Systems's"),
        ("DGC", "DGC:s", "DGC's"),
    ],
)
def test_genitives(name: str, sv: str, en: str) -> None:
    assert grammar.genitive(name, "sv") == sv
    assert grammar.genitive(name, "en") == en


def test_small_numbers_are_words_and_large_ones_have_thin_spaces() -> None:
    assert [grammar.number(n, "sv") for n in (0, 1, 3, 12, 13)] == ["noll", "ett", "tre", "tolv", "13"]
    assert [grammar.number(n, "en") for n in (1, 12, 2024)] == ["one", "twelve", "2024"]
    assert grammar.digits(10_982) == "10\N{NARROW NO-BREAK SPACE}982"
    assert grammar.digits(9_999) == "9999"
    assert grammar.number(-1, "sv") == "-1"


def test_ordinals() -> None:
    assert [grammar.ordinal(n, "sv") for n in (1, 3, 12, 13, 21, 22, 111)] == [
        "första", "tredje", "tolfte", "13:e", "21:a", "22:a", "111:e",
    ]  # fmt: skip
    assert [grammar.ordinal(n, "en") for n in (7, 13, 21, 22, 23, 24, 112)] == [
        "seventh", "13th", "21st", "22nd", "23rd", "24th", "112th",
    ]  # fmt: skip


@pytest.mark.parametrize(("lang", "said"), [("sv", "1 november 2026"), ("en", "1 November 2026")])
def test_dates_have_the_months_name(lang: Lang, said: str) -> None:
    assert grammar.dated(date(2026, 11, 1), lang) == said


def test_a_phrase_in_both_languages() -> None:
    assert grammar.both(lambda lang: grammar.number(2, lang)) == Text("två", "two")
