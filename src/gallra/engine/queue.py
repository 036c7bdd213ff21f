"""The queue of contacts and companies to be asked again whether anything refers to them.

Whatever removes a reference, or makes a contact, adds a row in the same transaction. The table has neither unique nor
foreign keys, so that writers never wait for each other; `settle.py` empties it.
"""

from __future__ import annotations

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
    insert,
    literal,
    select,
    table,
)
from sqlalchemy.sql.selectable import FromClause

QUEUE = table(
    "directory_recheck",
    column("id", BigInteger()),
    column("what", Text()),
    column("key", BigInteger()),
    column("queued_at", DateTime(timezone=True)),
)


def queued(
    target: str, source: FromClause, name: str, condition: ColumnElement[Any], now: datetime
) -> Insert:
    """Queue what column `name` of the rows under `condition` refers to: rows of the table `target`, each once."""
    key = source.c[name]
    return enqueued(target, select(key).where(condition, key.is_not(None)).distinct(), now)


def enqueued(target: str, keys: Select[Any], now: datetime) -> Insert:
    """Queue rows of the table `target` by a query of their keys."""
    found = keys.subquery("found")
    moment = bindparam("queued_at", now, type_=DateTime(timezone=True))
    rows = select(literal(target, Text()), found.c[0], moment)
    return insert(QUEUE).from_select([QUEUE.c.what, QUEUE.c.key, QUEUE.c.queued_at], rows)
