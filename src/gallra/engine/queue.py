"""The queue of contacts and companies to be asked again whether anything refers to them.

Whatever removes a reference, or makes a contact, adds a row in the same transaction: of one key, or of all that a batch
names. The table has neither unique nor foreign keys, so that writers never wait for each other; `settle.py`
empties it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Insert,
    Select,
    Text,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import FromClause

QUEUE = table(
    "directory_recheck",
    column("id", BigInteger()),
    column("what", Text()),
    column("key", BigInteger()),
    column("keys", JSONB()),
    column("queued_at", DateTime(timezone=True)),
)


def queued(
    target: str, source: FromClause, name: str, condition: ColumnElement[Any], now: datetime
) -> Insert:
    """Queue what column `name` of the rows under `condition` refers to: rows of the table `target`, each once."""
    return enqueued(target, select(source.c[name]).where(condition), now)


def enqueued(target: str, keys: Select[Any], now: datetime) -> Insert:
    """Queue rows of the table `target` by a query of their keys, which may say a key twice, or none."""
    return enqueued_all({target: [keys]}, now)


def enqueued_all(referred: Mapping[str, Sequence[Select[Any]]], now: datetime) -> Insert:
    """Queue rows of several tables, each by queries of their keys: a row per table, each key once. Nine thousand keys
    in rows of their own took a fifth of a batch's time.
    """
    moment = bindparam("queued_at", now, type_=DateTime(timezone=True))
    rows = []
    for target, queries in referred.items():
        found = union_all(*queries).subquery(f"named_{target}") if len(queries) > 1 else queries[0].subquery()
        key = found.c[0].label("key")
        each = select(key).where(key.is_not(None)).distinct().subquery()
        gathered = select(func.jsonb_agg(each.c.key).label("keys")).subquery()
        rows.append(
            select(literal(target, Text()), gathered.c["keys"], moment).where(gathered.c["keys"].is_not(None))
        )
    return insert(QUEUE).from_select([QUEUE.c.what, QUEUE.c["keys"], QUEUE.c.queued_at], union_all(*rows))
