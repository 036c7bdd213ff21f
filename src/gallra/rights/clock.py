"""When a request must be answered (Article 12(3)): pure, no clock is read here, no Django.

One month from the day of receipt: the day of the same number in the next month, or its last day (31 August → 30
September). A last day that is a Saturday, a Sunday or a Swedish public holiday moves to the next working day
(Regulation 1182/71, article 3). Public holidays are those of the Act 1989:253; Midsummer's, Christmas and New Year's
Eve are not among them and move nothing: the earlier day is the safe one. Two months more where the person was told
so, with reasons, within the first month. While identity is asked for the clock stands, and the days are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from holidays import country_holidays
from holidays.holiday_base import HolidayBase

from gallra.policy.periods import Period

FIRST, EXTENDED = Period(months=1), Period(months=3)
"""From receipt: the month, and with the two months more."""
REMINDERS = (7, 2)
"""Days before the last one on which staff are reminded."""

Standing = Literal["open", "paused", "late", "in time", "answered late"]


@dataclass(frozen=True, slots=True)
class Due:
    """The day of a request, and how it came about, so that the office can say so.

    counted: the day as the calendar gives it; day: the last day, after weekends and holidays; extended: with the two
    months more; paused: days that the clock stood.
    """

    received: date
    counted: date
    day: date
    extended: bool = False
    paused: int = 0

    @property
    def moved(self) -> bool:
        """Whether a weekend or holiday moved the day."""
        return self.day != self.counted


def due(received: date, *, extended: bool = False, paused: int = 0) -> Due:
    """The last day for the answer to what was received on a day. paused: days the clock stood, from 0."""
    if paused < 0:
        raise ValueError("a clock does not stand for less than no days")
    period = EXTENDED if extended else FIRST
    counted = period.after(received) + timedelta(days=paused)
    return Due(received, counted, next_working_day(counted), extended, paused)


def day_of(moment: datetime, zone: str) -> date:
    """The day of a moment in the controller's time zone. ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return moment.astimezone(ZoneInfo(zone)).date()


def is_working_day(day: date) -> bool:
    """Whether it is neither a Saturday, a Sunday nor a public holiday in Sweden."""
    return day.weekday() < 5 and day not in _holidays()


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def may_extend(received: date, on: date, *, paused: int = 0) -> bool:
    """Whether it is still within the first month, in which the person must be told of more time."""
    return on <= due(received, paused=paused).day


def days_paused(since: date, until: date) -> int:
    """Days a pause adds: none where it ended on the day it began."""
    return max(0, (until - since).days)


def days_left(day: date, on: date) -> int:
    """Days until the last one: 0 on it, negative after it."""
    return (day - on).days


def reminder(day: date, on: date, *, sent: int | None) -> int | None:
    """The reminder that is due on a day, as days before the last one; None where none is, or it went out.

    sent: the last reminder that went out. A day that nobody worked on is made up for: the nearest one counts.
    """
    left = days_left(day, on)
    passed = [before for before in REMINDERS if left <= before]
    nearest = min(passed, default=None)
    return nearest if nearest is not None and (sent is None or nearest < sent) else None


def standing(day: date, on: date, *, answered: date | None, paused: bool = False) -> Standing:
    """How a request stands on a day: the clock of one that is paused is not running."""
    if answered is not None:
        return "in time" if answered <= day else "answered late"
    if paused:
        return "paused"
    return "late" if on > day else "open"


@cache
def _holidays() -> HolidayBase:
    """Fills itself with each year that is asked for."""
    return country_holidays("SE", categories=("public",))
