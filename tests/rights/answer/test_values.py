"""What people write is text in a letter, whatever signs are in it: never markup, never code, never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.rights.answer import typeset
from gallra.rights.answer.blocks import Grid, Heading, Items, Letter, Pairs, Para, as_data, breakable, visible
from gallra.rights.answer.typeset import Unprintable
from tests.rights.answer.reading import bare, faults, text
from tests.rights.answer.world import NOON

MARKUP = [
    '#panic("x") #import "@preview/a:1.0.0": b #read("/etc/passwd") #{1+1} #let x = 1',
    "$ x^2 $ *stark* _kursiv_ `kod` ```block``` <etikett> @referens",
    "= ingen rubrik\n- ingen lista\n+ 1. heller inte\n/ inget: begrepp",
    "\\ \\n \\u{41} \\# // ingen kommentar /* inte heller */ ~ -- --- ...",
    "\"raka\" 'tecken' ”svenska” “engelska” ‘enkla’ [hake] {klammer} %s {0} {name}",
    "Ångström Ærø Łódź Šiauliai Ελλάδα Київ שלום עולם سلام",
]
LONG = "x" * 10_000


def plain(value: str) -> Letter:
    """A letter with the value wherever one can stand."""
    return Letter(
        language="sv", title="Svar", sender=("Munkeby Systems", value[:200]), to=(value[:200],),
        meta=((value[:20], value[:40]),),
        blocks=(
            Heading(value[:200]), Para(value), Para(value[:200], style="quiet"), Items((value[:200],)),
            Pairs(((value[:100], value),)), Grid(("A", "B"), ((value[:200], value),), (1, 2)),
        ),
        page="sida {n} av {of}", foot="Munkeby", unseen="Tecken saknas",
    )  # fmt: skip


@pytest.mark.parametrize("value", MARKUP)
def test_markup_comes_out_as_text(value: str) -> None:
    pdf = typeset.pdf(plain(value), now=NOON)
    if not any("\u0590" <= sign <= "\u06ff" for sign in value):  # the reader turns right-to-left words around
        assert bare(text(pdf)).count(bare(value)) >= 3
    assert faults(pdf, language="sv", title="Svar") == []


def test_ten_thousand_letters_without_a_space_stay_on_the_page() -> None:
    pdf = typeset.pdf(
        replace(plain("kort"), blocks=(Para(LONG), Grid(("A", "B"), ((LONG[:500], "b"),), (1, 1)))), now=NOON
    )
    assert bare(text(pdf)).count("x") >= len(LONG) + 500
    assert _widest(pdf) <= 596, "nothing is set beyond the edge"


def _widest(pdf: bytes) -> float:
    import io

    from pypdf import PdfReader

    edge = 0.0

    def seen(text: str, _: list[float], at: list[float], *__: object) -> None:
        nonlocal edge
        edge = max(edge, at[4] + 4.5 * len(text.strip()))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=seen)
    return edge


def test_what_no_typeface_has_is_named_by_its_number_and_explained() -> None:
    pdf = typeset.pdf(plain("Hej 😀 张伟 \U0001f469\u200d\U0001f4bb"), now=NOON)
    shown = text(pdf)
    for number in ("[U+1F600]", "[U+5F20 U+4F1F]", "[U+1F469 U+1F4BB]"):
        assert number in shown
    assert "Tecken saknas" in shown
    assert "Tecken saknas" not in text(typeset.pdf(plain("Hej"), now=NOON))
    assert faults(pdf, language="sv", title="Svar") == []


def test_signs_that_turn_or_hide_what_stands_around_them_are_named() -> None:
    assert visible("a\u202eb\u2066c\x00d\x1be\ud800f\ue000g\u2028h", ()) == (
        "a[U+202E]b[U+2066]c[U+0000]d[U+001B]e[U+D800]f[U+E000]g[U+2028]h"
    )
    assert visible("rad\r\nrad\rrad\ttab", ()) == "rad\nrad\nrad    tab"
    assert as_data(plain("a\u202eb"), fits=typeset.fits)["unseen"]


def test_addresses_break_after_their_signs_and_words_stay_whole() -> None:
    assert breakable("bo.ek@mycket-lang-doman.exempel.example").replace("\u200b", "|") == (
        "bo.|ek@|mycket-|lang-|doman.|exempel.|example"
    )
    assert breakable("Integritetsskyddsmyndigheten") == "Integritetsskyddsmyndigheten"
    assert breakable("kort text") == "kort text"


@settings(max_examples=15)
@given(st.text(max_size=300))
def test_any_text_gives_a_letter(value: str) -> None:
    pdf = typeset.pdf(plain(value), now=NOON)
    assert pdf.startswith(b"%PDF")


def test_a_letter_that_cannot_be_set_says_nothing_of_what_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "_template", lambda: b"#panic(sys.inputs.letter)")
    with pytest.raises(Unprintable) as caught:
        typeset.pdf(plain("hemligt"), now=NOON)
    assert "hemligt" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
