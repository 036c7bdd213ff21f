"""The rewrite: what was erased leaves the files too: tables, their indexes, and the planner's samples.

A deleted row stays in PostgreSQL's files until something overwrites it. `VACUUM FULL` writes a table and its indexes
anew with the living rows only. It closes the table while it works, so it belongs in a window; whoever holds a table
longer than `PATIENCE` is not waited for. What was held, or still seen by an open transaction (autovacuum's, say), is
tried again a moment later; what is left then waits, and the entry says so.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connections, transaction
from django.utils import timezone
from psycopg import sql

from gallra.ledger.append import append
from gallra.running.behind import behind
from gallra.running.installed import running
from gallra.running.remains import ACTION, SAMPLES, waiting
from gallra.running.runs import Refused
from gallra.systems.connection import OwnDatabase

log = logging.getLogger(__name__)

PATIENCE = 3000
"""Milliseconds for which a table's lock is waited for; others queue behind us no longer than that."""
TRIES = 3
_FIRST_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a rewrite did. tables: written anew; left: held by somebody, or with dead rows that an open transaction
    still sees. bytes: by how much the files shrank. log_cut: whether the write-ahead log before it was let go of too.
    """

    tables: tuple[str, ...]
    left: tuple[str, ...]
    bytes: int
    seconds: int
    log_cut: bool


def rewrite(
    now: datetime,
    *,
    patience: int = PATIENCE,
    clock: Callable[[], datetime] = timezone.now,
    pause: Callable[[float], None] = time.sleep,
) -> Rewritten | None:
    """Rewrite every table in which something was erased since its last rewrite, with one entry; None where there is
    none.

    patience: milliseconds per lock, and between two tries. clock: read at the end, for the entry's time. pause: waits
    so many seconds. Raises NoPolicy, Refused while a sweep runs or a restore is due, and a database error where the
    owner's role cannot be used or the ledger is held.
    """
    version = running().rules.version
    with OwnDatabase().alone("sweep") as mine:
        if not mine:
            raise Refused(busy=True)
        if behind():
            raise Refused(restored=True)
        with _owner(patience) as owner:
            through = _settled_through(owner)
            wanted = waiting()
            if not wanted:
                return None
            tables = tuple(table for table in wanted if table != SAMPLES)
            before = _size(owner, tables)
            done, left = _all(owner, tables, lambda: pause(patience / 1000))
            cut = _cut_log(owner)
            shrunk = max(before - _size(owner, tables), 0)
        ended = max(clock(), now)
        seconds = int((ended - now).total_seconds())
        body: dict[str, Any] = {
            "tables": done, "left": left, "bytes": shrunk, "seconds": seconds, "began": now.isoformat(),
            "through": through,
        }  # fmt: skip
        with transaction.atomic():
            append(action=ACTION, body=body, now=ended, policy=version)
    return Rewritten(tuple(done), tuple(left), shrunk, seconds, cut)


def _all(
    owner: psycopg.Connection[Any], tables: tuple[str, ...], wait: Callable[[], None]
) -> tuple[list[str], list[str]]:
    """Write these tables anew, and the samples last, with a few tries; which are done, which are left."""
    done: list[str] = []
    left = [*tables, SAMPLES]
    for number in range(TRIES):
        if number:
            wait()
        done += [name for name in left if _one(owner, name)]
        left = [name for name in left if name not in done]
        if not left:
            break
    return done, sorted(left)


def _one(owner: psycopg.Connection[Any], name: str) -> bool:
    return _anew(owner, "pg_catalog", name) if name == SAMPLES else _table(owner, "public", name)


@contextmanager
def _owner(patience: int) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection, with a short patience; closed afterwards."""
    wrapper = connections["owner"]
    wrapper.ensure_connection()
    found = wrapper.connection
    found.execute("SELECT set_config('lock_timeout', %s, false)", [f"{patience}ms"])
    try:
        yield found
    finally:
        wrapper.close()


def _settled_through(owner: psycopg.Connection[Any]) -> int:
    """The ledger's last number, when no transaction with a lower one is open any more: what commits later may still
    stand in the files."""
    with owner.transaction():
        owner.execute("LOCK TABLE ledger_entry IN SHARE MODE")
        row = owner.execute("SELECT coalesce(max(number), 0) FROM ledger_entry").fetchone()
    return int(row[0]) if row else 0


def _table(owner: psycopg.Connection[Any], schema: str, table: str) -> bool:
    """A table and its indexes, then its samples; whether nothing erased is left."""
    if not _anew(owner, schema, table):
        return False
    try:
        _forget_samples(owner, schema, table)
        owner.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(schema, table)))
    except psycopg.Error as error:
        log.warning("rewrite: samples of %s failed with %s", table, type(error).__name__)
        return False
    return True


def _anew(owner: psycopg.Connection[Any], schema: str, table: str) -> bool:
    """Write one table and its indexes anew; whether no dead row was carried over.

    The server tells how many dead rows an open transaction still sees (the one number in the detail of its notice, in
    whatever language); it says nothing where the role may not rewrite the table, and only warns.
    """
    told: list[int] = []

    def notice(found: psycopg.errors.Diagnostic) -> None:
        number = _FIRST_NUMBER.search(found.message_detail or "")
        if number:
            told.append(int(number[0]))

    owner.add_notice_handler(notice)
    try:
        owner.execute(sql.SQL("VACUUM (FULL, VERBOSE) {}").format(sql.Identifier(schema, table)))
    except psycopg.Error as error:
        log.warning("rewrite: %s failed with %s", table, type(error).__name__)
        return False
    finally:
        owner.remove_notice_handler(notice)
    return told == [0]


def _forget_samples(owner: psycopg.Connection[Any], schema: str, table: str) -> None:
    """Let go of the planner's samples of a table's columns and of its indexes' expressions: ANALYZE keeps the old ones
    of a table that is empty now. PostgreSQL can do so since 18; the registers keep none in any version."""
    if owner.info.server_version < 180000:
        return
    owner.execute(
        "SELECT pg_clear_attribute_stats(%(schema)s, s.relation, s.attribute, false) FROM ("
        " SELECT c.relname::text AS relation, a.attname::text AS attribute FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.oid = to_regclass(format('%%I.%%I', %(schema)s::text, %(table)s::text))"
        " OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indexprs IS NOT NULL"
        "   AND indrelid = to_regclass(format('%%I.%%I', %(schema)s::text, %(table)s::text)))) AS s",
        {"schema": schema, "table": table},
    )


def _cut_log(owner: psycopg.Connection[Any]) -> bool:
    """Begin a new file of the write-ahead log and a checkpoint, so that the older files can go; False where the role
    may not."""
    try:
        owner.execute("SELECT pg_switch_wal()")
        owner.execute("CHECKPOINT")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _size(owner: psycopg.Connection[Any], tables: tuple[str, ...]) -> int:
    """Bytes in the files of these tables, indexes and large values included."""
    row = owner.execute(
        "SELECT coalesce(sum(pg_total_relation_size(to_regclass(format('public.%%I', name)))), 0)::bigint"
        " FROM unnest(%s::text[]) AS asked(name)",
        [list(tables)],
    ).fetchone()
    return int(row[0]) if row else 0
