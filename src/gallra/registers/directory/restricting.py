"""Restriction (Article 18): the data of a restricted person is stored, and nothing else, until it is lifted.

The database refuses every change of it, whatever the way in: the triggers of `migrating.guard_restricted` ask
`directory_restricted`, and a verb that meets one of them says Refused("restricted"). Nobody's reading is refused here;
pages ask `is_restricted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from gallra.registers.directory.models import Restricted
from gallra.systems import own

SETTING = "gallra.own_wish"
"""Of a transaction: what it does, the restricted person asks for."""


def restrict(address: str, *, now: datetime) -> None:
    """From the caller's commit on nothing about the person is changed. address: as the registers store it. Waits for
    the verbs that are under way with the person; twice is once."""
    with transaction.atomic():
        Restricted.objects.bulk_create([Restricted(email=address, since=now)], ignore_conflicts=True)
        with connection.cursor() as cursor:
            for table in _contacts():
                cursor.execute(f"SELECT id FROM {table} WHERE email = %s FOR UPDATE", [address])  # noqa: S608 - ours


def lift(address: str) -> bool:
    """In the caller's transaction; whether there was a restriction."""
    return Restricted.objects.filter(pk=address).delete()[0] > 0


def is_restricted(*addresses: str) -> bool:
    """Whether one of them is restricted."""
    return bool(addresses) and Restricted.objects.filter(pk__in=addresses).exists()


@contextmanager
def own_wish() -> Iterator[None]:
    """What is done within is what the person asks for (Article 18(2): with their consent): their data may be corrected,
    and their mailings stopped. Within a transaction."""
    before = _set("yes")
    try:
        yield
    except BaseException:
        # A failed statement takes the setting with it, when its transaction or savepoint is undone.
        if connection.connection.info.transaction_status != TransactionStatus.INERROR:
            _set(before)
        raise
    _set(before)


def _set(value: str) -> str:
    """What it was before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [SETTING])
        before = str(cursor.fetchone()[0])
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])
    return before


def _contacts() -> Iterable[str]:
    return sorted({kind.contacts.table.name for kind in own.kinds().values() if kind.contacts})
