"""What every verb has in common: one transaction, an actor, locks in one order, a log line without persons.

Locks are taken in the order company, contact, record, part (design.md section 6). A verb that would lose to
another writer is tried again from the start; inside a caller's transaction the caller does that.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, models, transaction
from psycopg import errors as postgres

from gallra.registers.errors import Refused

ATTEMPTS = 4
_ACTOR = re.compile(r"(user|account):\d+|form|mail|import|job|demo|system")
_log = logging.getLogger("gallra.registers")

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function as one transaction. Its keyword `actor` says who: "user:7", "account:3", "form",
    "mail", "import", "job", "demo", "system"; never a name or an address (ValueError). Its keyword `now` must
    know its time zone. Refused("restricted") where the data is a restricted person's (Article 18).
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor, now = str(kwargs.get("actor", "")), kwargs.get("now")
        if not _ACTOR.fullmatch(actor):
            raise ValueError(f"{function.__name__}: the actor is not one")
        if isinstance(now, datetime) and now.tzinfo is None:
            raise ValueError(f"{function.__name__}: now has no time zone")
        for attempt in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    result = function(*args, **kwargs)
                break
            except IntegrityError as error:
                if restricted(error):
                    raise Refused("restricted") from None  # the database's text holds values
                raise
            except OperationalError as error:
                lost = isinstance(error.__cause__, postgres.DeadlockDetected | postgres.SerializationFailure)
                if not lost or connection.in_atomic_block or attempt == ATTEMPTS - 1:
                    raise
        _log.info("%s by %s", function.__name__, actor)
        return result

    return run


def restricted(error: IntegrityError) -> bool:
    """Whether the database refused it because the person's data is restricted."""
    cause = error.__cause__
    return isinstance(cause, postgres.CheckViolation) and cause.diag.constraint_name == "restricted"


def lock(model: type[M], key: int, *, keep: bool = False, remove: bool = False) -> M:
    """The row, locked until the transaction ends. Refused("unknown") where it is gone.

    To be changed: FOR NO KEY UPDATE, which lets others refer to it meanwhile. keep: FOR KEY SHARE, to be
    referred to. remove: FOR UPDATE, to be removed, or to have its address or number changed. A transaction
    may go from `keep` to a change without deadlock.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    how = "FOR KEY SHARE" if keep else "FOR UPDATE" if remove else "FOR NO KEY UPDATE"
    found = list(model._default_manager.raw(f"SELECT * FROM {table} WHERE id = %s {how}", [key]))  # noqa: S608
    if not found:
        raise Refused("unknown")
    return found[0]


def lock_all(model: type[M], keys: Iterable[int]) -> list[M]:
    """The rows that are there, locked to be changed, in the order of their keys."""
    return list(
        model._default_manager.select_for_update(no_key=True).filter(pk__in=list(keys)).order_by("pk")
    )


def latest(*moments: datetime | None) -> datetime | None:
    """The last of the moments that are there: a late entry never moves a clock back."""
    return max((m for m in moments if m is not None), default=None)


def needed(**values: Any) -> None:
    """Refused("missing") with the names of the arguments that are None or blank."""
    absent = [
        name
        for name, value in values.items()
        if value is None or (isinstance(value, str) and not value.strip())
    ]
    if absent:
        raise Refused("missing", *absent)


def clean(value: str | None) -> str | None:
    """The text without spaces around it; None where nothing is left."""
    return (value or "").strip() or None
