"""One person in the other databases: found, given out, erased. THIS ERASES, through the engine.

An erasure is announced before it is carried out; what cannot be done now stays announced, and every sweep takes it up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from gallra.engine.days import Today
from gallra.engine.execute import again
from gallra.engine.person.erase import Done, Erasure
from gallra.engine.person.erase import Plan as ErasurePlan
from gallra.engine.person.erase import act as act_on
from gallra.engine.person.erase import plan as plan_of
from gallra.engine.person.extract import Extract, extract
from gallra.engine.person.find import Found, gather
from gallra.engine.person.people import People
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.running import announced
from gallra.running.foreign import TROUBLE, Foreign, known_holds, said, systems
from gallra.running.foreign_reasons import with_reasons
from gallra.running.foreign_sweep import holds_stand_still
from gallra.running.installed import Running
from gallra.running.intents import in_turn, opened
from gallra.running.models import Intent
from gallra.systems.sql.database import ForeignDatabase

log = logging.getLogger(__name__)
ACTION = "erasure.receipt"


def people_of(foreign: Foreign, database: ForeignDatabase) -> People:
    """The ways to a person in that database."""
    return People(foreign.kinds, database.dialect, own=False)


def found(policy: Running, address: str, today: Today) -> tuple[dict[str, Found], dict[str, str]]:
    """What every other database has of a person, by system; and of those that could not be asked, why."""
    there: dict[str, Found] = {}
    troubles: dict[str, str] = {}
    for foreign in systems(policy):
        try:
            with foreign.database() as database:
                holds = known_holds(today.day)
                there[foreign.name] = gather(
                    database, people_of(foreign, database), address, holds=holds, today=today
                )
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
    return there, troubles


def extracted(policy: Running, address: str, today: Today) -> tuple[dict[str, Extract], dict[str, str]]:
    """A person's rows in every other database, by system; and of those that could not be asked, why."""
    there: dict[str, Extract] = {}
    troubles: dict[str, str] = {}
    for foreign in systems(policy):
        try:
            with foreign.database() as database:
                rows = extract(
                    database, people_of(foreign, database), address, rules=foreign.rules,
                    holds=known_holds(today.day), today=today,
                )  # fmt: skip
            there[foreign.name] = with_reasons(rows)
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
    return there, troubles


def erasures_planned(
    policy: Running, wanted: Erasure, today: Today
) -> tuple[dict[str, ErasurePlan], dict[str, str]]:
    """What erasing a person would do in every other database; and of those that could not be asked, why."""
    there: dict[str, ErasurePlan] = {}
    troubles: dict[str, str] = {}
    for foreign in systems(policy):
        try:
            with foreign.database() as database:
                holds = known_holds(today.day, despite=wanted.despite)
                there[foreign.name] = plan_of(
                    database, people_of(foreign, database), wanted, holds=holds, today=today
                )
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
    return there, troubles


def announce(
    policy: Running, wanted: Erasure, today: Today, *, by: str, request: int | None = None
) -> list[Intent]:
    """Announce the erasure in every other database, in the caller's transaction: whatever becomes of the caller after
    it has committed, every sweep takes it up."""
    rows = []
    for foreign in systems(policy):
        kinds = None if wanted.kinds is None else wanted.kinds & set(foreign.kinds)
        if kinds is not None and not kinds:
            continue
        salt = new_salt()
        body: dict[str, Any] = {
            "system": foreign.name, "person": commit(wanted.address, salt=salt),
            "asked": wanted.asked_at.isoformat(), "by": commit(by, salt=salt),
        }  # fmt: skip
        if request is not None:
            body["request"] = request
        row = Intent.objects.create(
            system=foreign.name, action=ACTION, batch=0, policy=policy.rules.version, email=wanted.address,
            body=body, keys=sorted(kinds or ()), asked_at=wanted.asked_at, at=today.now,
        )  # fmt: skip
        number = append(action="erasure.intent", body=body, now=today.now, policy=policy.rules.version)
        announced.noted(number, row)
        rows.append(row)
    return rows


def erase(
    policy: Running, wanted: Erasure, today: Today, rows: Iterable[Intent]
) -> tuple[dict[str, Done], dict[str, str]]:
    """Carry out what was announced in other databases, each with its receipt. What cannot be done now (a system that
    does not answer, a hold, a statute) stays announced, and every sweep takes it up again."""
    done: dict[str, Done] = {}
    troubles: dict[str, str] = {}
    known = {foreign.name: foreign for foreign in systems(policy)}
    for row in rows:
        foreign = known.get(row.system)
        if foreign is None:
            continue
        try:
            with foreign.database() as database, in_turn(foreign.name):
                if Intent.objects.filter(pk=row.pk).exists():  # a sweep may have done it meanwhile
                    these = replace(wanted, kinds=frozenset(row.keys) or None)
                    done[foreign.name] = _erase(policy, foreign, database, row, these, today)
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
    return done, troubles


def announced_for(address: str, asked_at: datetime) -> list[Intent]:
    """What is announced for one person's erasure, and not done: after a kill it is taken up again."""
    return list(
        Intent.objects.filter(action=ACTION, email=address, asked_at=asked_at, rule="").order_by("pk")
    )


def _erase(
    policy: Running, foreign: Foreign, database: ForeignDatabase, row: Intent, wanted: Erasure, today: Today
) -> Done:
    people = people_of(foreign, database)
    with holds_stand_still():
        holds = known_holds(today.day, despite=wanted.despite)
        done = again(database, lambda: act_on(database, people, wanted, holds=holds, today=today))
    plan = done.plan
    if plan.waits and not done.anything and row.rule:
        return done  # it waited before, and still does: no new receipt
    body = {
        **row.body, "erased": done.erased, "parts": done.parts, "blanked": done.blanked, "contacts": done.contacts,
        "until": plan.until.isoformat() if plan.until else None, "complete": not plan.waits,
        "held": _sums(plan, "held"), "kept": _sums(plan, "kept"),
    }  # fmt: skip
    with transaction.atomic():
        if plan.waits:
            Intent.objects.filter(pk=row.pk).update(rule="waits")
        else:
            Intent.objects.filter(pk=row.pk).delete()
        append(action=ACTION, body=body, now=today.now, policy=policy.rules.version)
    return done


def _sums(plan: ErasurePlan, state: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in plan.lines:
        if line.state == state:
            found[line.kind] = found.get(line.kind, 0) + line.count
    return found


def take_up_erasures(policy: Running, foreign: Foreign, database: ForeignDatabase, today: Today) -> None:
    """Erasures of people that were announced in this system and not completed."""
    for pk in opened(foreign.name, ACTION).values_list("pk", flat=True):
        with in_turn(foreign.name):
            row = Intent.objects.filter(pk=pk).first()  # whoever announced it may have done it meanwhile
            if row is not None:
                kinds = frozenset(row.keys) or None
                wanted = Erasure(row.email, row.asked_at or row.at, foreign.rules.obligations, kinds)
                _erase(policy, foreign, database, row, wanted, today)
