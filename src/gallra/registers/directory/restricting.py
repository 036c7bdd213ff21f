"""Restriction (Article 18): the data of a restricted person is stored, and nothing else, until it is lifted.

The database refuses every change of it, whatever the way in: the triggers of `migrating.guard_restricted` ask
`directory_restricted`, and a verb that meets one of them says Refused("restricted"). Nobody's reading is refused here;
pages ask `is_restricted`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from psycopg.pq import TransactionStatus

from gallra.kinds import RecordKind
from gallra.registers.directory.models import Restricted
from gallra.systems import own

SETTING = "gallra.own_wish"
"""Of a transaction: what it does, the restricted person asks for."""


def restrict(address: str, *, now: datetime, kinds: Collection[str] | None = None) -> None:
    """From the caller's commit on nothing about the person is changed, or nothing in records of these kinds and in
    contacts that serve no other. address: as the registers store it. Waits for the verbs that are under way with the
    person; twice is once, and together they are about the kinds of both."""
    with transaction.atomic():
        Restricted.objects.bulk_create(
            [Restricted(email=address, since=now, kinds=None if kinds is None else [])], ignore_conflicts=True
        )
        found = Restricted.objects.select_for_update().get(pk=address)
        if found.kinds is not None:
            found.kinds = None if kinds is None else sorted({*found.kinds, *kinds})
            found.kinds = found.kinds and sorted({*found.kinds, *_serving_no_other(address, found.kinds)})
            found.save(update_fields=["kinds"])
        with connection.cursor() as cursor:
            for table in _contacts():
                cursor.execute(f"SELECT id FROM {table} WHERE email = %s FOR UPDATE", [address])  # noqa: S608 - ours


def lift(address: str) -> bool:
    """In the caller's transaction; whether there was a restriction."""
    return Restricted.objects.filter(pk=address).delete()[0] > 0


def is_restricted(*addresses: str, kind: str = "") -> bool:
    """Whether one of them is restricted: in records of the kind, or a table's contacts; without one in any."""
    if not addresses:
        return False
    found = Restricted.objects.filter(pk__in=addresses)
    return (found.filter(Q(kinds__isnull=True) | Q(kinds__contains=[kind])) if kind else found).exists()


def _serving_no_other(address: str, kinds: Collection[str]) -> list[str]:
    """The tables of contacts whose contact with that address no record of another kind names."""
    known = own.kinds().values()
    others = [kind for kind in known if kind.contacts and kind.name not in kinds]
    serving = {kind.contacts.table.name for kind in others if kind.contacts and _names(kind, address)}
    restricted = {kind.contacts.table.name for kind in known if kind.contacts and kind.name in kinds}
    return sorted(restricted - serving)


def _names(kind: RecordKind, address: str) -> bool:
    """Whether a record of the kind, or a part right below it, names the contact with that address."""
    contacts = kind.contacts.table.name if kind.contacts else ""
    record = " AND ".join(["k.id = t.{parent}", *(f"k.{name} = %s" for name, _value in kind.where)])
    asked: list[str] = []
    for table, parent in [
        (kind.table, "id"),
        *((part.table, part.parent) for part in kind.parts if not part.of),
    ]:
        for column in table.columns:
            if column.references == contacts:
                asked.append(
                    f"SELECT FROM {table.name} t JOIN {kind.table.name} k ON {record.format(parent=parent)}"
                    f" JOIN {contacts} c ON c.id = t.{column.name} WHERE c.email = %s"
                )
    values = [value for _name, value in kind.where]
    with connection.cursor() as cursor:
        for query in asked:
            cursor.execute(f"SELECT EXISTS ({query})", [*values, address])
            if cursor.fetchone()[0]:
                return True
    return False


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
