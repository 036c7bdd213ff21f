"""What is announced for one person or one record in another database: intent, act, receipt (design.md section 6).

An announcement is committed before anything is done there, and goes with its receipt. What was cut off, or could not be
done because the system did not answer, stays announced; every sweep takes it up, in the order of asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from gallra.engine.compile import Statement
from gallra.ledger.append import append
from gallra.running.announced import noted
from gallra.running.models import Intent
from gallra.systems.connection import LOCKS, OwnDatabase


def announce(
    system: str,
    action: str,
    *,
    entry: str,
    body: dict[str, Any],
    now: datetime,
    policy: str,
    email: str = "",
    keys: Any = (),
    values: Mapping[str, Any] | None = None,
) -> Intent:
    """Announce it; committed when this returns. action: of its receipt; entry: of the announcement itself; values:
    what is to be written, which no entry holds."""
    with transaction.atomic():
        row = Intent.objects.create(
            system=system, action=action, batch=0, policy=policy, email=email, keys=list(keys), body=body,
            values=dict(values or {}), asked_at=now, at=now,
        )  # fmt: skip
        noted(append(action=entry, body=body, now=now, policy=policy), row)
    return row


def opened(system: str, *actions: str) -> QuerySet[Intent]:
    """What is announced in a system and has no receipt, in the order of asking."""
    return Intent.objects.filter(system=system, action__in=actions).order_by("pk")


def settled(row: Intent, more: Mapping[str, Any], *, now: datetime) -> int | None:
    """The receipt; the announcement goes with it, in the caller's transaction or one of its own. The number of the
    entry; None where it had its receipt already."""
    with transaction.atomic():
        if not Intent.objects.filter(pk=row.pk).delete()[0]:
            return None
        return append(action=row.action, body={**row.body, **more}, now=now, policy=row.policy)


@contextmanager
def in_turn(system: str) -> Iterator[None]:
    """One at a time acts on what is announced in a system: whoever takes it up waits for whoever announced it. The lock
    is the session's, and ends with it if we are killed."""
    own = OwnDatabase()
    lock = "(%(lock)s::integer, hashtext(%(name)s::text))"
    params = {"lock": LOCKS, "name": f"{system} announced"}
    own.rows(Statement("turn", f"SELECT pg_advisory_lock{lock}", params))
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            own.rows(Statement("release", f"SELECT pg_advisory_unlock{lock}", params))
