"""Invariant 2 on a whole company: a sweep of every rule, killed (-9) at random moments and started again, ends where
the model of dates says, each record in one receipt; and the ledger that this leaves gives away any change.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections

from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.models import Entry
from gallra.ledger.signing import load_signer
from gallra.ledger.verify import verify
from gallra.registers.newsletter import actions as newsletter
from gallra.running.adopting import adopt
from gallra.running.models import Run
from gallra.running.runs import sweep
from tests.conftest import Database
from tests.forking import Forker
from tests.registers.cast import ALVA
from tests.running.killing import sweep_killed_after
from tests.running.years.acts import Player
from tests.running.years.model import Model
from tests.running.years.test_five_years import FIRST, POLICIES, expected, is_registers, there
from tests.waiting import until_locks_are_gone

BEGAN = datetime(2021, 1, 1, 1, 0, tzinfo=UTC)
DAY = date(2027, 6, 1)
NOW = datetime(2027, 6, 1, 1, 0, tzinfo=UTC)
KILLS = 5


def played(policy: str, *, seed: int, acts: int = 130) -> Model:
    """Two years of work that no sweep has followed yet."""
    adopt(POLICIES / f"{policy}.toml", reason="den första", now=BEGAN)
    newsletter.add_topic("nytt", title_sv="Nytt", title_en="News", actor=ALVA, now=BEGAN)
    model = Model(policy)
    player = Player(model, seed)
    for number in range(acts):
        player.play(FIRST + timedelta(days=number * 5))
    return model


def tamper(statement: str) -> None:
    """As somebody who has the owner's rights would."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.slow
@pytest.mark.promise("S14", "S17", "S18", "M16", "M19", "M20")
@pytest.mark.parametrize(("policy", "seed"), [("swinx-mended", 11), ("munkeby-mended", 12)])
def test_killed_at_any_moment_it_reaches_the_same_end(
    fresh_database: Database, forker: Forker, policy: str, seed: int
) -> None:
    model = played(policy, seed=seed)
    due = len(model.wanted(DAY))
    assert due > 15
    chance = random.Random(seed)
    interrupted = sum(
        forker.do(
            sweep_killed_after,
            NOW.isoformat(),
            chance.uniform(0.1, 1.6),
            environment=fresh_database.environment,
        ).killed
        for _ in range(KILLS)
    )
    assert interrupted  # some were hit while at work
    until_locks_are_gone()
    result = sweep(NOW, audit=True, confirmed=frozenset({"clock", "*"}), size=2)
    assert (result.outcome, result.left) == ("finished", 0)
    model.night(DAY)
    assert there() == expected(model)
    receipts = Entry.objects.filter(action="sweep.receipt")
    keys = Counter(
        (e.body["kind"], key) for e in receipts if is_registers(e.body["kind"]) for key in e.body["keys"]
    )
    assert sum(keys.values()) == len(keys) == due
    settled = Entry.objects.filter(action="settle")
    assert len({(e.run, e.rule, e.batch) for e in [*receipts, *settled]}) == len(receipts) + len(settled)
    assert not Run.objects.filter(outcome="running").exists()

    # The ledger these sweeps have written: whole, and nothing in it can be changed, taken out or swapped unseen.
    make_checkpoint(NOW)
    key = load_signer().key
    assert verify(key).holds
    victim = chance.choice(list(receipts))
    for change, back in (
        (
            "body = body || '{\"records\": 999}'",
            f"body = body || '{{\"records\": {victim.body['records']}}}'",
        ),
        ("at = at + interval '1 second'", "at = at - interval '1 second'"),
        ("batch = batch + 1000", "batch = batch - 1000"),
    ):
        tamper(f"UPDATE ledger_entry SET {change} WHERE number = {victim.number}")
        faults = verify(key).faults
        assert {(fault.kind, fault.number) for fault in faults} == {("changed", victim.number)}
        tamper(f"UPDATE ledger_entry SET {back} WHERE number = {victim.number}")
        assert verify(key).holds
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND confrelid = 'ledger_entry'::regclass"
            " AND conrelid = 'ledger_leaf'::regclass"
        )
        for (name,) in cursor.fetchall():
            tamper(f'ALTER TABLE ledger_leaf DROP CONSTRAINT "{name}"')
    tamper(f"DELETE FROM ledger_entry WHERE number = {victim.number}")
    assert victim.number in {fault.number for fault in verify(key).faults}
