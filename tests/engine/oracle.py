"""The naive oracle: what must happen to each record, in plain Python, from dates alone; it knows no SQL and none of
the engine.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Law:
    """One rule as the oracle sees it."""

    kind: str
    action: str
    event: str
    months: int
    days: int = 0
    when: bool | None = None
    sooner: bool = False


@dataclass(frozen=True)
class Firm:
    """A company: how many agreements are open, and the last end."""

    open: int = 0
    until: date | None = None


@dataclass
class Thing:
    """A record: its dates by event, its firm and people by number, its flag."""

    kind: str
    dates: dict[str, date | datetime | None]
    firm: Firm | None = None
    contact: int | None = None
    writer: int | None = None
    flag: bool = False
    agreement: bool = True
    year_end: date | None = None
    reviewed: datetime | None = None
    decided: bool = False
    held: list[tuple[date, date | None]] = field(default_factory=list)


@dataclass(frozen=True)
class PersonHold:
    contact: int
    begins: date
    until: date | None


LAST_AGREEMENT = "the company's last agreement ended"


def plus(day: date, months: int, days: int) -> date:
    """A calendar period later: the same day of the month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1])) + timedelta(days=days)


def on(moment: date | datetime | None, zone: ZoneInfo) -> date | None:
    if isinstance(moment, datetime):
        return moment.astimezone(zone).date()
    return moment


def happened(thing: Thing, event: str, zone: ZoneInfo) -> date | None:
    """The day of the event, None while it has not happened."""
    if event == LAST_AGREEMENT:
        return None if thing.firm is None or thing.firm.open else thing.firm.until
    return on(thing.dates.get(event), zone)


def never(thing: Thing, event: str, zone: ZoneInfo) -> bool:
    """Whether the event can never happen."""
    if event == LAST_AGREEMENT:
        return thing.firm is None or (thing.firm.open == 0 and thing.firm.until is None)
    return event == "the agreement ended" and not thing.agreement and happened(thing, event, zone) is None


def matches(law: Law, thing: Thing) -> bool:
    return law.kind == thing.kind and (law.when is None or law.when == thing.flag)


def due(law: Law, thing: Thing, day: date, zone: ZoneInfo) -> bool:
    """Whether the law wants the record on that day; a review: whether a person has to decide."""
    if not matches(law, thing):
        return False
    since = happened(thing, law.event, zone)
    if law.action != "review":
        return since is not None and plus(since, law.months, law.days) <= day
    if thing.decided:
        return False
    reviewed = on(thing.reviewed, zone)
    if law.sooner:
        ended = happened(thing, LAST_AGREEMENT, zone)
        if ended is not None and ended <= day and (reviewed is None or reviewed < ended):
            return True
    if since is None:
        return False
    start = max(since, reviewed) if reviewed else since
    return plus(start, law.months, law.days) <= day


def held(thing: Thing, holds: list[PersonHold], day: date) -> bool:
    spans = list(thing.held)
    spans += [(h.begins, h.until) for h in holds if h.contact in (thing.contact, thing.writer)]
    return any(begins <= day and (until is None or day <= until) for begins, until in spans)


def obliged(thing: Thing, years: int | None, day: date) -> bool:
    """Kept through the years-th year after the one in which the financial year closed."""
    if years is None or not thing.kind.startswith("finance."):
        return False
    return thing.year_end is None or day <= date(thing.year_end.year + years, 12, 31)


def fate(
    thing: Thing, laws: list[Law], holds: list[PersonHold], years: int | None, day: date, zone: ZoneInfo
) -> str:
    """ "erase", "archive", "review" or "stay"."""
    if held(thing, holds, day) or obliged(thing, years, day):
        return "stay"
    if thing.decided and any(law.action == "review" and law.kind == thing.kind for law in laws):
        return "erase"
    wanted = {law.action for law in laws if due(law, thing, day, zone)}
    return next((verb for verb in ("erase", "archive") if verb in wanted), "stay")
