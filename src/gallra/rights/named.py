"""Other people named in the texts of whoever asks for a copy: hidden in it, unless staff say otherwise.

Known are the contacts of the same cases and companies (engine/person/hiding.py). What comes to be known between the
look-up and the answer is hidden too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from gallra.engine.person.hiding import Who
from gallra.engine.tables import key_type
from gallra.rights.book import locked, reason_of
from gallra.rights.errors import Refused
from gallra.rights.models import Named, Request
from gallra.rights.words import NamedVerdict, State, TwinVerdict
from gallra.running.persons import own_people


def propose(request: Request, found: Mapping[Who, int]) -> None:
    """Write down whom the person's texts name, and in how many: each is hidden unless it is decided otherwise."""
    Named.objects.bulk_create(
        Named(request=request, table=table, key=str(key), count=count)
        for (table, key), count in found.items()
    )


def decide(request: int, named: int, *, verdict: str, reason: str, by: str, now: datetime) -> Named:
    """Whether somebody's name is hidden in the person's texts, with a reason. Refused("unknown", "closed", "decided",
    "not_looked_up", "no_such_line", "not_a_verdict", "reason_needed", "too_long")."""
    why = reason_of(reason)
    with transaction.atomic():
        found = locked(request)
        if found.state == State.WORKING:
            raise Refused("decided")
        if found.looked_up_at is None:
            raise Refused("not_looked_up")
        row = found.named.filter(pk=named).first()
        if row is None:
            raise Refused("no_such_line")
        if verdict not in NamedVerdict.values:
            raise Refused("not_a_verdict")
        row.verdict, row.reason, row.by = verdict, why, by
        row.save(update_fields=["verdict", "reason", "by"])
    return row


def shown(request: Request) -> Collection[Who]:
    """The contacts whose names stay: those that staff said so of, and those that are the person's own under another
    address."""
    kept = request.named.filter(verdict=NamedVerdict.SHOW).values_list("table", "key")
    same = request.twins.filter(verdict=TwinVerdict.SAME).values_list("table", "key")
    return frozenset((table, _key(table, key)) for table, key in (*kept, *same))


def _key(table: str, key: str) -> int | str:
    of = own_people().contacts_of(table)
    return int(key) if of is not None and key_type(of.table) == "integer" else key
