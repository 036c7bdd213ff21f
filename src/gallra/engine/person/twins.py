"""Who may be the same person under another address: shown to staff, never acted on (design.md section 9).

Asked by a person, never by a sweep; every register in one statement, each by the index of its names (the sorted one)
and of its telephone numbers' digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, func, literal_column, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from gallra.engine.execute import Executor
from gallra.engine.person.find import Found
from gallra.engine.person.fusing import Fused, Question, fused
from gallra.engine.person.people import People
from gallra.engine.tables import TYPES, clause, key_type
from gallra.kinds import ColumnType, Contacts

MOST = 200
"""Contacts listed per register."""
SHORTEST = 4
"""Characters of a name, and digits of a number, below which a likeness says nothing."""
_SORTED = str.maketrans("åäöéü", "{|}ey")
"""As the registers sort names: one that is written with é, ü or without is alike."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A contact under another address with the same name or telephone number. by: "name", "phone"."""

    table: str
    key: Any
    by: tuple[str, ...]
    email: str | None = field(repr=False, default=None)


def twins(executor: Executor, people: People, found: Found) -> tuple[Twin, ...]:
    """Contacts that may be the same person; at most `MOST` per register. Of our own registers: people.fuses."""
    names = {alike(name) for name in found.names if len(name) >= SHORTEST}
    phones = {
        digits(str(c.values[c.of.phone])) for c in found.contacts if c.of.phone and c.values.get(c.of.phone)
    }
    phones = {phone for phone in phones if len(phone) > SHORTEST}
    if not names and not phones:
        return ()
    asking = statement(people)
    rows = executor.rows(asking.bound(names=sorted(names), phones=sorted(phones)))
    mine = {(c.of.table.name, c.key) for c in found.contacts}
    return tuple(
        Twin(of.table.name, key, tuple(_by(name, phone, names, phones)), email)
        for of, found_rows in zip(people.contacts, asking.read(rows), strict=True)
        for key, email, name, phone in sorted(found_rows, key=lambda row: row[0])
        if (of.table.name, key) not in mine
    )


def statement(people: People) -> Fused:
    """Every register's contacts with one of the `names` (of `alike`) or `phones` (of `digits`)."""
    return people.once(
        "twins", lambda: fused("twins", [_asked(of) for of in people.contacts], people.dialect)
    )


def _asked(of: Contacts) -> Question:
    """Those that are alike, and then the first of them by key: nothing is known of how common a name is (no sample of
    names is kept), and asked for in the order of the key the database might rather read the whole table along it."""
    own = clause(of.table)
    columns: list[Any] = [own.c[of.table.key], own.c[of.email]]
    columns += [own.c[name] if name else null() for name in (of.name, of.phone)]
    asked = select(*(column.label(f"c{place}") for place, column in enumerate(columns))).where(
        or_(*_ways(of))
    )
    said = asked.cte(f"alike_{of.table.name}").prefix_with("MATERIALIZED")
    first = select(said).order_by(said.c.c0).limit(MOST).subquery(f"first_{of.table.name}")
    types: tuple[ColumnType, ...] = (key_type(of.table), "text", "text", "text")
    return Question(select(*first.c), types)


def _ways(of: Contacts) -> Iterable[ColumnElement[bool]]:
    """The expressions of the indexes, as registers/bases.py has them."""
    own, text = clause(of.table), TYPES["text"]
    if of.name:
        small = func.translate(
            func.lower(own.c[of.name]), literal_column("'åäöéü'"), literal_column("'{|}ey'")
        )
        yield small.collate("C") == any_(bindparam("names", type_=ARRAY(text)))
    if of.phone:
        number = own.c[of.phone]
        plain = func.regexp_replace(
            number, literal_column("'[^0-9]+'"), literal_column("''"), literal_column("'g'")
        )
        yield number.is_not(None) & (plain == any_(bindparam("phones", type_=ARRAY(text))))


def _by(name: object, phone: object, names: set[str], phones: set[str]) -> Iterable[str]:
    if alike(str(name or "")) in names:
        yield "name"
    if digits(str(phone or "")) in phones:
        yield "phone"


def alike(name: str) -> str:
    """A name as names are compared: in small letters, as the registers sort it."""
    return name.lower().translate(_SORTED)


def digits(number: str) -> str:
    """A telephone number's digits."""
    return re.sub("[^0-9]", "", number)
