"""S14: the routine runs on its time, in the controller's time zone, whatever happened to the machine."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gallra.site.jobs import scheduled_before, sweep_is_due

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NIGHT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # 02:00 in Stockholm


@pytest.mark.promise("S14")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 22, 1, 0, tzinfo=UTC), NIGHT),
        (datetime(2026, 11, 22, 0, 59, tzinfo=UTC), NIGHT - timedelta(days=1)),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), NIGHT),  # already the 23rd in Stockholm
        (datetime(2026, 7, 1, 0, 0, tzinfo=UTC), datetime(2026, 7, 1, 0, 0, tzinfo=UTC)),  # summer time
        (
            datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        ),  # 02:00 does not exist
        (
            datetime(2026, 10, 25, 3, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
        ),  # 02:00 comes twice
    ],
)
def test_the_time_of_the_sweep_is_the_controllers(now: datetime, expected: datetime) -> None:
    assert scheduled_before(now, at=time(2), zone=STOCKHOLM) == expected


@pytest.mark.promise("S14")
@pytest.mark.parametrize(
    ("began", "ended", "outcome", "after", "expected"),
    [
        (-300, None, "", 0, True),  # never yet; the policy was adopted the evening before
        (60, None, "", 61, False),  # never yet; it was adopted after the hour: tomorrow
        (-1440, -1400, "finished", 0, True),  # yesterday's
        (2, 30, "finished", 60, False),
        (2, 30, "stopped", 600, False),  # the brake: a person decides
        (2, 30, "failed", 60, False),
        (2, 30, "failed", 90, True),
        (2, None, "running", 5, False),
        (2, None, "running", 12, True),  # killed, or still at it: the sweep itself knows
    ],
)
def test_a_sweep_is_due_once_a_night_and_again_after_a_failure(
    began: int, ended: int | None, outcome: str, after: int, expected: bool
) -> None:
    """Minutes are counted from the scheduled time."""

    now = NIGHT + timedelta(minutes=after)
    assert (
        sweep_is_due(
            now,
            scheduled=NIGHT,
            began=NIGHT + timedelta(minutes=began),
            ended=None if ended is None else NIGHT + timedelta(minutes=ended),
            outcome=outcome,
        )
        is expected
    )
