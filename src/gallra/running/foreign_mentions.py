"""Others' texts in other databases that mention a person: searched, read, and the words that name them blanked there.
THIS ERASES, through gallra.systems.sql.mentioning.

What is to be blanked is announced first: intent, act, receipt (design.md section 6). A system that does not answer is
told, and every sweep takes up what is announced.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from gallra import naming
from gallra.engine.compile import compiled
from gallra.engine.days import Today
from gallra.engine.execute import again
from gallra.engine.person.find import Found
from gallra.engine.person.mentions import Mention
from gallra.kinds import Table
from gallra.ledger.commitments import commit
from gallra.running.foreign import TROUBLE, Foreign, known_holds, said, systems
from gallra.running.foreign_sweep import holds_stand_still
from gallra.running.installed import Running, running
from gallra.running.intents import announce as announce_it
from gallra.running.intents import in_turn, opened, settled
from gallra.running.models import Intent
from gallra.systems.sql import mentioning
from gallra.systems.sql.database import Failed, ForeignDatabase
from gallra.systems.sql.holds import typed

log = logging.getLogger(__name__)
ACTION = "blank"
"""As a dropped field that is blanked; an announcement of ours has no run."""


@dataclass(frozen=True, slots=True)
class At:
    """One text: the record kind, the record, the table, the row and the column, keys as text."""

    kind: str
    record: str
    table: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class Searched:
    """mentions: what was found; more: whether some table has more than is listed; troubles: systems that could not be
    searched, each with why."""

    mentions: tuple[Mention, ...] = ()
    more: bool = False
    troubles: Mapping[str, str] = field(default_factory=dict)


def search(
    policy: Running, found: Mapping[str, Found], terms: Sequence[str], *, only: Collection[str] | None = None
) -> Searched:
    """Every text in other databases that mentions the person. found: what is their own, by system; terms: of
    `naming.terms`; only: these systems."""
    listed: list[Mention] = []
    troubles: dict[str, str] = {}
    more = False
    for foreign in systems(policy):
        if foreign.name not in found or (only is not None and foreign.name not in only):
            continue  # where it is not known what is the person's own, nothing is others'
        try:
            with foreign.database() as database:
                there = mentioning.search(database, foreign.kinds, found[foreign.name], terms)
        except TROUBLE as trouble:
            troubles[foreign.name] = said(trouble)
            continue
        listed += there.texts
        more |= there.more
    return Searched(tuple(listed), more, troubles)


def texts(wanted: Iterable[At]) -> dict[At, str | None]:
    """The texts as they stand; None where the row is gone. What a system that does not answer has is left out."""
    found: dict[At, str | None] = {}
    asked = list(wanted)
    for foreign in systems(running()) if asked else ():
        mine = [at for at in asked if _table(foreign, at) is not None]
        if not mine:
            continue
        try:
            with foreign.database(verify=False) as database:
                for at in mine:
                    found[at] = _text(foreign, database, at)
        except TROUBLE:
            log.error("mentions: %s could not be reached", foreign.name)
    return found


def announce(
    at: At, *, request: int, terms: Sequence[str], address: str, by: str, salt: bytes, now: datetime
) -> bool:
    """Announce that what names the person is blanked in one text, in the caller's transaction; whether it is in any
    other database. No entry says which text it is."""
    foreign = next((each for each in systems(running()) if _table(each, at) is not None), None)
    if foreign is None:
        return False
    body: dict[str, Any] = {
        "system": foreign.name, "kind": at.kind, "fields": [at.column], "request": request,
        "keys": commit(f"{at.table} {at.key}", salt=salt), "by": commit(by, salt=salt),
    }  # fmt: skip
    values = {"at": [at.kind, at.record, at.table, at.key, at.column], "terms": list(terms)}
    announce_it(
        foreign.name, ACTION, entry="blank.intent", body=body, now=now, policy=running().rules.version,
        email=address, values=values,
    )  # fmt: skip
    return True


def announced_for(request: int) -> list[Intent]:
    """What is announced for a request and has no receipt."""
    rows = Intent.objects.filter(action=ACTION, run=None, body__request=request)
    return list(rows.order_by("pk"))


def carry_out(rows: Iterable[Intent], *, now: datetime) -> tuple[int, dict[str, str]]:
    """Blank what was announced: how many texts a system refused, which is not tried again; and systems that do not
    answer, each with why."""
    known = {foreign.name: foreign for foreign in systems(running())}
    waiting: dict[str, list[Intent]] = {}
    for row in rows:
        waiting.setdefault(row.system, []).append(row)
    refused, troubles = 0, dict[str, str]()
    for name in waiting.keys() & known.keys():
        try:
            with known[name].database() as database:
                refused += len(_in_turn(known[name], database, waiting[name], now))
        except TROUBLE as trouble:
            troubles[name] = said(trouble)
    return refused, troubles


def take_up(foreign: Foreign, database: ForeignDatabase, *, now: datetime) -> list[str]:
    """What was announced in this system and has no receipt; what it refuses, by the error's class."""
    rows = list(opened(foreign.name, ACTION).filter(run=None))
    return _in_turn(foreign, database, rows, now) if rows else []


def _in_turn(foreign: Foreign, database: ForeignDatabase, rows: Iterable[Intent], now: datetime) -> list[str]:
    refused: list[str] = []
    with in_turn(foreign.name):
        for row in rows:
            if not Intent.objects.filter(pk=row.pk).exists():
                continue  # a sweep did it meanwhile
            try:
                _carry_out(foreign, database, row, now)
            except Failed as failed:
                if failed.transient:
                    raise
                refused.append(f"{foreign.name} mention: {failed.reason.split()[0]}")
    return refused


def _carry_out(foreign: Foreign, database: ForeignDatabase, row: Intent, now: datetime) -> None:
    """One text, and its receipt: with no row where it is gone, held, or was changed meanwhile. Raises Failed: with its
    receipt where another try would fail as well."""
    from gallra.running.extracts import MARK  # it knows persons, which search by this

    at = At(*row.values["at"])
    table = _table(foreign, at)
    names = naming.pattern(row.values["terms"])
    try:
        with holds_stand_still():
            rows = 0
            if table is not None and not _held(foreign, database, at, now):
                key = typed(table, at.key)
                rows = again(
                    database, lambda: mentioning.replace(database, table, at.column, key, names, MARK)
                )
    except Failed as failed:
        if not failed.transient:
            settled(row, {"rows": 0}, now=now)
        raise
    settled(row, {"rows": rows, "blanked": {at.table: rows} if rows else {}}, now=now)


def _held(foreign: Foreign, database: ForeignDatabase, at: At, now: datetime) -> bool:
    """Whether the record is held, by itself or through a person it concerns."""
    kind, today = foreign.kinds[at.kind], Today.of(now, foreign.rules.timezone)
    keys = known_holds(today.day).keys(kind, today.day)
    if keys is None:
        return False
    among = keys.subquery("held")
    asked = select(among.c[0]).select_from(among).where(among.c[0] == typed(kind.table, at.record))
    return bool(database.rows(compiled("held", asked, database.dialect)))


def _table(foreign: Foreign, at: At) -> Table | None:
    """The declared table of a text; None where it is not of this system, or is not declared any more."""
    kind = foreign.kinds.get(at.kind)
    if kind is None:
        return None
    tables = (kind.table, *(part.table for part in kind.parts))
    return next(
        (
            t
            for t in tables
            if t.name == at.table and any(c.name == at.column and c.free_text for c in t.columns)
        ),
        None,
    )


def _text(foreign: Foreign, database: ForeignDatabase, at: At) -> str | None:
    table = _table(foreign, at)
    if table is None:
        return None
    key = typed(table, at.key)
    return mentioning.texts(database, table, at.column, [key]).get(key)
