"""S14: the worker does what is scheduled, by itself: the night's sweep when its time has come, the check every hour."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from gallra.ledger.models import Entry
from gallra.ledger.signing import known_key
from gallra.ledger.verify import verify
from gallra.policy.model import DEFAULT_SWEEP
from gallra.running import adopting, remains, runs
from gallra.running.models import Adoption, Checked, Run
from gallra.site import jobs
from tests.conftest import Database
from tests.running.world import case

STOCKHOLM = ZoneInfo("Europe/Stockholm")
POLICY = Path(__file__).resolve().parents[2] / "policies" / "munkeby.toml"

pytestmark = pytest.mark.usefixtures("fresh_database", "short_connections")


@pytest.fixture
def short_connections(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's threads end with each test: they keep no connection."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


def _work() -> None:
    """Let a worker do everything that waits in the queue.

    In a thread of its own: the worker wants an event loop, and a browser of other tests may have one in this thread.
    """
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as working, ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(
            working.run_worker, wait=False, listen_notify=False, install_signal_handlers=False
        ).result()


def _defer(task: str) -> None:
    """Put a periodic task into the queue as its clock would."""
    app.configure_task(task).defer(timestamp=int(time.time()))


def _all_signed() -> bool:
    """Every entry has its place in the signed tree, and stands in the copy outside the database."""
    key = known_key()
    assert key is not None
    verified = verify(key)
    return verified.holds and 0 < verified.entries == verified.signed == verified.copied


def _assert_all_succeeded() -> None:
    """What was asked for, and what the worker itself found that the clock wanted."""
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"succeeded"}


def _adopt(*, days_ago: int) -> None:
    adopting.adopt(POLICY, reason="It is needed.", now=timezone.now())
    Adoption.objects.update(at=timezone.now() - timedelta(days=days_ago))


@pytest.mark.promise("S14")
def test_the_sweep_runs_once_after_its_time_has_come() -> None:
    _adopt(days_ago=2)
    for _ in range(2):
        _defer("look_for_sweep")
        _work()
    run = Run.objects.get(kind="sweep")
    assert run.outcome == "finished"
    assert Checked.objects.get().at == run.ended, "the sweep ends with a check"
    assert _all_signed()
    assert timezone.now() - run.began < timedelta(minutes=5)
    _assert_all_succeeded()


@pytest.mark.promise("S14")
def test_before_its_first_night_a_policy_sweeps_nothing() -> None:
    _adopt(days_ago=0)
    now = timezone.now()
    _defer("look_for_sweep")
    _work()
    if jobs.scheduled_before(timezone.now(), at=DEFAULT_SWEEP, zone=ZoneInfo("Europe/Stockholm")) < now:
        assert not Run.objects.filter(kind="sweep").exists()


def test_without_a_policy_nothing_is_done() -> None:
    for task in ("look_for_sweep", "check"):
        _defer(task)
    _work()
    assert not Run.objects.exists()
    _assert_all_succeeded()


def test_the_check_keeps_what_it_found() -> None:
    _adopt(days_ago=1)
    _defer("check")
    _work()
    assert timezone.now() - Checked.objects.latest("at").at < timedelta(minutes=5)
    assert _all_signed()


@pytest.mark.promise("S14")
def test_on_sunday_night_what_was_erased_leaves_the_files_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job itself, in a worker, as the owner: the window is open, the night's sweep is done."""
    real = timezone.now().astimezone(STOCKHOLM)
    sunday = (real + timedelta(days=6 - real.weekday() or 7)).replace(hour=3, minute=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: sunday)
    _adopt(days_ago=2)
    case(closed=sunday - timedelta(days=400))
    runs.sweep(sunday - timedelta(minutes=30))
    assert "support_case" in remains.waiting()
    for _ in range(2):
        _defer("look_for_rewrite")
        _work()
    entry = Entry.objects.get(action="rewrite")
    assert "support_case" in entry.body["tables"]
    assert (entry.body["left"], remains.waiting()) == ([], ())
    assert _all_signed()
    _assert_all_succeeded()


def test_the_queue_forgets_and_takes_up_again() -> None:
    _defer("keep_queue")
    _work()
    _assert_all_succeeded()


def test_jobs_carry_nothing_but_moments(fresh_database: Database) -> None:
    """Nobody's data stand in the queue (design.md, invariant 7)."""
    _adopt(days_ago=2)
    _defer("look_for_sweep")
    _work()
    for arguments in ProcrastinateJob.objects.values_list("args", flat=True):
        assert set(arguments) <= {"timestamp"}
