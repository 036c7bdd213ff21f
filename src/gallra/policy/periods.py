"""Calendar periods: "3 months", "två år", "P1Y6M" (design.md section 6, invariant 6)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=False)
class Period:
    """A calendar period of months and days, added months first; 31 August + 1 month is 30 September."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day on which the period has passed since `day`. Raises OverflowError past the year 9999."""
        index = day.year * 12 + day.month - 1 + self.months
        year, month = divmod(index, 12)
        if not 1 <= year <= 9999:
            raise OverflowError("the period ends after the year 9999")
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last)) + timedelta(days=self.days)

    def cutoff(self, day: date) -> date:
        """The last day `d` with `d + period ≤ day`: what happened up to then is due, so that an index range
        finds it.

        `after` never decreases as its day grows, so the cut-off is exact.
        """
        before = day - timedelta(days=self.days)
        index = before.year * 12 + before.month - 1 - self.months
        year, month = divmod(index, 12)
        candidate = date.min
        if year >= 1:
            last = calendar.monthrange(year, month + 1)[1]
            candidate = date(year, month + 1, min(before.day, last))
        while self.after(candidate) > day:
            candidate -= timedelta(days=1)
        while self.after(candidate + timedelta(days=1)) <= day:
            candidate += timedelta(days=1)
        return candidate
