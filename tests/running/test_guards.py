"""The brake and the clock guard: an unlikely sweep stops and asks; nothing is touched until somebody confirms it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from gallra.engine.clock import checked
from gallra.ledger.models import Entry
from gallra.registers.support.models import Case
from gallra.running.models import Run
from gallra.running.runs import Refused, nightly_sweep, sweep
from tests.running.world import MINI, NIGHT, adopted, case

CLOSED_IN_TIME = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("due", "others", "stops"), [(51, 0, True), (50, 0, False), (51, 204, False), (52, 204, True)]
)
def test_more_than_a_fifth_and_more_than_fifty_stops(due: int, others: int, stops: bool) -> None:
    adopted(MINI)
    for _ in range(due):
        case(closed=CLOSED_IN_TIME, messages=0)
    for _ in range(others):
        case(messages=0)
    if not stops:
        assert sweep(NIGHT).records == due
        return
    with pytest.raises(Refused) as refused:
        sweep(NIGHT)
    assert refused.value.plan is not None
    assert [(b.kind, b.taken, b.total) for b in refused.value.plan.brakes] == [
        ("support.case", due, due + others)
    ]
    with override("en"):
        assert "Nothing was touched" in str(refused.value)
    assert not Case.objects.exclude(archived_at=None).exists()
    assert sweep(NIGHT, confirmed=frozenset({"support.case"})).records == due
    assert Entry.objects.get(action="override.brake").body["records"] == due


@pytest.mark.usefixtures("db")
def test_a_nightly_sweep_that_the_brake_stops_is_a_failed_run_and_touches_nothing() -> None:
    adopted(MINI)
    for _ in range(60):
        case(closed=CLOSED_IN_TIME, messages=0)
    assert nightly_sweep(NIGHT) is None
    run = Run.objects.get()
    assert (run.outcome, run.reason, run.taken) == ("failed", "brake support.case", 0)
    assert not Case.objects.exclude(archived_at=None).exists()


@pytest.mark.usefixtures("db")
@pytest.mark.promise("S14")
def test_a_missed_night_is_an_entry() -> None:
    adopted(MINI)
    nightly_sweep(NIGHT)
    nightly_sweep(NIGHT + timedelta(days=1))
    assert not Entry.objects.filter(action="sweep.missed").exists()
    nightly_sweep(NIGHT + timedelta(days=3))
    assert Entry.objects.filter(action="sweep.missed").count() == 1
    assert Entry.objects.filter(action="sweep.run").count() == 3


@pytest.mark.parametrize(
    ("now", "clock", "last", "reason"),
    [
        (timedelta(0), timedelta(0), None, None),
        (timedelta(hours=1), timedelta(0), None, "future"),
        (timedelta(0), timedelta(0), timedelta(days=1), "behind"),
        (timedelta(0), timedelta(0), timedelta(hours=23), None),
        (timedelta(0), timedelta(0), timedelta(days=-7), None),
        (timedelta(0), timedelta(0), timedelta(days=-7, seconds=-1), "ahead"),
    ],
)
def test_an_unlikely_clock_stops(
    now: timedelta, clock: timedelta, last: timedelta | None, reason: str | None
) -> None:
    stopped = checked(now=NIGHT + now, clock=NIGHT + clock, last=None if last is None else NIGHT + last)
    assert (stopped.reason if stopped else None) == reason
    confirmed = checked(
        now=NIGHT + now, clock=NIGHT + clock, last=None if last is None else NIGHT + last, confirmed=True
    )
    assert (confirmed is not None) == (reason == "future")  # a future date is refused whatever anybody says


@pytest.mark.usefixtures("db")
def test_a_clock_that_jumped_stops_until_confirmed() -> None:
    adopted(MINI)
    sweep(NIGHT)
    case(closed=CLOSED_IN_TIME)
    with pytest.raises(Refused) as refused:
        sweep(NIGHT + timedelta(days=8))
    assert refused.value.clock is not None
    assert refused.value.clock.reason == "ahead"
    assert sweep(NIGHT + timedelta(days=8), confirmed=frozenset({"clock"})).records == 1
    assert Entry.objects.filter(action="override.clock").count() == 1
