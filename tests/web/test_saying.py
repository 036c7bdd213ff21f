"""Numbers, days and moments in words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gallra.site import saying

ZONE = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)
LATE = datetime(2026, 11, 22, 23, 30, tzinfo=ZONE)
SWEEP = datetime(2026, 11, 23, 2, 0, tzinfo=ZONE)


def plain(said: str) -> str:
    """Ordinary spaces for unbreakable ones, so that expectations can be read."""
    return said.replace(saying.HARD, " ")


def test_numbers_have_thin_unbreakable_spaces() -> None:
    assert saying.number(10982) == "10\N{NARROW NO-BREAK SPACE}982"
    assert saying.number(999) == "999"
    assert saying.number(0) == "0"
    assert saying.number(None) == "–"


@pytest.mark.parametrize(
    ("value", "sv", "en"),
    [
        (date(2026, 11, 21), "21 nov 2026", "21 Nov 2026"),
        (date(2027, 3, 1), "1 mars 2027", "1 Mar 2027"),
        (date(2028, 2, 29), "29 feb 2028", "29 Feb 2028"),
    ],
)
def test_days(value: date, sv: str, en: str) -> None:
    assert plain(saying.day(value, "sv")) == sv
    assert plain(saying.day(value, "en")) == en


def test_long_days() -> None:
    assert plain(saying.long_day(date(2026, 11, 1), "sv")) == "1 november 2026"
    assert plain(saying.long_day(date(2026, 5, 1), "en")) == "1 May 2026"


@pytest.mark.parametrize(
    ("value", "now", "sv", "en"),
    [
        (datetime(2026, 11, 22, 2, 4, tzinfo=ZONE), NOON, "i dag 02.04", "today 02:04"),
        (datetime(2026, 11, 21, 2, 4, tzinfo=ZONE), NOON, "i går 02.04", "yesterday 02:04"),
        (datetime(2026, 11, 20, 2, 4, tzinfo=ZONE), NOON, "20 nov 2026 02.04", "20 Nov 2026 02:04"),
        (SWEEP, NOON, "i natt 02.00", "tonight 02:00"),
        (SWEEP, LATE, "i natt 02.00", "tonight 02:00"),
        (datetime(2026, 11, 23, 14, 0, tzinfo=ZONE), NOON, "i morgon 14.00", "tomorrow 14:00"),
        (datetime(2026, 11, 24, 2, 0, tzinfo=ZONE), NOON, "24 nov 2026 02.00", "24 Nov 2026 02:00"),
    ],
)
def test_moments_are_told_from_when_they_are_read(value: datetime, now: datetime, sv: str, en: str) -> None:
    assert plain(saying.moment(value, now, "sv")) == sv
    assert plain(saying.moment(value, now, "en")) == en


def test_what_the_coming_sweep_takes_goes_tonight() -> None:
    assert plain(saying.due_day(date(2026, 11, 23), SWEEP, NOON, "sv")) == "i natt"
    assert plain(saying.due_day(date(2026, 11, 1), SWEEP, NOON, "sv")) == "i natt"
    assert plain(saying.due_day(date(2026, 11, 24), SWEEP, NOON, "sv")) == "24 nov 2026"


def test_a_sweep_by_day_is_not_said_to_be_at_night() -> None:
    by_day = datetime(2026, 11, 22, 14, 0, tzinfo=ZONE)
    assert plain(saying.due_day(date(2026, 11, 1), by_day, NOON, "sv")) == "i dag"
    assert plain(saying.due_day(date(2026, 11, 1), None, NOON, "sv")) == "1 nov 2026"


def test_a_phrase_becomes_a_sentence_once() -> None:
    assert saying.sentence("inget är försenat") == "Inget är försenat."
    assert saying.sentence("Inget är försenat.") == "Inget är försenat."
    assert saying.sentence("support.case (ärenden) saknar tid") == "support.case (ärenden) saknar tid."
    assert saying.sentence("") == ""
