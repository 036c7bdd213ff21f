"""Whom records concern: the addresses behind one record, or behind all records of a kind, in our own registers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from gallra.engine.compile import compiled
from gallra.engine.holds import people
from gallra.engine.tables import chain, clause, person_column
from gallra.kinds import Part, PersonPath, RecordKind
from gallra.systems.connection import OwnDatabase


def addresses(kind: RecordKind, key: object) -> frozenset[str]:
    """Everybody whom the record of one of our own kinds, or a part of it, concerns."""
    return frozenset(_asked(kind, key))


def everybody(kind: RecordKind) -> frozenset[str]:
    """Everybody whom any record of the kind, or a part of one, concerns; with its contacts, if they have no record."""
    return frozenset(_asked(kind, None))


def _asked(kind: RecordKind, key: object) -> Iterator[str]:
    own = OwnDatabase()
    for way in people(kind):
        for row in own.rows(compiled("whom", _way(kind, way, key))):
            if row[0]:
                yield str(row[0])


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
