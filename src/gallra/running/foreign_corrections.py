"""Correcting a person in the other databases (M21; Articles 16 and 19): intent, act, receipt in each.

What a system cannot do now, because it does not answer, stays announced and every sweep takes it up; what it refuses is
told once, and its receipt says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from gallra.engine.execute import again
from gallra.ledger.commitments import commit
from gallra.running.foreign import TROUBLE, Foreign, said, systems
from gallra.running.installed import Running
from gallra.running.intents import announce, in_turn, opened, settled
from gallra.running.models import Intent
from gallra.running.naming import plain
from gallra.systems.sql import correcting
from gallra.systems.sql.database import Failed, ForeignDatabase
from gallra.systems.sql.holds import typed

log = logging.getLogger(__name__)
ACTION = "correction"


def planned(policy: Running, address: str, values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
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


def announced(
    policy: Running, address: str, values: Mapping[str, str], *, now: datetime, by: str, salt: bytes,
    request: int | None = None,
) -> list[Intent]:  # fmt: skip
    """Announce the correction in every other database that can store it, in the caller's transaction or one of its
    own: whatever becomes of the caller afterwards, every sweep takes it up."""
    rows = []
    for foreign in systems(policy):
        wanted = {word: value for word, value in values.items() if word in allowed(foreign)}
        if not wanted:
            continue
        body: dict[str, object] = {
            "system": foreign.name, "person": commit(address, salt=salt), "by": commit(by, salt=salt),
            "fields": sorted(wanted),
        }  # fmt: skip
        if request is not None:
            body["request"] = request
        rows.append(
            announce(
                foreign.name, ACTION, entry="correction.intent", body=body, now=now, policy=policy.rules.version,
                email=address, values=wanted,
            )
        )  # fmt: skip
    return rows


def correct(
    policy: Running, rows: Iterable[Intent], *, now: datetime
) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """Carry out what was announced: rows by system and table; and where it is not done, why. A system that does not
    answer is asked again by every sweep; one that refuses is not."""
    done: dict[str, dict[str, int]] = {}
    troubles: dict[str, str] = {}
    known = {foreign.name: foreign for foreign in systems(policy)}
    for row in rows:
        foreign = known.get(row.system)
        if foreign is None:
            continue
        try:
            with foreign.database() as database:
                changed = _in_turn(foreign, database, row, now)
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
            continue
        if changed:
            done[foreign.name] = changed
    return done, troubles


def announced_for(address: str, request: int) -> list[Intent]:
    """What is announced for a request and has no receipt: after a kill it is taken up again."""
    return list(Intent.objects.filter(action=ACTION, email=address, body__request=request).order_by("pk"))


def take_up(foreign: Foreign, database: ForeignDatabase, *, now: datetime) -> list[str]:
    """Corrections that were announced in this system and have no receipt; what it refuses, by the error's class."""
    refused: list[str] = []
    for row in opened(foreign.name, ACTION):
        try:
            _in_turn(foreign, database, row, now)
        except Failed as failed:
            refused.append(f"{foreign.name} correction: {failed.reason.split()[0]}")
    return refused


def _in_turn(foreign: Foreign, database: ForeignDatabase, row: Intent, now: datetime) -> dict[str, int]:
    """This one, after those of the same person that were asked for before it: an old one never overwrites a new one."""
    with in_turn(foreign.name):
        rows: dict[str, int] = {}
        for each in opened(foreign.name, ACTION).filter(email=row.email, pk__lte=row.pk):
            try:
                rows = _carry_out(foreign, database, each, now)
            except Failed:
                if each.pk == row.pk:
                    raise
                log.error("correct: %s refused an earlier correction", foreign.name)
        return rows


def _carry_out(foreign: Foreign, database: ForeignDatabase, row: Intent, now: datetime) -> dict[str, int]:
    """One of them, and its receipt. Raises Failed: with its receipt where another try would fail as well."""

    def act() -> dict[str, int]:
        keys = correcting.locked(
            database,
            foreign.kinds,
            row.email,
            known=_known(foreign, row),
            new=row.values.get("email", "").lower(),
        )
        row.keys = [[name, [plain(key) for key in found]] for name, found in keys.items()]
        row.save(update_fields=["keys"])  # committed before anything is written there
        return correcting.correct(database, foreign.kinds, keys, row.values)

    try:
        rows = again(database, act)
    except Failed as failed:
        if not failed.transient:
            settled(row, {"complete": False, "cause": failed.reason.split()[0]}, now=now)
        raise
    settled(row, {"rows": rows, "complete": True}, now=now)
    return rows


def _known(foreign: Foreign, row: Intent) -> correcting.Keys:
    """The rows that were found when it was cut off."""
    tables = {place.name: place.table for place in correcting.places(foreign.kinds)}
    return {
        name: [key if isinstance(key, int) else typed(tables[name], key) for key in keys]
        for name, keys in row.keys
        if name in tables
    }
