"""A hold against a batch in another database, forced between each two statements: what is held is never erased."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from gallra.engine.days import Today
from gallra.ledger.models import Entry
from gallra.running import adopting, holds
from gallra.running.asking import Unknown
from gallra.running.foreign import systems
from gallra.running.foreign_sweep import LedgerBook
from gallra.running.installed import running
from gallra.running.models import Hold, Intent
from gallra.running.naming import name_of
from gallra.systems.sql import sweeping
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import KnownHolds
from tests.conftest import Database
from tests.running.pausing import Thread, until_it_waits
from tests.systems.world import DAY, DOCS, NOW, Place, generated

pytestmark = [pytest.mark.slow, pytest.mark.promise("M20", "S17")]
QUOTE = "O-001"


@pytest.fixture
def desk(fresh_database: Database, place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("DESK_DATABASE_URL", place.url)
    adopting.adopt(DOCS / "desk.toml", reason="test", now=NOW - timedelta(hours=2))
    return place


def test_a_hold_set_between_any_two_statements_keeps_what_is_not_yet_gone(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = batch(desk, 0, monkeypatch, lambda: None)
    assert {"pick", "lock", "ask", "intent", "delete offerter", "commit", "receipt"} <= set(steps)
    outcomes = []
    for at, act in [
        (1, hold_person),
        *((n, hold if n % 2 else hold_person) for n in range(1, len(steps) + 1)),
    ]:
        before = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0
        batch(desk, at, monkeypatch, act)
        entries = list(Entry.objects.filter(number__gt=before).order_by("number"))
        actions = [entry.action for entry in entries]
        gone = desk.keys("offerter") == set()
        held = "hold.added" in actions
        outcomes.append(gone)
        assert held or gone, steps[at - 1]
        if held and gone:  # of a person: set once the batch was done, so that it is about what comes
            assert actions.index("hold.added") > actions.index("sweep.receipt"), steps[at - 1]
        if held and not gone:
            assert not {"sweep.intent", "sweep.receipt"} & set(actions), steps[at - 1]
        if gone:
            (receipt,) = [entry for entry in entries if entry.action == "sweep.receipt"]
            assert receipt.body["keys"] == [name_of("desk.quote", QUOTE)]
        assert not Intent.objects.exists()
    assert outcomes[:2] == [False, False]  # before the batch begins
    assert all(outcomes[2:])  # in it: whoever holds waits until it is done


def hold() -> None:
    with suppress(Unknown):  # it is gone already, and whoever wants to hold it is told so
        holds.hold_record("desk.quote", QUOTE, ground="tvist", now=NOW, by="command line")


def hold_person() -> None:
    holds.hold_person("person1@example.com", ground="tvist", now=NOW, by="command line")


def batch(place: Place, at: int, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> list[str]:
    """Sweep one quote under one rule, stopped before its step number `at` until `act` has ended or waits for a lock.
    The names of the steps."""
    Hold.objects.all().delete()
    place.run("DELETE FROM offerter")
    place.run("DELETE FROM kontakter")  # a batch takes whom nothing names any more
    place.fill({"kontakter": [{**generated(1)["kontakter"][0], "kundnr": None}]})
    row = next(row for row in generated(1)["offerter"] if row["offertnr"] == QUOTE)
    gone = {"kontakt_id": 1, "arende_id": None, "skickad": DAY - timedelta(days=800), "dialog": None}
    place.fill({"offerter": [{**row, **gone}]})
    reached, go_on = threading.Event(), threading.Event()
    names: list[str] = []

    def here(name: str) -> None:
        if threading.current_thread() is not sweeper:
            return
        names.append(name)
        if len(names) == at:
            reached.set()
            assert go_on.wait(30)

    with monkeypatch.context() as patched:
        _tell(patched, here)
        begun = threading.Event()
        sweeper = Thread(partial(_sweep, begun))
        begun.set()
        while at and not reached.wait(0.01) and sweeper.is_alive():
            pass
        acting = Thread(act)
        until_it_waits(acting)
        go_on.set()
        for thread in (sweeper.done(), acting.done()):
            assert thread.error is None, thread.error
    return names


def _sweep(begun: threading.Event) -> None:
    assert begun.wait(30)
    policy = running()
    (foreign,) = systems(policy)
    today = Today.of(NOW, policy.rules.timezone)
    book = LedgerBook(policy, foreign, today, run=None, next_batch=lambda rule: 1)
    question = next(q for q in foreign.asked(today, KnownHolds()) if q.rule.promises == ("M20",))
    with foreign.database() as database:
        settling = sweeping.Settling.among(foreign.declaration)
        sweeping.carry_out(database, replace(question, before=()), book, settling)


def _tell(patched: pytest.MonkeyPatch, here: Callable[[str], None]) -> None:
    def telling(of: type, method: str, name: Callable[..., str]) -> None:
        plain = getattr(of, method)

        def told(*arguments: Any, **named: Any) -> Any:
            if name(*arguments) != "try":  # the look at the declaration, before anything begins
                here(name(*arguments))
            return plain(*arguments, **named)

        patched.setattr(of, method, told)

    telling(ForeignDatabase, "rows", lambda _, statement: statement.name)
    telling(ForeignDatabase, "run", lambda _, statement: statement.name)
    telling(LedgerBook, "batch", lambda *_: "batch")
    telling(LedgerBook, "intend", lambda *_: "intent")
    telling(LedgerBook, "receive", lambda *_: "receipt")
    guarded = ForeignDatabase._guarded

    def committing(self: ForeignDatabase, name: str, act: Callable[[], Any]) -> Any:
        here(name)
        return guarded(self, name, act)

    patched.setattr(ForeignDatabase, "_guarded", committing)
