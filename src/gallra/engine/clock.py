"""The clock guard: erasing by a wrong clock cannot be undone, so an unlikely one stops until somebody confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

BACK = timedelta(days=1)
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ClockStop:
    """Why the clock is not believed. `last` is the time of the last receipt, where there is one."""

    reason: Literal["future", "behind", "ahead"]
    now: datetime
    last: datetime | None


def checked(
    *, now: datetime, clock: datetime, last: datetime | None, confirmed: bool = False
) -> ClockStop | None:
    """Why a sweep as of `now` must not run, or None.

    now: the moment the sweep is asked for. clock: what the machine's clock says. last: the last receipt's time. A
    moment after the clock is refused always; a clock a day before the last receipt, or more than seven days after it,
    until `confirmed`.
    """
    if now > clock + timedelta(minutes=1):
        return ClockStop("future", now, last)
    if last is None or confirmed:
        return None
    if now <= last - BACK:
        return ClockStop("behind", now, last)
    if now > last + AHEAD:
        return ClockStop("ahead", now, last)
    return None
