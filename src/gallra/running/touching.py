"""Whom records concern: the addresses behind one record, or behind all records of a kind, in our own registers and in
other databases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.engine.default import DefaultDialect

from gallra.engine.compile import compiled
from gallra.engine.execute import Executor
from gallra.engine.holds import people
from gallra.engine.tables import chain, clause, person_column
from gallra.kinds import Part, PersonPath, RecordKind, Text
from gallra.running import foreign
from gallra.running.installed import Running, own_kinds
from gallra.systems.connection import OwnDatabase

PLAIN = DefaultDialect()
LONGEST = 320
"""Characters of an address."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Everybody whom record kinds concern. people: addresses by kind, of what answered; troubles: of what did not, why,
    by system."""

    people: Mapping[str, frozenset[str]]
    troubles: Mapping[str, Text]


def addresses(kind: RecordKind, key: object) -> frozenset[str]:
    """Everybody whom the record of one of our own kinds, or a part of it, concerns."""
    return frozenset(_asked(OwnDatabase(), kind, key))


def everybody(kind: RecordKind, database: Executor) -> frozenset[str]:
    """Everybody whom any record of the kind, or a part of one, concerns, in the database where it is."""
    return frozenset(_asked(database, kind, None))


def everywhere(policy: Running, kinds: Collection[str]) -> Concerned:
    """Everybody whom these record kinds concern, each asked in the database where the policy has it."""
    found: dict[str, frozenset[str]] = {}
    troubles: dict[str, Text] = {}
    left = set(kinds)
    for system in foreign.systems(policy):
        mine = left & set(system.kinds)
        left -= mine
        try:
            if mine:
                with system.database() as database:
                    found |= {name: everybody(system.kinds[name], database) for name in mine}
        except foreign.TROUBLE as trouble:
            troubles[system.name] = foreign.said_in_both(trouble)
    own = own_kinds()
    found |= {name: everybody(own[name], OwnDatabase()) for name in left if name in own}
    return Concerned({name: found[name] for name in kinds if name in found}, troubles)


def statements(kind: RecordKind) -> tuple[str, ...]:
    """What asks for everybody of a kind, in plain SQL, for somebody who has the database at hand."""
    return tuple(
        " ".join(compiled("whom", _way(kind, way, None), PLAIN).text.split()) for way in people(kind)
    )


def _asked(database: Executor, kind: RecordKind, key: object) -> Iterator[str]:
    """What is no address by its shape, as a note that there is none, concerns nobody who could be told."""
    for way in people(kind):
        for row in database.rows(compiled("whom", _way(kind, way, key), database.dialect)):
            address = str(row[0]).strip().lower()
            if "@" in address and len(address) <= LONGEST:
                yield address


def _way(kind: RecordKind, way: tuple[Part | None, PersonPath], key: object) -> Select[Any]:
    part, path = way
    start = clause(part.table if part else kind.table)
    joined, address = person_column(kind, path, start)
    of: ColumnElement[Any] = start.c[kind.table.key] if part is None else start.c[part.parent]
    if part is not None:
        below = start
        for link, upper in zip(chain(kind, part), chain(kind, part)[1:], strict=False):
            up = clause(upper.table)
            joined = joined.join(up, below.c[link.parent] == up.c[upper.table.key])
            below, of = up, up.c[upper.parent]
    asked = select(func.lower(address)).distinct().select_from(joined).where(address.is_not(None))
    return asked if key is None else asked.where(of == key)
