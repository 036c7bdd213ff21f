"""Appending: one INSERT, the last statement of the caller's transaction.

It takes no lock that another writer waits for: the number comes from a sequence, and hashing into the tree is
left to the next checkpoint. Effect and entry commit together or not at all.

Three ways in, one statement: `append` on Django's connection, `append_to` on any psycopg connection, and
`append_statement` for a caller with an executor of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db import connections, transaction

from gallra.ledger.bodies import BodyError, check_body, digest, name

_INSERT = (
    "INSERT INTO ledger_entry (at, action, policy, run, rule, batch, body) "
    "VALUES (%s::timestamptz, %s, %s, %s::uuid, %s, %s::integer, %s::jsonb) RETURNING number"
)


class Statement(NamedTuple):
    """SQL text in psycopg's `%s` style, and its parameters. One row comes back: the entry's number."""

    text: str
    parameters: tuple[str | int | None, ...]


def append_statement(
    *,
    action: str,
    body: Mapping[str, object],
    now: datetime,
    policy: str | None = None,
    run: UUID | str | None = None,
    rule: str | None = None,
    batch: int | None = None,
) -> Statement:
    """The INSERT for one entry.

    body: as `bodies.BODIES` allows for `action`. now: the operation's reading of the clock, with a time zone.
    policy: hash of the adopted file. run, rule, batch: where all are given, a second entry of the same action
    is refused by the database. Raises BodyError, which names keys and never values.
    """
    check_body(action, body)
    if now.tzinfo is None:
        raise BodyError(f"{action}: now has no time zone")
    if policy is not None and not digest(policy):
        raise BodyError(f"{action}: policy is not a hash")
    if rule is not None and not name(rule):
        raise BodyError(f"{action}: rule is not the name of a rule")
    try:
        run_id = None if run is None else str(UUID(str(run)))
    except ValueError:
        raise BodyError(f"{action}: run is not a UUID") from None
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Statement(_INSERT, (now.isoformat(), action, policy, run_id, rule, batch, text))


def append(
    *,
    action: str,
    body: Mapping[str, object],
    now: datetime,
    policy: str | None = None,
    run: UUID | str | None = None,
    rule: str | None = None,
    batch: int | None = None,
    using: str = "default",
) -> int:
    """Append within the caller's open transaction on Django's connection, as its last statement; the entry's
    number.

    Arguments and errors as `append_statement`; TransactionManagementError where no transaction is open.
    """
    statement = append_statement(
        action=action, body=body, now=now, policy=policy, run=run, rule=rule, batch=batch
    )
    if not connections[using].in_atomic_block:
        raise transaction.TransactionManagementError("a ledger entry commits together with what it tells of")
    with connections[using].cursor() as cursor:
        cursor.execute(*statement)
        return int(cursor.fetchone()[0])


def append_to(connection: psycopg.Connection[Any], statement: Statement) -> int:
    """Run `statement` on a plain psycopg connection, which the caller commits; the entry's number."""
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        row = cursor.execute(statement.text, statement.parameters).fetchone()
    if row is None:  # pragma: no cover — INSERT … RETURNING gives a row or raises
        raise RuntimeError("the ledger gave no number")
    return int(row[0])
