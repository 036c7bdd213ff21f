"""What the list to replay keeps of an erasure: keys, never an address. On a restored database the contacts' keys lead
to the address again, and to nobody once they are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from sqlalchemy import select

from gallra.engine.compile import compiled
from gallra.engine.person.erase import Touched
from gallra.engine.person.people import People
from gallra.engine.tables import clause
from gallra.registers.newsletter.models import Suppression
from gallra.systems.connection import OwnDatabase


def keys(taken: Touched, *, user: int | None = None, kinds: Iterable[str] | None = None) -> dict[str, Any]:
    """The keys of a line. user: of the account that went; kinds: where not every record kind was asked for."""
    return {
        "records": taken.records,
        "parts": taken.parts,
        "contacts": taken.contacts,
        "user": user,
        "kinds": None if kinds is None else sorted(kinds),
    }


def sealed(salt: bytes, address_hash: bytes, suppressed: bool) -> dict[str, str]:
    """What only the key opens: the salt of the receipt, and the address's keyed hash where mailings are stopped."""
    return {"salt": salt.hex(), "suppressed": address_hash.hex() if suppressed else ""}


def touched(kept: Mapping[str, Any]) -> Touched:
    """The keys of a line, as the engine takes them."""
    parts = tuple((name, part, table, way, found) for name, part, table, way, found in kept.get("parts", ()))
    return Touched(kept.get("records", {}), parts, kept.get("contacts", {}))


def addresses(kept: Mapping[str, Any], people: People) -> list[str]:
    """The addresses that the contacts and the account of a line have in this database."""
    found: set[str] = set()
    for table, which in kept.get("contacts", {}).items():
        of = people.contacts_of(table)
        if of is None:
            continue
        own = clause(of.table)
        query = select(own.c[of.email]).where(own.c[of.table.key].in_(which))
        found |= {str(row[0]) for row in OwnDatabase().rows(compiled("find", query)) if row[0]}
    if kept.get("user") is not None:
        users = get_user_model()._default_manager.filter(pk=kept["user"], role="")
        found |= {str(email) for email in users.values_list("email", flat=True)}
    return sorted(found)


def suppress(known: Mapping[str, Any], now: datetime) -> None:
    """The suppression that came with the erasure."""
    if known.get("suppressed"):
        row = Suppression(address_hash=bytes.fromhex(known["suppressed"]), reason="erased", added_at=now)
        Suppression.objects.bulk_create([row], ignore_conflicts=True)
