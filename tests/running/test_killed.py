"""Invariant 2: killed between any two statements and started again, a sweep reaches the same end, each receipt once."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from gallra.ledger.models import Entry
from gallra.registers.support.models import Case, Contact, Message
from gallra.running.models import Run
from gallra.running.runs import sweep
from tests.conftest import Database
from tests.forking import Forker
from tests.running.killing import sweep_killed_before
from tests.running.pausing import Telling
from tests.running.world import MINI, NIGHT, adopted, case, contact
from tests.waiting import until_locks_are_gone

CLOSED_IN_TIME = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
CASES, KILLS = 5, 8


def make() -> list[int]:
    return [
        case(closed=CLOSED_IN_TIME - timedelta(days=n), contact=contact(f"{n}@example.com")).pk
        for n in range(CASES)
    ]


@pytest.mark.slow
@pytest.mark.promise("M16", "S14")
def test_a_killed_sweep_is_taken_up_and_ends_the_same(fresh_database: Database, forker: Forker) -> None:
    adopted(MINI)
    first = make()
    counting = Telling(lambda number, name: None)
    sweep(NIGHT, executor=counting, size=2)
    places = sorted(random.Random(20260814).sample(range(2, counting.count + 1), KILLS))
    every = list(first)
    for at in places:
        keys = make()
        every += keys
        assert forker.do(sweep_killed_before, at, environment=fresh_database.environment).killed
        until_locks_are_gone()
        interrupted = Run.objects.filter(outcome="running").first()
        result = sweep(NIGHT, size=2)
        assert result.outcome == "finished"
        assert result.resumed == (interrupted is not None)
        if interrupted is not None:
            assert result.run == interrupted.pk
            assert result.records == CASES  # what the killed one did is in its sum
        assert not Case.objects.filter(pk__in=keys, archived_at=None).exists()
        assert not Message.objects.exists()
        assert not Contact.objects.exists()
        assert not Run.objects.filter(outcome="running").exists()
    taken = Counter(
        key for entry in Entry.objects.filter(action="sweep.receipt") for key in entry.body["keys"]
    )
    assert taken == Counter(every)  # each record in one receipt, once
    ends = Entry.objects.filter(action="sweep.run").values_list("run", flat=True)
    assert len(ends) == len(set(ends)) == Run.objects.filter(kind="sweep").count()
