"""One way from a row to a person, and the statements that ask along it, by address or by keys.

Each statement is one index probe: contacts by their address, rows by their contact's key. An `x = ? OR fk IN
(subselect)` would read the whole table (measured.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.selectable import FromClause, TableClause

from gallra.engine.compile import Statement, compiled
from gallra.engine.person.fusing import Question
from gallra.engine.tables import chain, clause
from gallra.kinds import Column, Contacts, Part, PersonPath, RecordKind, Table

LIST = 1000
"""Keys in a list, where a database has no arrays (design.md section 6)."""


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A question by keys: `bound(keys)` gives the statements, one where the database knows arrays, else one per
    thousand keys. fused: the compiled text for arrays."""

    name: str
    column: ColumnElement[Any]
    query: Select[Any]
    of: Any
    dialect: Dialect
    fused: Statement | None

    @classmethod
    def on(
        cls,
        name: str,
        query: Select[Any],
        column: ColumnElement[Any],
        of: Any,
        dialect: Dialect,
        arrays: bool,
    ) -> Probe:
        """The rows of `query` whose `column` (of type `of`) is among the keys, bound as one array or written out."""
        fused = None
        if arrays:
            among = column == any_(bindparam("keys", type_=ARRAY(of)))
            fused = compiled(name, query.where(among), dialect)
        return cls(name, column, query, of, dialect, fused)

    def bound(self, keys: Sequence[Any]) -> list[Statement]:
        """The statements for these keys; none for no keys."""
        if not keys:
            return []
        if self.fused is not None:
            return [self.fused.bind(keys=list(keys))]
        parts = [keys[at : at + LIST] for at in range(0, len(keys), LIST)]
        return [compiled(self.name, self.query.where(self.column.in_(part)), self.dialect) for part in parts]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way from a row to a person. kinds: the record kinds whose rows stand in the table (told apart by `where`);
    part: None for the record's own row. contacts: the table of contacts it goes over, in one step; None for an address
    in the row itself or a longer way, which is asked by address.

    shape: names of the columns `keys` gives: the row's key, then what decides about it.
    """

    table: Table
    path: PersonPath
    kinds: tuple[RecordKind, ...]
    part: Part | None
    contacts: Contacts | None
    shape: tuple[str, ...]

    @property
    def owner(self) -> bool:
        return self.part is None and self.path.owner

    @property
    def reference(self) -> str | None:
        """The foreign key in the row itself, if the way begins with one."""
        return self.path.hops[0].column if self.path.hops else None


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A way's statements. keys: the row's key and what decides about it; rows: its declared columns. Each by address
    (parameter `address`) or by keys of contacts; locked: `keys` with the row locked."""

    way: Way
    keys: Probe | Statement
    locked: Probe | Statement
    rows: Probe | Statement
    questions: dict[str, Question]

    def bound(self, which: str, *, address: str, contacts: dict[str, list[Any]]) -> list[Statement]:
        """The statements for a person; none where the register knows no such contact."""
        asked: Probe | Statement = getattr(self, which)
        if isinstance(asked, Statement):
            return [by_address(asked, address)]
        return asked.bound(contacts.get(self.way.contacts.table.name, []) if self.way.contacts else [])


def by_address(statement: Statement, address: str) -> Statement:
    """The statement for this address, whether its parameters have names or places."""
    if isinstance(statement.params, tuple):
        return replace(statement, params=tuple(address if v is None else v for v in statement.params))
    return statement.bind(address=address)


def up_to_record(
    kind: RecordKind, part: Part | None, base: TableClause, start: FromClause
) -> tuple[FromClause, ColumnElement[Any]]:
    """`start` (a join that begins at `base`) joined upwards from a part's table, and the record's key there."""
    if part is None:
        return start, base.c[kind.table.key]
    links = chain(kind, part)
    joined = start
    below: TableClause = base
    for link, upper in pairwise(links):
        up = clause(upper.table)
        joined = joined.join(up, below.c[link.parent] == up.c[upper.table.key])
        below = up
    return joined, below.c[links[-1].parent]


def deciding(kind: RecordKind) -> Iterable[str]:
    """The columns of a record's own row that decide whether it may be erased, and of which kind it is."""
    yield from (name for name, _ in kind.where)
    if kind.added:
        yield kind.added
    if kind.accounting and plainly_closed(kind):
        event = kind.event(kind.accounting)
        yield event.column
        if event.blocked_by:
            yield event.blocked_by
    if kind.company and kind.companies:
        yield kind.company.column


def plainly_closed(kind: RecordKind) -> bool:
    """Whether the day that a statute counts from stands in the record's own row."""
    event = kind.event(kind.accounting) if kind.accounting else None
    return event is not None and not event.hops and event.expression is None


def moments(table: Table) -> tuple[Column, ...]:
    """The columns that say when a part came to be: impersonal, never empty."""
    return tuple(c for c in table.columns if c.type == "timestamp" and c.impersonal and not c.nullable)
