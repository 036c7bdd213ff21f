"""One day of one operation, and the exact bounds it gives (invariant 6): the clock is read once, at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.tables import TYPES
from gallra.kinds import ColumnType

GRACE = timedelta(hours=48)
"""How long after its day what is due may wait before its promise is broken (design.md section 1)."""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of `day` in `zone`, in UTC: also where the clocks skip or repeat midnight."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def local(moment: datetime, zone: ZoneInfo) -> date:
    """The day a moment falls on in `zone`."""
    return moment.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Today:
    """The day `now` falls on in the controller's zone, and what follows from it."""

    now: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, now: datetime, timezone: str) -> Today:
        """Raises ValueError for a moment without zone."""
        if now.tzinfo is None:
            raise ValueError("a moment without time zone")
        return cls(now.astimezone(UTC), ZoneInfo(timezone))

    @property
    def day(self) -> date:
        return local(self.now, self.zone)

    @property
    def late(self) -> date:
        """What became due on this day or before is more than 48 hours past the start of its day."""
        day = local(self.now - GRACE, self.zone)
        return day if midnight(day, self.zone) + GRACE < self.now else day - timedelta(days=1)

    def on(self, day: date) -> Today:
        """The same zone on another day, at its first moment."""
        return Today(midnight(day, self.zone), self.zone)


def up_to(what: ColumnElement[Any], kind: ColumnType, day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Whether a date or moment lies on `day` or before: one bound, so that an index range finds it. NULL is no."""
    if kind == "date":
        return what <= bindparam(None, day, type_=TYPES["date"], unique=True)
    start = midnight(day + timedelta(days=1), zone)
    return what < bindparam(None, start, type_=TYPES["timestamp"], unique=True)


def day_of(value: date | datetime | None, zone: ZoneInfo) -> date | None:
    """The calendar day of a date or moment as the database gave it (a naive moment counts as UTC)."""
    if isinstance(value, datetime):
        return local(value if value.tzinfo else value.replace(tzinfo=UTC), zone)
    return value


def both(clauses: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """All of them; an empty list is a mistake of the caller and raises, for it would mean every row."""
    if not clauses:
        raise ValueError("no condition")
    return and_(*clauses)
