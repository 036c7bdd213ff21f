"""One person in the other databases: found, given out, erased. THIS ERASES, through the engine.

An erasure is announced before it is carried out; what cannot be done now stays announced, and every sweep takes it up.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

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
from gallra.running.installed import Running
from gallra.running.models import Intent
from gallra.systems.sql.database import ForeignDatabase

if TYPE_CHECKING:
    pass

from gallra.running.foreign import TROUBLE, Foreign, known_holds, said, systems
from gallra.running.foreign_sweep import holds_stand_still
from gallra.systems.sql import correcting

log = logging.getLogger(__name__)


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
                there[foreign.name] = extract(
                    database, people_of(foreign, database), address, rules=foreign.rules,
                    holds=known_holds(today.day), today=today,
                )  # fmt: skip
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
                holds = known_holds(today.day)
                there[foreign.name] = plan_of(
                    database, people_of(foreign, database), wanted, holds=holds, today=today
                )
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
    return there, troubles


def erase(
    policy: Running, wanted: Erasure, today: Today, *, by: str
) -> tuple[dict[str, Done], dict[str, str]]:
    """Erase a person in every other database: intent, act, receipt in each. What cannot be done now (a system that does
    not answer, a hold, a statute) stays announced, and every sweep takes it up again."""
    done: dict[str, Done] = {}
    troubles: dict[str, str] = {}
    for foreign in systems(policy):
        salt = new_salt()
        with transaction.atomic():
            body: dict[str, Any] = {
                "system": foreign.name, "person": commit(wanted.address, salt=salt), "asked": wanted.asked_at.isoformat(),  # noqa: E501
                "by": commit(by, salt=salt),
            }  # fmt: skip
            row = Intent.objects.create(
                system=foreign.name, batch=0, policy=policy.rules.version, email=wanted.address, body=body,
                asked_at=wanted.asked_at, at=today.now,
            )  # fmt: skip
            append(action="erasure.intent", body=body, now=today.now, policy=policy.rules.version)
        try:
            with foreign.database() as database:
                done[foreign.name] = _erase(policy, foreign, database, row, wanted, today)
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
    return done, troubles


def _erase(
    policy: Running, foreign: Foreign, database: ForeignDatabase, row: Intent, wanted: Erasure, today: Today
) -> Done:
    people = people_of(foreign, database)
    with holds_stand_still():
        holds = known_holds(today.day)
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
        append(action="erasure.receipt", body=body, now=today.now, policy=policy.rules.version)
    return done


def _sums(plan: ErasurePlan, state: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in plan.lines:
        if line.state == state:
            found[line.kind] = found.get(line.kind, 0) + line.count
    return found


def take_up_erasures(policy: Running, foreign: Foreign, database: ForeignDatabase, today: Today) -> None:
    """Erasures of people that were announced in this system and not completed."""
    for row in Intent.objects.filter(system=foreign.name, email__gt="").order_by("pk"):
        wanted = Erasure(row.email, row.asked_at or row.at, foreign.rules.obligations)
        _erase(policy, foreign, database, row, wanted, today)


def corrections_planned(
    policy: Running, address: str, values: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Which of the words each other database can correct of a person it knows, by system."""
    there: dict[str, tuple[str, ...]] = {}
    for foreign in systems(policy):
        words = tuple(sorted(allowed(foreign) & set(values)))
        if not words:
            continue
        try:
            with foreign.database() as database:
                if correcting.known(database, foreign.kinds, address):
                    there[foreign.name] = words
        except TROUBLE:
            log.error("correct: %s could not be reached", foreign.name)
    return there


def allowed(foreign: Foreign) -> frozenset[str]:
    """The words that can be corrected there, and that a purpose names (M5)."""
    named = [words for words in foreign.rules.fields.values() if words is not None]
    stored = correcting.words(foreign.kinds)
    return stored if len(named) < len(foreign.rules.fields) else stored & frozenset().union(*named)


def correct(
    policy: Running, address: str, values: Mapping[str, str], *, now: datetime, by: str, salt: bytes
) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """Correct a person in every other database, each with its receipt: rows by system and table; and of those that
    could not be asked, why. They are to be corrected again: doing it twice does no harm."""
    done: dict[str, dict[str, int]] = {}
    troubles: dict[str, str] = {}
    for foreign in systems(policy):
        wanted = {word: value for word, value in values.items() if word in allowed(foreign)}
        if not wanted:
            continue
        try:
            with foreign.database() as database:
                rows = again(database, lambda: correcting.correct(database, foreign.kinds, address, wanted))  # noqa: B023
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
            continue
        if rows:
            body = {"system": foreign.name, "person": commit(address, salt=salt), "by": commit(by, salt=salt),
                    "fields": sorted(wanted), "rows": rows}  # fmt: skip
            with transaction.atomic():
                append(action="correction", body=body, now=now, policy=policy.rules.version)
            done[foreign.name] = rows
    return done, troubles
