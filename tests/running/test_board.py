"""The board says of each promise what was counted, and its status follows from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gallra.policy import read_policy
from gallra.registers.support.models import Case
from gallra.running.board import board, check, coming, next_sweep
from gallra.running.report import PromiseReport
from gallra.running.runs import sweep
from tests.running.world import MINI, NIGHT, adopted, case, contact

CLOSED_IN_TIME = datetime(2026, 8, 22, 12, 0, tzinfo=UTC)


def m16(now: datetime) -> PromiseReport:
    return next(promise for promise in check(now, audit=True).promises if promise.id == "M16")


@pytest.mark.promise("M16")
@pytest.mark.usefixtures("db")
def test_a_promise_is_waiting_then_broken_then_kept() -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    case(closed=CLOSED_IN_TIME, contact=contact())
    case(closed=CLOSED_IN_TIME + timedelta(days=3))
    case()
    first = m16(NIGHT)
    assert first.status == "waiting"
    count = first.counts[0]
    assert (count.total, count.due, count.late, count.waiting, count.not_yet, count.uncovered) == (
        3,
        1,
        0,
        1,
        1,
        0,
    )
    assert count.next_day is not None
    assert count.next_day.isoformat() == "2026-11-25"
    assert count.next_count == 1
    assert first.statements
    assert "support_case" in first.statements[0]

    assert m16(NIGHT + timedelta(hours=25)).status == "waiting"
    assert m16(NIGHT + timedelta(hours=49)).status == "broken"
    sweep(NIGHT + timedelta(hours=49, minutes=30))
    last = m16(NIGHT + timedelta(hours=50))
    assert last.status == "kept"
    assert [(line.action, line.kind, line.count) for line in last.receipts] == [
        ("archive", "support.case", 1)
    ]


@pytest.mark.usefixtures("db")
def test_without_a_finished_run_for_26_hours_a_promise_is_broken() -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    sweep(NIGHT)
    assert m16(NIGHT + timedelta(hours=25)).status == "kept"
    found = m16(NIGHT + timedelta(hours=27))
    assert found.status == "broken"
    assert "26" in found.reason.en


@pytest.mark.usefixtures("db")
def test_the_board_reads_what_the_last_check_found() -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    made = case(closed=CLOSED_IN_TIME, messages=0)
    check(NIGHT)
    Case.objects.filter(pk=made.pk).delete()
    assert board(NIGHT + timedelta(minutes=1)).promises[0].due == 1
    check(NIGHT + timedelta(minutes=2))
    assert board(NIGHT + timedelta(minutes=3)).promises[0].due == 0


@pytest.mark.usefixtures("db")
def test_the_forecast_says_what_goes_in_which_month() -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    case(closed=CLOSED_IN_TIME)
    case(closed=datetime(2026, 9, 30, 12, tzinfo=UTC))
    case(closed=datetime(2026, 11, 21, 12, tzinfo=UTC))
    case()
    assert [(c.month.isoformat(), c.promise, c.count) for c in coming(NIGHT)] == [
        ("2026-11-01", "M16", 1), ("2026-12-01", "M16", 1), ("2027-02-01", "M16", 1),
    ]  # fmt: skip


@pytest.mark.promise("S14")
def test_the_next_sweep_is_the_policys_or_at_two_in_the_night() -> None:
    named = f'{MINI}\n[routine]\nsweep = "daily 23:30"\n'
    for text, expected in (
        (MINI, datetime(2026, 11, 23, 1, 0, tzinfo=UTC)),
        (named, datetime(2026, 11, 22, 22, 30, tzinfo=UTC)),
    ):
        assert next_sweep(read_policy(text), NIGHT) == expected
    assert next_sweep(read_policy(MINI), NIGHT - timedelta(seconds=1)) == NIGHT
