"""A record kind's tables as SQLAlchemy Core sees them, and the way from a record over its hops."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    LargeBinary,
    Numeric,
    Text,
    Uuid,
    column,
    literal_column,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause, TableClause
from sqlalchemy.types import TypeEngine

from gallra.kinds import ColumnType, Event, Flag, Hop, Part, PersonPath, RecordKind, Table

TYPES: dict[ColumnType, TypeEngine[Any]] = {
    "text": Text(),
    "integer": BigInteger(),
    "numeric": Numeric(),
    "boolean": Boolean(),
    "date": Date(),
    "timestamp": DateTime(timezone=True),
    "bytes": LargeBinary(),
    "json": JSONB(none_as_null=True),
    "uuid": Uuid(),
}
"""Every bind gets its column's type: the server never has to guess."""


def key_type(of: Table) -> ColumnType:
    """The type of a table's key: as declared, a number where the key is not among the columns."""
    return next((c.type for c in of.columns if c.name == of.key), "integer")


@lru_cache(maxsize=1024)
def clause(of: Table) -> TableClause:
    """The declared table with its declared columns, the key first."""
    names: dict[str, ColumnType] = {of.key: key_type(of)} | {c.name: c.type for c in of.columns}
    return table(of.name, *(column(n, TYPES[t]) for n, t in names.items()), schema=of.schema)


def foreign(kind: RecordKind, hop: Hop, columns: tuple[tuple[str, ColumnType], ...]) -> TableClause:
    """The table a hop leads to: its key and these columns, whether some kind declares it or not."""
    names: dict[str, ColumnType] = {}
    for declared in kind.tables():
        if declared.name == hop.table:
            names = {declared.key: key_type(declared)} | {c.name: c.type for c in declared.columns}
    names.setdefault(hop.key, "integer")
    for name, kind_of in columns:
        names.setdefault(name, kind_of)
    return table(hop.table, *(column(n, TYPES[t]) for n, t in names.items()), schema=kind.table.schema)


class Source:
    """The record's table, joined with what its events, flags and people stand on, each path once.

    outer: rows without the other side stay (their columns are NULL), as counting what is uncovered needs. Otherwise a
    missing hop drops the row: it means "never".
    """

    def __init__(self, kind: RecordKind, *, outer: bool = False, start: Table | None = None) -> None:
        self.kind = kind
        self.outer = outer
        self.base: TableClause = clause(start or kind.table)
        self.from_: FromClause = self.base
        self._paths: dict[tuple[tuple[Hop, ...], bool], FromClause] = {}

    @property
    def key(self) -> ColumnElement[Any]:
        return self.base.c[self.kind.table.key]

    def at(
        self, hops: tuple[Hop, ...], *columns: tuple[str, ColumnType], outer: bool | None = None
    ) -> FromClause:
        """The table at the end of `hops`, joined now if it was not; `columns` are those that will be read there."""
        side = self.outer if outer is None else outer
        if not hops:
            return self.base
        if (hops, side) in self._paths:
            return self._paths[hops, side]
        before = self.at(hops[:-1], (hops[-1].column, "integer"), outer=side)
        hop = hops[-1]
        after_columns = columns + tuple(self._later(hops))
        to = foreign(self.kind, hop, after_columns).alias(f"{hop.table}_{len(self._paths) + 1}")
        self.from_ = self.from_.join(to, before.c[hop.column] == to.c[hop.key], isouter=side)
        self._paths[hops, side] = to
        return to

    def _later(self, hops: tuple[Hop, ...]) -> Iterator[tuple[str, ColumnType]]:
        """Columns that other paths of this kind need in the same table, so that one alias serves them all."""
        for longer in all_hops(self.kind):
            if len(longer) > len(hops) and longer[: len(hops)] == hops:
                yield longer[len(hops)].column, "integer"
        for event in self.kind.events:
            if event.hops == hops:
                yield event.column, event.type
                if event.blocked_by:
                    yield event.blocked_by, "integer"
        for flag in self.kind.flags:
            if flag.hops == hops:
                yield flag.column, "boolean"

    def event(self, event: Event, *, outer: bool | None = None) -> ColumnElement[Any]:
        """The date of an event, blocked or not."""
        if event.expression is not None:
            return literal_column(f"({event.expression})", TYPES[event.type])
        at = self.at(event.hops, (event.column, event.type), outer=outer)
        return cast(ColumnElement[Any], at.c[event.column])

    def blocked(self, event: Event, *, outer: bool | None = None) -> ColumnElement[Any] | None:
        """The column that says how many things keep the event from having happened."""
        if event.blocked_by is None:
            return None
        return cast(ColumnElement[Any], self.at(event.hops, outer=outer).c[event.blocked_by])

    def flag(self, flag: Flag, *, outer: bool | None = None) -> ColumnElement[Any]:
        """The value of a flag, NULL for unknown."""
        if flag.expression is not None:
            return literal_column(f"({flag.expression})", Boolean())
        return cast(
            ColumnElement[Any], self.at(flag.hops, (flag.column, "boolean"), outer=outer).c[flag.column]
        )

    def mine(self) -> list[ColumnElement[bool]]:
        """Which rows of a shared table are of this kind."""
        return [self.base.c[name] == value for name, value in self.kind.where]


def all_hops(kind: RecordKind) -> Iterator[tuple[Hop, ...]]:
    """Every path that leaves the record's own row."""
    for event in kind.events:
        yield event.hops
    for flag in kind.flags:
        yield flag.hops
    for path in kind.people:
        yield path.hops
    if kind.company:
        yield (kind.company,)


def part_of(kind: RecordKind, name: str) -> Part:
    """The part whose table is `name`; KeyError where the kind has none."""
    for part in kind.parts:
        if part.table.name == name:
            return part
    raise KeyError(name)


def chain(kind: RecordKind, part: Part) -> tuple[Part, ...]:
    """From a part up to the one that hangs on the record itself, the part first."""
    links = [part]
    while links[-1].of is not None:
        links.append(part_of(kind, links[-1].of))
    return tuple(links)


def person_column(
    kind: RecordKind, path: PersonPath, base: FromClause
) -> tuple[FromClause, ColumnElement[Any]]:
    """`base` joined along a person's path, and the address at its end."""
    current: FromClause = base
    joined: FromClause = base
    for number, hop in enumerate(path.hops):
        following = path.hops[number + 1].column if number + 1 < len(path.hops) else path.email
        shape: tuple[tuple[str, ColumnType], ...] = (
            (following, "text" if following == path.email else "integer"),
        )
        to = foreign(kind, hop, shape).alias(f"person_{hop.table}_{number}")
        joined = joined.join(to, current.c[hop.column] == to.c[hop.key])
        current = to
    return joined, current.c[path.email]
