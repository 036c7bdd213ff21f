"""A likeness that may be the same person under another address: which address that is now."""

from __future__ import annotations

from sqlalchemy import select

from gallra.engine.compile import compiled
from gallra.engine.tables import clause
from gallra.rights.models import Twin
from gallra.running import persons
from gallra.systems.connection import OwnDatabase


def address_of(twin: Twin) -> str:
    """The address that the contact has now; empty where it is gone."""
    of = persons.own_people().contacts_of(twin.table)
    if of is None:
        return ""
    own = clause(of.table)
    asked = select(own.c[of.email]).where(own.c[of.table.key] == int(twin.key))
    rows = OwnDatabase().rows(compiled("twin", asked))
    return str(rows[0][0] or "") if rows else ""
