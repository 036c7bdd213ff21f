"""When things happened, so that every rule of a policy has records that are kept, waiting, nearly due and
due.

A clock reads the policy's rules: whatever starts the clock of a rule happens mostly at any time since the
rule would have taken it, now and then exactly so that the record is due now, or within the coming fortnight.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gallra.policy.periods import Period
from gallra.policy.rules import Rule, Rules

UNSWEPT_DAYS = 2
"""The company swept every night until so many days ago: what fell due yesterday and today is still there."""
NEARLY_DAYS = 14
HISTORY_DAYS = 5 * 365
_DUE, _NEARLY = (2,), (4, 9, 16)
"""Of every so many happenings that start a clock, these are placed: one so that its record is due, three
nearly due."""


class Clocks:
    """Days and moments of a history that ends at `now` (aware) under `rules`."""

    def __init__(self, rules: Rules, *, rng: random.Random, now: datetime) -> None:
        self.rules = rules
        self.zone = ZoneInfo(rules.timezone)
        self.now = now.astimezone(self.zone)
        self.today: date = self.now.date()
        self._rng = rng
        self._counts: dict[tuple[str, str], int] = defaultdict(int)

    def periods(self, kind: str, event: str) -> tuple[Period, ...]:
        """The periods that run from `event` for records of `kind`, reviews too, shortest first."""
        found = [rule.period for rule in self.rules_of(kind) if rule.event == event]
        return tuple(sorted(found, key=lambda period: period.after(self.today)))

    def rules_of(self, kind: str) -> Sequence[Rule]:
        return [rule for rule in self.rules.rules if rule.kind == kind]

    def due_day(self, period: Period) -> date:
        """A day from which `period` has passed today or yesterday, and not before.

        Some days have none (no day is three months before 31 May): then the last one that is due.
        """
        day = period.cutoff(self.today - timedelta(days=self._rng.randrange(UNSWEPT_DAYS)))
        swept = self.today - timedelta(days=UNSWEPT_DAYS)
        return day if period.after(day) > swept else period.cutoff(self.today)

    def nearly_day(self, period: Period) -> date:
        """A day from which `period` passes within the coming fortnight."""
        return period.cutoff(self.today + timedelta(days=self._rng.randrange(1, NEARLY_DAYS + 1)))

    def placed(self, kind: str, event: str, *, every: int) -> date | None:
        """A day for `event` that makes a record of `kind` due or nearly due; None for most of `every` calls,
        and where no rule runs from the event."""
        periods = self.periods(kind, event)
        turn = self._counts[kind, event] % every
        self._counts[kind, event] += 1
        if periods and turn in _DUE:
            return self.due_day(periods[0])
        if periods and turn in _NEARLY:
            return self.nearly_day(periods[0])
        return None

    def day(self, kind: str, event: str, *, every: int = 24, since: date | None = None) -> date:
        """A day on which `event` happened to a record of `kind`: placed as `placed` does, else any that the
        rule has not taken yet, not before `since`; any of five years where there is no rule."""
        placed = self.placed(kind, event, every=every)
        if placed:
            return placed
        periods = self.periods(kind, event)
        return self.any_day(since=since, within=periods[0] if periods else None)

    def any_day(self, *, since: date | None = None, within: Period | None = None) -> date:
        """Any day of the last five years, no further back than `within` and `since` allow, today included."""
        first = self.today - timedelta(days=HISTORY_DAYS)
        if within:
            first = max(first, within.cutoff(self.today - timedelta(days=UNSWEPT_DAYS)) + timedelta(days=1))
        if since:
            first = max(first, since)
        return self.between(first, self.today)

    def between(self, first: date, last: date) -> date:
        """Any day from `first` to `last`, both included; `last` where they are the wrong way round."""
        return first + timedelta(days=self._rng.randrange((last - first).days + 1)) if first < last else last

    def at(self, day: date) -> datetime:
        """A moment of `day` in office hours in the controller's time zone, never after `now`."""
        moment = datetime.combine(day, time(8), self.zone) + timedelta(seconds=self._rng.randrange(9 * 3600))
        return min(moment, self.now)

    def later(self, moment: datetime, *, days: float) -> datetime:
        """A moment up to `days` after another, never after `now`."""
        return min(moment + timedelta(seconds=self._rng.random() * days * 86400), self.now)

    def year_end(self, day: date) -> date:
        """The end of the financial year of `day`: the calendar year."""
        return date(day.year, 12, 31)
