"""The controller's financial years: the Bookkeeping Act's clock starts when one ends (S17)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from gallra.registers.finance.models import Year


def year_of(day: date) -> Year:
    """The financial year in which the day falls; made after the pattern of the nearest known one, else the
    calendar year.

    In the caller's transaction; of two writers that make the same year, the second finds the first's.
    """
    while True:
        found = Year.objects.filter(starts_on__lte=day, ends_on__gte=day).first()
        if found:
            return found
        Year.objects.bulk_create([_missing(day)], ignore_conflicts=True)


def _missing(day: date) -> Year:
    """The year around `day`, twelve months at a time from a known one, never into one that is known."""
    before = Year.objects.filter(ends_on__lt=day).order_by("-ends_on").first()
    after = Year.objects.filter(starts_on__gt=day).order_by("starts_on").first()
    if before:
        start = before.ends_on + timedelta(days=1)
        while (following := _add_year(start)) <= day:
            start = following
    elif after:
        start = _add_year(after.starts_on, -1)
        while start > day:
            start = _add_year(start, -1)
    else:
        return Year(starts_on=date(day.year, 1, 1), ends_on=date(day.year, 12, 31))
    end = _add_year(start) - timedelta(days=1)
    if after and after.starts_on <= end:
        end = after.starts_on - timedelta(days=1)
    return Year(starts_on=start, ends_on=end)


def _add_year(day: date, years: int = 1) -> date:
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))
