"""Calendar periods and their cut-off: an index range that is neither a day early nor a day late (invariant
6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.periods import Period

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
periods = st.builds(Period, months=st.integers(0, 600), days=st.integers(0, 4000))


@pytest.mark.parametrize(
    ("day", "period", "after"),
    [
        (date(2026, 8, 31), Period(months=1), date(2026, 9, 30)),
        (date(2024, 2, 29), Period(months=12), date(2025, 2, 28)),
        (date(2024, 2, 29), Period(months=48), date(2028, 2, 29)),
        (date(2025, 11, 30), Period(months=3), date(2026, 2, 28)),
        (date(2025, 12, 31), Period(months=2, days=1), date(2026, 3, 1)),
        (date(2026, 1, 1), Period(), date(2026, 1, 1)),
    ],
)
@pytest.mark.promise("M16")
def test_months_are_calendar_months(day: date, period: Period, after: date) -> None:
    assert period.after(day) == after


@given(days, periods)
def test_the_cutoff_is_the_last_day_that_is_due(day: date, period: Period) -> None:
    last = period.cutoff(day)
    assert period.after(last) <= day
    assert period.after(last + timedelta(days=1)) > day


@given(days, periods, st.integers(0, 40))
def test_a_longer_period_is_never_due_sooner(day: date, period: Period, more: int) -> None:
    longer = Period(months=period.months + more, days=period.days)
    assert longer.after(day) >= period.after(day)
    assert longer.cutoff(day) <= period.cutoff(day)


def test_past_the_calendar_is_an_overflow() -> None:
    with pytest.raises(OverflowError):
        Period(months=12 * 9000).after(date(2026, 1, 1))
