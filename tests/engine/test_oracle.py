"""Invariants 0, 1, 4, 5 and 6: what goes is exactly what a naive oracle says, over random policies, histories, holds
and days.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings

from gallra.engine.act import Taken, carry_out
from gallra.engine.cover import counted_due, covered, uncovered_statement
from gallra.engine.days import Today
from gallra.engine.forecast import forecast, last_day, months_from
from gallra.engine.holds import OwnHolds
from gallra.engine.plan import plan, questions
from gallra.engine.settle import settle, settlings
from gallra.engine.why import looked_up
from gallra.engine.work import work
from gallra.policy.rules import Rules
from gallra.registers.crm.models import Relation
from gallra.registers.finance.models import Invoice
from gallra.registers.support.models import Case, Message
from gallra.systems.connection import OwnDatabase
from gallra.systems.own import kinds
from tests.engine import oracle
from tests.engine.scenes import CONTACTS, Scene, address, put, scenes

pytestmark = [pytest.mark.promise("M16", "S17", "S18", "M18", "M19", "M20"), pytest.mark.usefixtures("db")]
MODELS: dict[str, Any] = {"support": Case, "crm": Relation, "finance": Invoice}


class Receipts:
    """A journal that keeps its entries in memory."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def __call__(self, *, action: str, body: dict[str, Any], rule: str, batch: int) -> None:
        self.entries.append({"action": action, "rule": rule, "batch": batch, **body})


def carried_out(rules: Rules, today: Today, receipts: Receipts, size: int = 2) -> Taken:
    """A whole sweep with small batches, contacts settled."""
    total = Taken()
    for question in questions(rules, kinds(), today, OwnHolds()):
        if question.verb != "review":
            total = total.plus(
                carry_out(OwnDatabase(), work(replace(question, before=())), receipts, size=size)
            )
    settle(OwnDatabase(), settlings(kinds().values(), OwnHolds(), today), receipts)
    return total


def fates(scene: Scene, keys: list[int]) -> list[str]:
    """What became of each thing."""
    found = []
    for thing, key in zip(scene.things, keys, strict=True):
        row = MODELS[thing.kind.split(".")[0]].objects.filter(pk=key).first()
        found.append("erase" if row is None else "archive" if getattr(row, "archived_at", None) else "stay")
    return found


def expected(scene: Scene) -> list[str]:
    return [oracle.fate(t, scene.laws, scene.holds, scene.years, scene.day, scene.tz) for t in scene.things]


def in_a_world_of_its_own(scene: Scene, test: Any) -> None:
    with transaction.atomic():
        test(scene, put(scene))
        transaction.set_rollback(True)


@given(scene=scenes())
@settings(max_examples=50)
def test_what_goes_is_what_the_oracle_says(scene: Scene) -> None:
    def test(scene: Scene, keys: list[int]) -> None:
        rules, today = scene.rules(), Today.of(scene.now, scene.zone)
        wanted = expected(scene)
        told = plan(OwnDatabase(), rules, kinds(), today, OwnHolds())
        assert told.taken == sum(f != "stay" for f in wanted)
        receipts = Receipts()
        taken = carried_out(rules, today, receipts)
        assert fates(scene, keys) == wanted
        by_step = Counter(
            {step.name: step.count for step in told.steps if step.count and step.verb != "review"}
        )
        by_rule: Counter[str] = Counter()
        for entry in receipts.entries:
            if entry["action"] == "sweep.receipt":
                by_rule[entry["rule"]] += entry["records"]
        assert by_rule == by_step  # the dry run said what the run did
        assert taken.records == told.taken
        again = Receipts()
        assert carried_out(rules, today, again).records == 0
        assert again.entries == []
        _contacts_are_right(scene, keys, wanted)

    in_a_world_of_its_own(scene, test)


def _contacts_are_right(scene: Scene, keys: list[int], wanted: list[str]) -> None:
    """A contact is there while something refers to it or a hold protects it, and only then."""
    needed: set[str] = set()
    made: set[str] = set()
    for thing, verb in zip(scene.things, wanted, strict=True):
        register = thing.kind.split(".")[0]
        for person in (thing.contact, thing.writer):
            if person is not None:
                made.add(address(register, person))
                if verb == "stay":
                    needed.add(address(register, person))
    needed |= {address(r, h.contact) for r in CONTACTS for h in scene.holds} & made
    there = {email for model in CONTACTS.values() for email in model.objects.values_list("email", flat=True)}
    assert there == needed
    assert not Message.objects.exclude(case__archived_at=None).exists()


@given(scene=scenes())
@settings(max_examples=25)
def test_counts_and_reasons_agree_with_the_oracle(scene: Scene) -> None:
    def test(scene: Scene, keys: list[int]) -> None:
        rules, today = scene.rules(), Today.of(scene.now, scene.zone)
        asked = [q for q in questions(rules, kinds(), today, OwnHolds()) if not q.decision]
        for question in asked:
            law = scene.laws[int(question.rule.id[1:].split()[0])]
            mine = [t for t in scene.things if t.kind == law.kind]
            bare = replace(question, before=())
            wants = [t for t in mine if oracle.due(law, t, scene.day, scene.tz)]
            found = counted_due(OwnDatabase(), bare)
            review = law.action == "review"
            kept = [t for t in wants if not review and oracle.held(t, scene.holds, scene.day)]
            bound = [t for t in wants if t not in kept and oracle.obliged(t, scene.years, scene.day)]
            assert (found.due, found.held, found.obliged) == (
                len(wants) - len(kept) - len(bound),
                len(kept),
                len(bound),
            )
            laws = [each for each in scene.laws if each.kind == law.kind]
            cover = covered(OwnDatabase(), bare, tuple(r for r in rules.rules if r.kind == law.kind))
            lost = [t for t in mine if all(_unreachable(each, t, scene) for each in laws)]
            assert (cover.total, cover.uncovered) == (len(mine), len(lost))
            row = OwnDatabase().rows(uncovered_statement(question.kind, ()))[0]
            assert row == (len(mine), len(mine))
        for thing, key in zip(scene.things, keys, strict=True):
            record = looked_up(OwnDatabase(), kinds()[thing.kind], key, rules, today, OwnHolds())
            assert record is not None
            assert record.held == oracle.held(thing, scene.holds, scene.day)
            mine_laws = [each for each in scene.laws if each.kind == thing.kind]
            for law, verdict in zip(mine_laws, record.verdicts, strict=True):
                if not (law.action == "review" and thing.decided):
                    assert (verdict.state == "due") == oracle.due(law, thing, scene.day, scene.tz)

    in_a_world_of_its_own(scene, test)


def _unreachable(law: oracle.Law, thing: oracle.Thing, scene: Scene) -> bool:
    if not oracle.matches(law, thing):
        return True
    lost = oracle.never(thing, law.event, scene.tz)
    return lost and (not law.sooner or oracle.never(thing, oracle.LAST_AGREEMENT, scene.tz))


@given(scene=scenes())
@settings(max_examples=15)
def test_the_forecast_says_what_each_months_sweep_would_take(scene: Scene) -> None:
    def test(scene: Scene, keys: list[int]) -> None:
        rules, today = scene.rules(), Today.of(scene.now, scene.zone)
        begins = months_from(scene.day, 14)
        cells = list(forecast(OwnDatabase(), questions(rules, kinds(), today, OwnHolds()), months=14))
        for verb in ("erase", "archive"):
            for number, month in enumerate(begins):
                days = [max(last_day(m), scene.day) for m in begins[: number + 1]]
                gone = sum(any(_takes(scene, t, verb, day) for day in days) for t in scene.things)
                assert sum(c.count for c in cells if c.verb == verb and c.month <= month) == gone

    in_a_world_of_its_own(scene, test)


def _takes(scene: Scene, thing: oracle.Thing, verb: str, day: Any) -> bool:
    if oracle.held(thing, scene.holds, day) or oracle.obliged(thing, scene.years, day):
        return False
    laws = [law for law in scene.laws if law.action == verb]
    decided = (
        verb == "erase"
        and thing.decided
        and any(law.action == "review" and law.kind == thing.kind for law in scene.laws)
    )
    return decided or any(oracle.due(law, thing, day, scene.tz) for law in laws)


@given(scene=scenes())
@settings(max_examples=15)
def test_a_longer_period_never_takes_more_and_a_hold_never_does(scene: Scene) -> None:
    def test(scene: Scene, keys: list[int]) -> None:
        today = Today.of(scene.now, scene.zone)
        executor = OwnDatabase()
        before = plan(executor, scene.rules(), kinds(), today, OwnHolds()).taken
        rules = scene.rules()
        longer = replace(rules, rules=tuple(
            replace(r, period=replace(r.period, months=r.period.months + 1)) for r in rules.rules
        ))  # fmt: skip
        assert plan(executor, longer, kinds(), today, OwnHolds()).taken <= before
        from gallra.running.models import Hold

        thing, key = scene.things[0], keys[0]
        Hold.objects.create(
            system="x",
            kind=thing.kind,
            key=str(key),
            ground="tvist",
            begins=scene.day,
            by="test",
            added_at=scene.now,
            salt=b"0" * 32,
        )
        assert plan(executor, rules, kinds(), today, OwnHolds()).taken <= before
        nothing = replace(rules, rules=())
        assert plan(executor, nothing, kinds(), today, OwnHolds()).taken == 0  # silence never erases

    in_a_world_of_its_own(scene, test)
