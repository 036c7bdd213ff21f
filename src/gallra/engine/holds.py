"""Which records are held: as a condition on our own tables, or as lists of what is known for a database that is not
ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Select,
    Text,
    and_,
    cast,
    column,
    exists,
    false,
    func,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from gallra.engine.tables import TYPES, chain, clause, key_type, person_column
from gallra.kinds import Part, PersonPath, RecordKind

HOLDS = table(
    "running_hold",
    column("id", BigInteger()),
    column("kind", Text()),
    column("key", Text()),
    column("email", Text()),
    column("begins", Date()),
    column("until", Date()),
    column("released_at", DateTime(timezone=True)),
    column("restriction", Boolean()),
    column("kinds", JSONB()),
)
"""Holds of this installation: by record (kind and key) or by person (an address in lower case); the other is empty.
kinds: of a hold by person, the record kinds it is about; NULL for every one.
"""


class Holds(Protocol):
    """Says which records of a kind are held on a day."""

    def keys(self, kind: RecordKind, day: date) -> Select[Any] | Any | None:
        """A selectable of the keys of held records, or None where there cannot be any."""
        ...

    def addresses(self, day: date) -> Select[Any] | Any | None:
        """A selectable of the addresses of held people, or None where there cannot be any."""
        ...


def in_force(day: date, despite: int | None = None) -> ColumnElement[bool]:
    """A hold counts from its first to its last day, unless it was released. despite: the number of one that does
    not count."""
    counts = [
        HOLDS.c.released_at.is_(None),
        HOLDS.c.begins <= day,
        or_(HOLDS.c.until.is_(None), HOLDS.c.until >= day),
    ]
    return and_(*counts) if despite is None else and_(*counts, HOLDS.c.id != despite)


@dataclass(frozen=True, slots=True)
class OwnHolds:
    """Holds in our own database, asked in the same statement as what they protect. despite: the number of one that
    does not count, since whoever it protects asks for what is done."""

    despite: int | None = None

    def keys(self, kind: RecordKind, day: date) -> Any:
        return _keys(kind, day, self.despite)

    def addresses(self, day: date) -> Any:
        return select(HOLDS.c.email).where(in_force(day, self.despite), HOLDS.c.email != "")


@dataclass(frozen=True, slots=True)
class NoHolds:
    """Nothing is held: for tests and first looks."""

    def keys(self, kind: RecordKind, day: date) -> None:
        return None

    def addresses(self, day: date) -> None:
        return None


def held(holds: Holds, kind: RecordKind, key: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """Whether the record with this key is held. The subselect runs once a statement: its cost follows the holds."""
    keys = holds.keys(kind, day)
    return false() if keys is None else key.in_(keys)


def people(kind: RecordKind) -> list[tuple[Part | None, PersonPath]]:
    """Every way from a record to a person: its own and its parts'."""
    ways: list[tuple[Part | None, PersonPath]] = [(None, path) for path in kind.people]
    ways += [(part, path) for part in kind.parts for path in part.people]
    return ways


@lru_cache(maxsize=256)
def _keys(kind: RecordKind, day: date, despite: int | None) -> Any:
    kind_of_key = TYPES[key_type(kind.table)]
    counts = in_force(day, despite)
    named = select(cast(HOLDS.c.key, kind_of_key)).where(counts, HOLDS.c.kind == kind.name, HOLDS.c.key != "")
    return union_all(named, *(_through(kind, path, counts) for path in people(kind)))


def _through(
    kind: RecordKind, way: tuple[Part | None, PersonPath], counts: ColumnElement[bool]
) -> Select[Any]:
    """Keys of the records that lead to a held person this way; begins at the holds, so that indexes carry it."""
    part, path = way
    start = clause(part.table if part else kind.table)
    of_kind: ColumnElement[bool] = func.jsonb_exists(HOLDS.c.kinds, kind.name)
    joined, address = person_column(kind, path, start)
    key: ColumnElement[Any] = start.c[kind.table.key] if part is None else start.c[part.parent]
    if part is not None:
        below = start
        for link, upper in zip(chain(kind, part), chain(kind, part)[1:], strict=False):
            up = clause(upper.table)
            joined = joined.join(up, below.c[link.parent] == up.c[upper.table.key])
            below, key = up, up.c[upper.parent]
    compared = address if path.normalised else func.lower(address)
    if kind.where:  # other rows of the table are of other kinds
        base = start if part is None else clause(kind.table).alias("of_kind")
        is_one = and_(*(base.c[name] == value for name, value in kind.where))
        if part is not None:
            is_one = exists().where(base.c[kind.table.key] == key, is_one)
        of_kind = and_(of_kind, is_one)
    return (
        select(key)
        .select_from(joined.join(HOLDS, HOLDS.c.email == compared))
        .where(counts, HOLDS.c.email != "", or_(HOLDS.c.kinds.is_(None), of_kind))
    )
