"""The days of Article 12(3), against dates worked out by hand and a naive oracle that counts day by day."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.rights import clock

DAYS = st.dates(date(2018, 5, 25), date(2060, 12, 31))
PAUSED = st.integers(0, 60)


@pytest.mark.article("12")
@pytest.mark.parametrize(
    ("received", "day", "why"),
    [
        (date(2026, 8, 31), date(2026, 9, 30), "September has no 31st"),
        (date(2026, 1, 31), date(2026, 3, 2), "28 February is a Saturday"),
        (date(2028, 1, 31), date(2028, 2, 29), "a leap year"),
        (date(2026, 11, 22), date(2026, 12, 22), "a plain Tuesday"),
        (
            date(2026, 11, 24),
            date(2026, 12, 24),
            "Christmas Eve is no public holiday: the earlier day is safe",
        ),
        (date(2026, 11, 25), date(2026, 12, 28), "Christmas Day, Boxing Day, a Sunday"),
        (
            date(2026, 12, 1),
            date(2027, 1, 1) + timedelta(days=3),
            "New Year's Day, a Friday, then the weekend",
        ),
        (date(2025, 12, 6), date(2026, 1, 7), "Epiphany, a Tuesday"),
        (date(2026, 3, 3), date(2026, 4, 7), "Good Friday to Easter Monday"),
        (date(2026, 4, 1), date(2026, 5, 4), "May Day, a Friday"),
        (date(2026, 4, 14), date(2026, 5, 15), "Ascension Day, a Thursday"),
        (date(2026, 5, 6), date(2026, 6, 8), "the National Day, a Saturday"),
        (date(2026, 5, 19), date(2026, 6, 19), "Midsummer's Eve is no public holiday"),
        (date(2026, 5, 20), date(2026, 6, 22), "Midsummer's Day, a Saturday"),
        (date(2026, 9, 30), date(2026, 10, 30), "the day before All Saints' Day"),
        (date(2026, 10, 1), date(2026, 11, 2), "a Sunday, 1 November"),
    ],
)
def test_days_worked_out_by_hand(received: date, day: date, why: str) -> None:
    assert clock.due(received).day == day, why


@pytest.mark.article("12")
def test_two_months_more_and_days_of_a_pause() -> None:
    assert clock.due(date(2026, 8, 31), extended=True).day == date(2026, 11, 30)
    assert clock.due(date(2026, 11, 30), extended=True).day == date(2027, 3, 1)  # 28 February is a Sunday
    stood = clock.due(date(2026, 8, 31), paused=10)
    assert (stood.counted, stood.day, stood.moved) == (date(2026, 10, 10), date(2026, 10, 12), True)
    assert clock.days_paused(date(2026, 9, 1), date(2026, 9, 1)) == 0
    assert clock.days_paused(date(2026, 9, 1), date(2026, 9, 11)) == 10
    with pytest.raises(ValueError, match="less than no days"):
        clock.due(date(2026, 8, 31), paused=-1)


def test_the_day_is_the_controllers() -> None:
    late = datetime(2026, 8, 30, 22, 30, tzinfo=UTC)
    assert clock.day_of(late, "Europe/Stockholm") == date(2026, 8, 31)
    assert clock.day_of(late, "UTC") == date(2026, 8, 30)
    with pytest.raises(ValueError, match="time zone"):
        clock.day_of(late.replace(tzinfo=None), "UTC")


def test_more_time_is_told_within_the_first_month() -> None:
    received = date(2026, 8, 31)
    assert clock.may_extend(received, date(2026, 9, 30))
    assert not clock.may_extend(received, date(2026, 10, 1))
    assert clock.may_extend(received, date(2026, 10, 1), paused=1)


def test_reminders_go_once_and_are_made_up_for() -> None:
    day = date(2026, 9, 30)
    assert clock.reminder(day, date(2026, 9, 22), sent=None) is None
    assert clock.reminder(day, date(2026, 9, 23), sent=None) == 7
    assert clock.reminder(day, date(2026, 9, 24), sent=7) is None
    assert clock.reminder(day, date(2026, 9, 28), sent=7) == 2
    assert clock.reminder(day, date(2026, 9, 29), sent=None) == 2, "a week nobody looked is made up for"
    assert clock.reminder(day, date(2026, 10, 5), sent=2) is None


def test_how_a_request_stands() -> None:
    day = date(2026, 9, 30)
    assert clock.standing(day, date(2026, 9, 30), answered=None) == "open"
    assert clock.standing(day, date(2026, 10, 1), answered=None) == "late"
    assert clock.standing(day, date(2026, 10, 1), answered=None, paused=True) == "paused"
    assert clock.standing(day, date(2026, 12, 1), answered=date(2026, 9, 30)) == "in time"
    assert clock.standing(day, date(2026, 12, 1), answered=date(2026, 10, 1)) == "answered late"
    assert [clock.days_left(day, date(2026, 9, d)) for d in (23, 30)] == [7, 0]


@given(DAYS, st.booleans(), PAUSED)
def test_the_oracle_counts_the_same(received: date, extended: bool, paused: int) -> None:
    assert clock.due(received, extended=extended, paused=paused).day == _oracle(received, extended, paused)


@given(DAYS, DAYS, st.booleans(), PAUSED)
def test_who_asks_later_is_never_answered_earlier(a: date, b: date, extended: bool, paused: int) -> None:
    first, second = sorted((a, b))
    found = [clock.due(each, extended=extended, paused=paused).day for each in (first, second)]
    assert found[0] <= found[1]
    assert all(clock.is_working_day(day) for day in found)
    assert clock.due(first, extended=True).day > clock.due(first).day
    assert clock.due(first, paused=paused).day >= clock.due(first).day


def _oracle(received: date, extended: bool, paused: int) -> date:
    """Walks the calendar month by month and day by day; holidays by Gauss and the Act."""
    year, month = received.year, received.month
    for _ in range(3 if extended else 1):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = date(year, month, min(received.day, calendar.monthrange(year, month)[1]))
    for _ in range(paused):
        day += timedelta(days=1)
    while calendar.day_name[day.weekday()] in ("Saturday", "Sunday") or day in _public(day.year):
        day += timedelta(days=1)
    return day


def _public(year: int) -> set[date]:
    """Swedish public holidays by the Act 1989:253."""
    easter = _easter(year)
    fixed = {date(year, *d) for d in ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))}
    around = {easter + timedelta(days=n) for n in (-2, 0, 1, 39, 49)}
    midsummer = next(d for n in range(7) if (d := date(year, 6, 20) + timedelta(days=n)).weekday() == 5)
    saints = next(d for n in range(7) if (d := date(year, 10, 31) + timedelta(days=n)).weekday() == 5)
    return fixed | around | {midsummer, saints}


def _easter(year: int) -> date:
    """Gregorian Easter by the anonymous algorithm (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
