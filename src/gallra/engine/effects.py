"""What is done to records whose keys are locked: parts first, then what refers to them, then the records.

Every statement takes the batch's keys as the parameter `keys`; they are compiled once for a rule. For databases
without arrays, `among` writes the keys into an IN list instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import any_, bindparam, delete, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.tables import TYPES, chain, clause, key_type
from gallra.kinds import Column, Part, RecordKind, Table

Among = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Which rows a batch means: a condition on the column that holds the record's key."""

EMPTY: dict[str, Any] = {
    "text": "", "bytes": b"", "integer": 0, "numeric": 0, "boolean": False, "json": {},
}  # fmt: skip


class CannotBlank(Exception):
    """A column that is personal, may not be NULL and has no empty value (a date, a moment, a reference)."""


def by_array(kind: Table) -> Among:
    """Keys bound as one array parameter named `keys`: the statement's text is the same for every batch."""
    of = TYPES[key_type(kind)]
    return lambda column: column == any_(bindparam("keys", type_=ARRAY(of)))


def by_probes(kind: Table) -> Among:
    """The same, out of the planner's sight: it neither weighs thousands of keys one by one nor comes to think that
    reading the whole table would be faster.
    """
    of = TYPES[key_type(kind)]
    keys = select(func.unnest(bindparam("keys", type_=ARRAY(of)))).scalar_subquery()
    return lambda column: column == any_(func.array(keys, type_=ARRAY(of)))


def by_list(keys: Iterable[Any]) -> Among:
    """Keys written out as an IN list, at most 1,000 (design.md section 6)."""
    listed = list(keys)
    if len(listed) > 1000:
        raise ValueError("at most 1,000 keys in a list")
    return lambda column: column.in_(listed)


@dataclass(frozen=True, slots=True)
class Effect:
    """One change: what for ("part", "loosen", "record"), on which table, deleting or blanking."""

    role: str
    table: str
    verb: str
    change: Delete | Update


def effects(
    kind: RecordKind, verb: str, *, among: Among, now: datetime, referring: Iterable[tuple[Table, str]] = ()
) -> Iterator[Effect]:
    """Everything that `verb` ("archive" or "erase") does to the records `among` names, in the order it is done.

    referring: foreign keys in other tables that may name these records and are emptied when the record is deleted.
    Raises CannotBlank where archiving would leave something personal.
    """
    for part in kind.parts:
        blank = verb == "archive" and part.archived == "blank"
        change = blanked(part.table) if blank else delete(clause(part.table))
        condition = hangs_on(kind, part, among)
        yield Effect("part", part.table.name, "blank" if blank else "delete", change.where(condition))
    base = clause(kind.table)
    if verb == "archive":
        if kind.archived is None:
            raise CannotBlank(f"{kind.name} has no column that says it is archived")
        change = blanked(kind.table, spare=(kind.archived,)).values({kind.archived: now})
        yield Effect("record", kind.table.name, "blank", change.where(among(base.c[kind.table.key])))
        return
    for table, column in referring:
        at = clause(table)
        yield Effect(
            "loosen", table.name, "blank", update(at).values({column: null()}).where(among(at.c[column]))
        )
    yield Effect("record", kind.table.name, "delete", delete(base).where(among(base.c[kind.table.key])))


def hangs_on(kind: RecordKind, part: Part, among: Among) -> ColumnElement[bool]:
    """Which rows of a part belong to the records `among` names, however deep the part hangs."""
    links = chain(kind, part)
    condition = among(clause(links[-1].table).c[links[-1].parent])
    for upper, lower in zip(reversed(links), list(reversed(links))[1:], strict=False):
        up = clause(upper.table)
        condition = clause(lower.table).c[lower.parent].in_(select(up.c[upper.table.key]).where(condition))
    return condition


def blanked(table: Table, *, spare: tuple[str, ...] = (), only: frozenset[str] | None = None) -> Update:
    """An UPDATE that empties every personal column of `table` (or `only` these). Raises CannotBlank."""
    columns = [c for c in table.personal if c.name not in spare and (only is None or c.name in only)]
    if not columns:
        return update(clause(table)).values({table.key: clause(table).c[table.key]})
    return update(clause(table)).values({c.name: empty(table, c) for c in columns})


def empty(table: Table, column: Column) -> Any:
    """What stands in a column once nothing personal does."""
    if column.nullable:
        return null()
    if column.type not in EMPTY or column.references is not None:
        raise CannotBlank(f"{table.name}.{column.name}")
    return literal(EMPTY[column.type], TYPES[column.type])


def referring_columns(
    kind: RecordKind, kinds: Iterable[RecordKind]
) -> tuple[list[tuple[Table, str]], list[tuple[Table, str]]]:
    """Foreign keys elsewhere that may name a record of `kind`: those that can be emptied, and those that cannot (then
    the record stays as long as they name it).
    """
    loose: list[tuple[Table, str]] = []
    tight: list[tuple[Table, str]] = []
    own = {(part.table.name, part.parent) for part in kind.parts}
    for table in {t.name: t for other in kinds for t in other.tables()}.values():
        for column in table.columns:
            if column.references == kind.table.name and (table.name, column.name) not in own:
                (loose if column.nullable else tight).append((table, column.name))
    return loose, tight
