"""Who may be the same person under another address: shown to staff, never acted on (design.md section 9).

Whole tables of contacts are read: it is asked by a person, never by a sweep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from gallra.engine.compile import compiled
from gallra.engine.execute import Executor
from gallra.engine.person.find import Found
from gallra.engine.person.people import People
from gallra.engine.tables import clause
from gallra.kinds import Contacts

MOST = 200
"""Rows listed per column."""
SHORTEST = 4
"""Characters of a name, and digits of a number, below which a likeness says nothing."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A contact under another address with the same name or telephone number. by: "name", "phone"."""

    table: str
    key: Any
    by: tuple[str, ...]
    email: str | None = field(repr=False, default=None)


def twins(executor: Executor, people: People, found: Found) -> tuple[Twin, ...]:
    """Contacts that may be the same person; at most `MOST` per register."""
    names = {name.lower() for name in found.names if len(name) >= SHORTEST}
    phones = {
        digits(str(c.values[c.of.phone])) for c in found.contacts if c.of.phone and c.values.get(c.of.phone)
    }
    phones = {phone for phone in phones if len(phone) > SHORTEST}
    mine = {(c.of.table.name, c.key) for c in found.contacts}
    return tuple(
        twin
        for of in people.contacts
        for twin in _twins(executor, people, of, names, phones)
        if (twin.table, twin.key) not in mine
    )


def _twins(
    executor: Executor, people: People, of: Contacts, names: set[str], phones: set[str]
) -> Iterable[Twin]:
    own = clause(of.table)
    ways: list[ColumnElement[bool]] = []
    if of.name and names:
        ways.append(func.lower(own.c[of.name]).in_(sorted(names)))
    if of.phone and phones:
        number: Any = own.c[of.phone]
        for sign in (" ", "-", "(", ")", "+"):
            number = func.replace(number, sign, "")
        ways.append(number.in_(sorted(phones)))
    if not ways:
        return
    columns = [
        own.c[name] if name else func.null() for name in (of.email, of.name or of.email, of.phone or of.email)
    ]
    query = select(own.c[of.table.key], *columns).where(or_(*ways)).order_by(own.c[of.table.key]).limit(MOST)
    for key, email, name, phone in executor.rows(compiled("twins", query, people.dialect)):
        by = [word for word, same in (("name", bool(of.name) and str(name or "").lower() in names),
              ("phone", bool(of.phone) and digits(str(phone or "")) in phones)) if same]  # fmt: skip
        yield Twin(of.table.name, key, tuple(by), email)


def digits(number: str) -> str:
    """A telephone number's digits."""
    return re.sub(r"\D", "", number)
