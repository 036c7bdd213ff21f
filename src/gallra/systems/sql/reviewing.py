"""A review's decision, written where the declaration has columns for it, in a database that is not ours. It erases
nothing; what is written twice is as written once, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.sql.dml import Update

from gallra.engine.compile import compiled
from gallra.engine.days import Today
from gallra.engine.tables import clause
from gallra.kinds import Column, RecordKind
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import in_lists
from gallra.systems.sql.sweeping import locking


class NoColumn(Exception):
    """The declaration names no column for it. The text is the key it would stand under: `reviewed` or `decided`."""


def needed(kind: RecordKind, decision: str) -> None:
    """Raise NoColumn where the decision ("keep" or "erase") could not be written."""
    if kind.reviewed is None:
        raise NoColumn("reviewed")
    if decision == "erase" and kind.decided is None:
        raise NoColumn("decided")


def decide(database: ForeignDatabase, kind: RecordKind, key: Any, decision: str, today: Today) -> int:
    """Write it, in the caller's transaction: 1, or 0 where the record is gone or archived. Raises NoColumn, Failed."""
    needed(kind, decision)
    database.rows(compiled("lock", locking(kind, [key]), database.dialect))
    if not database.rows(compiled("ask", standing(kind, [key]), database.dialect)):
        return 0
    return database.run(compiled("decide", written(kind, key, decision, today), database.dialect))


def written(kind: RecordKind, key: Any, decision: str, today: Today) -> Update:
    """The day of the review, and whether the record is to go; keeping undoes what was decided before."""
    base = clause(kind.table)
    values = {name: _value(kind.table.column(name), today) for name in (kind.reviewed,) if name is not None}
    if kind.decided is not None:
        column = kind.table.column(kind.decided)
        values[column.name] = _value(column, today) if decision == "erase" else _no(column)
    return update(base).where(base.c[kind.table.key] == key).values(values)


def standing(kind: RecordKind, keys: Iterable[Any]) -> Select[Any]:
    """Which of these records are there, and not archived."""
    base = clause(kind.table)
    own = base.c[kind.table.key]
    archived = [base.c[kind.archived].is_(None)] if kind.archived is not None else []
    return select(own).where(own.in_(list(keys)), *archived)


def gone(database: ForeignDatabase, kind: RecordKind, keys: list[Any]) -> Iterator[Any]:
    """Which of these records are not there any more, or are archived."""
    for part in in_lists(keys):
        there = {
            row[0] for row in database.rows(compiled("standing", standing(kind, part), database.dialect))
        }
        yield from (key for key in part if key not in there)


def _value(column: Column, today: Today) -> datetime | Any:
    if column.type == "boolean":
        return True
    return today.day if column.type == "date" else today.now


def _no(column: Column) -> Any:
    return False if column.type == "boolean" else None
