"""Rows into the database by COPY, as the application's role, with every constraint and guard on; sequences
moved after.

Ids are given by us, so that references can be written before their rows are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction
from psycopg import Copy, sql
from psycopg.types.json import Jsonb

from gallra.registers.generate.rows import ROW_TYPES, Row
from gallra.registers.generate.store import History, columns


class CopyRefused(Exception):
    """The database refused rows: a guard or a constraint of `table`. The row itself is not told."""

    def __init__(self, table: str, constraint: str | None) -> None:
        super().__init__(f"{table} refuses the rows: {constraint or 'not in the form of its columns'}")
        self.table = table
        self.constraint = constraint


@contextmanager
def by_index() -> Iterator[None]:
    """A transaction in which foreign keys are checked by index from the first row on.

    The plan of a check is made once a session: made while the table is empty, it reads the whole of it for every row
    that comes after, and a million rows take days. Only the owner may ANALYZE in between.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("DISCARD PLANS")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = on")


@contextmanager
def _copying(table: str, names: Sequence[str]) -> Iterator[Copy]:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            yield copy
    except psycopg.DatabaseError as error:
        # Its text holds the row.
        raise CopyRefused(table, error.diag.constraint_name) from None


def copy_rows(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows into `table` in one COPY; dictionaries and lists become JSON. Returns how many rows.

    Raises CopyRefused, and leaves the transaction to be rolled back.
    """
    count = 0
    with _copying(table, names) as copy:
        for row in rows:
            copy.write_row([Jsonb(value) if isinstance(value, dict | list) else value for value in row])
            count += 1
    return count


def copy_text(table: str, names: Sequence[str], chunks: Iterable[str]) -> None:
    """Writes rows that are already in COPY's text form, a chunk of many lines at a time. Raises CopyRefused."""
    with _copying(table, names) as copy:
        for chunk in chunks:
            copy.write(chunk)


def next_id(table: str) -> int:
    """One more than the highest id in `table`."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(table)))
        return int(cursor.fetchone()[0])


def move_id(table: str, last: int) -> None:
    """Lets the ids of `table` go on after `last`, which may have been given and be gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, max(last, 1)])


def move_sequence(sequence: str, last: int) -> None:
    """Lets a number series go on after `last`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, last])


def is_empty(table: str) -> bool:
    """Whether a table has no rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        return bool(cursor.fetchone()[0])


def copy_history(history: History, *, skip: frozenset[str] = frozenset()) -> dict[str, int]:
    """Writes a whole history, tables in an order in which every reference finds its row; rows per table.

    skip: tables that keep what they have. The sequences of the ids go on after the last id ever given.
    """
    counts: dict[str, int] = {}
    for kind in ROW_TYPES:
        if kind.TABLE in skip or not history.table(kind.TABLE):
            continue
        counts[kind.TABLE] = copy_rows(kind.TABLE, columns(kind), history.values(kind))
        move_id(kind.TABLE, history.last_id(kind.TABLE))
    return counts


def occupied() -> list[str]:
    """Tables of the registers that already have rows; a history is written into empty ones."""
    return [kind.TABLE for kind in ROW_TYPES if _is_history(kind) and not is_empty(kind.TABLE)]


def _is_history(kind: type[Row]) -> bool:
    """Topics may be there before: they are a setting."""
    return kind.TABLE != "newsletter_topic"


def ids_by(table: str, column: str) -> dict[str, int]:
    """The ids of a small table by a unique text column."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}, id FROM {}").format(sql.Identifier(column), sql.Identifier(table)))
        return {str(value): int(key) for value, key in cursor.fetchall()}


def move_counter(series: str, last: int) -> None:
    """Lets a gapless series of finance go on after `last`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO finance_counter (series, last) VALUES (%s, %s)"
            " ON CONFLICT (series) DO UPDATE SET last = excluded.last",
            [series, last],
        )
