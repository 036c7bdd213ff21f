"""Telephone numbers in other people's texts and documents: found however they are written, by the index, and nothing
else is.
"""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gallra import naming
from gallra.engine.person.mentions import _Asking
from gallra.engine.person.redacting import Hidden
from gallra.portal.models import Arrival
from gallra.registers import contents, searching
from gallra.registers.support.models import Case, Contact, Note
from gallra.running import persons
from gallra.running.persons import own_people
from gallra.systems.connection import OwnDatabase
from tests.person.test_mentions import _attached, _cleos, _kinds
from tests.person.world import BO, LONG_AGO, NIGHT

pytestmark = [pytest.mark.usefixtures("db", "policy"), pytest.mark.promise("S8", "S20", "M21")]
APART = " \t\n\u00a0\u2009()./-\u2010\u2013\u2014\u2015"
NUMBERS = st.tuples(
    st.sampled_from(["8", "40", "70", "911"]), st.text("0123456789", min_size=5, max_size=7)
).map("".join)
"""Of Sweden, without the zero."""


def plain(digits: str) -> str:
    """The number that somebody dials who has these digits before them."""
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = f"46{digits[1:]}"
    return f"46{digits[3:]}" if digits.startswith("460") else digits


def has(text: str, number: str) -> bool:
    """The oracle: from every group of digits, on over what may stand between two groups, to every group after it."""
    for start, sign in enumerate(text):
        if not "0" <= sign <= "9" or (start and "0" <= text[start - 1] <= "9"):
            continue
        digits, gap = "", 0
        for at in range(start, len(text)):
            if "0" <= text[at] <= "9":
                digits, gap = digits + text[at], 0
                ends = at + 1 == len(text) or not "0" <= text[at + 1] <= "9"
                if ends and plain(digits) == f"46{number}":
                    return True
            else:
                gap += 1
                if gap > 4 or text[at] not in APART:
                    break
    return False


@st.composite
def texts(draw: st.DrawFn, number: str) -> str:
    """The number whole, cut, grouped anyhow, with every prefix, among other digits."""
    prefix = draw(st.sampled_from(["0", "+46", "0046", "46", "+46 (0)", "0046(0)", "(0", "", "00", "1"]))
    parts = [prefix]
    for digit in draw(st.sampled_from([number, number, number, number[:-1], number[1:], f"{number}3"])):
        parts += [
            digit,
            draw(st.sampled_from(["", "", "", " ", "-", ") ", " - ", "\u00a0", "\n", "     ", ",", "x"])),
        ]
    before = draw(st.sampled_from(["", "ring ", "12 ", "7", "tel:", "2026-11-22 ", "å"]))
    after = draw(st.sampled_from(["", ".", " 12", "4", "kl", ", 08-1", "ö"]))
    return before + "".join(parts) + after


@settings(max_examples=40)
@given(st.data(), NUMBERS)
@example(None, "701234567")
def test_a_number_is_found_however_it_is_written_and_nothing_else(
    data: st.DataObject | None, number: str
) -> None:
    said = [
        "070-123 45 67",
        "+46 (0)70 - 123 45 67",
        "1 070 1234567 2",
        "0701234567,8",
        "070-1234568",
        "0070-1234567",
    ]
    if data is not None:
        said = data.draw(st.lists(texts(number), min_size=1, max_size=8))
    Note.objects.all().delete()
    case = Case.objects.first() or _cleos()
    notes = [
        Note.objects.create(case=case, channel="note", author="x", text=text, made_at=LONG_AGO)
        for text in said
    ]
    stored = f"+46 (0){number[:2]}-{number[2:]}"
    known = naming.terms("", (), [stored])
    assert known == naming.terms("", (), [f"0{number}"]) == naming.terms("", (), [f"0046{number}"])
    asking = _Asking(
        OwnDatabase(), own_people(), frozenset(), frozenset(), naming.asked(known), naming.pattern(known), ""
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found, _, _ = asking.of(_kinds()["support_note"])
    wanted = {note.pk for note, text in zip(notes, said, strict=True) if has(text, number)}
    assert {mention.key for mention in found} == wanted
    hidden = Hidden.of({1: known}, own=["0"], mark="#")
    tokens = [set(searching.tokens(naming.tails(text)).split()) for text in said]
    ends = {searching.token(end) for term in known for end in naming.ends_of(term)}
    for note, text, of_document in zip(notes, said, tokens, strict=True):
        assert bool(hidden.text(text)[1]) == (note.pk in wanted)
        assert note.pk not in wanted or of_document & ends


def test_a_number_in_a_text_a_document_or_a_form_is_a_mention(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _cleos()
    Contact.objects.create(name="Bo Ek", email=BO, phone="070-123 45 67")
    note = Note.objects.create(
        case=case, channel="note", author="x", text="ring +46 70 1234567", made_at=LONG_AGO
    )
    Note.objects.create(case=case, channel="note", author="x", text="ring 070-123 45 68", made_at=LONG_AGO)
    paper = _attached(case, b"Numret: (070) 123 45 67")
    _attached(case, b"Numret: 170 123 45 67")
    arrived = Arrival.objects.create(
        way="support", fate="form", language="sv", address="dan@annan.example", subject="Fel", came_at=LONG_AGO,
        said="Bo Ek har 0046(0)701234567",
    )  # fmt: skip
    other = {"way": "support", "fate": "form", "language": "sv", "came_at": LONG_AGO}
    Arrival.objects.create(address=BO, said="Bo Ek skriver själv", **other)
    Arrival.objects.create(address="eva@annan.example", said="Boel Eken", **other)
    found = persons.find(BO, now=NIGHT, also_mentions=True).mentions or ()
    assert {(m.table, m.key, m.column) for m in found} == {
        ("support_note", note.pk, "text"), ("support_document", paper.pk, "file"),
        ("portal_arrival", arrived.pk, "said"),
    }  # fmt: skip
    monkeypatch.setattr(contents, "text_of", lambda data: None)
    assert searching.searchable(b"x") == ""


def test_a_text_of_nothing_but_numbers_is_read_each_time() -> None:
    case = _cleos()
    Contact.objects.create(name="Bo Ek", email=BO, phone="0701234567")
    many = " ".join(str(number) for number in range(1_000_000, 1_000_000 + 30_000))
    note = Note.objects.create(
        case=case, channel="note", author="x", text=f"{many} 0701234567", made_at=LONG_AGO
    )
    [found] = persons.find(BO, now=NIGHT, also_mentions=True).mentions or ()
    assert found.key == note.pk
