"""Other people named in the person's own texts: whom we know beside them, and their names hidden (Article 15(4)).

Known are the contacts that the person's records name beside them, and those of the same companies. Nobody else's name
can be told from a word; so what is proposed here is shown to staff, who may say otherwise (rights/named.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import any_, bindparam, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from gallra import naming
from gallra.engine.compile import Statement, compiled
from gallra.engine.execute import Executor
from gallra.engine.person.extract import Extract
from gallra.engine.person.people import People
from gallra.engine.person.redacting import Group, Hidden, Values
from gallra.engine.person.sending import send
from gallra.engine.tables import TYPES, clause, key_type
from gallra.kinds import Contacts

Who = tuple[str, Any]
"""A contact: its table and key."""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else: the contacts under one address, whichever register's; the first stands for them."""

    contacts: tuple[Who, ...]
    terms: tuple[str, ...] = field(repr=False)

    @property
    def who(self) -> Who:
        return self.contacts[0]


@dataclass(frozen=True, slots=True)
class Hiding:
    """What was hidden: in how many texts whose name stood, and in how many any."""

    by: Mapping[Who, int] = field(default_factory=dict)
    texts: int = 0


def others(executor: Executor, people: People, found: Extract) -> tuple[Other, ...]:
    """The contacts beside the person, as far as our own registers know them."""
    if not people.fuses or not (found.near or found.firms):
        return ()
    mine = {(contact.of.table.name, contact.key) for contact, _ in found.contacts}
    own = {str(contact.values.get(contact.of.email) or "").lower() for contact, _ in found.contacts}
    asked = [
        _beside(people, of).bind(
            keys=sorted(found.near.get(of.table.name, ())), firms=sorted(found.firms) if of.company else []
        )
        for of in people.contacts
    ]
    same: dict[object, list[tuple[Who, str, str]]] = {}
    for of, rows in zip(people.contacts, send(executor, asked), strict=True):
        for key, email, name, phone in rows:
            who, address = (of.table.name, key), str(email or "").lower()
            if who not in mine and address not in own:
                same.setdefault(address or who, []).append((who, str(name or ""), str(phone or "")))
    return tuple(_other(address, each) for address, each in same.items())


def _other(address: object, each: Sequence[tuple[Who, str, str]]) -> Other:
    given = address if isinstance(address, str) else ""
    said = naming.terms(given, [name for _, name, _ in each], [phone for _, _, phone in each])
    return Other(tuple(who for who, _, _ in each), tuple(said))


def _beside(people: People, of: Contacts) -> Statement:
    """Contacts by key (`keys`) or company (`firms`): key, address, name, telephone number."""

    def make() -> Statement:
        own = clause(of.table)
        key = own.c[of.table.key]
        ways = [key == any_(bindparam("keys", type_=ARRAY(TYPES[key_type(of.table)])))]
        company = own.c[of.company.column] if of.company else own.c[of.table.key]
        ways.append(company == any_(bindparam("firms", type_=ARRAY(TYPES["integer"]))))
        columns = [key, own.c[of.email], own.c[of.name or of.email], own.c[of.phone] if of.phone else null()]
        return compiled("beside", select(*columns).where(or_(*ways)).order_by(key), people.dialect)

    return people.once(("beside", of.table.name), make)


def finder(known: Sequence[Other], *, own: Iterable[str], mark: str, shown: Collection[Who] = ()) -> Hidden:
    """What finds the others in a text. own: the person's terms, which stay even where somebody else is called the same.
    mark: what stands for a name; shown: whose names staff let stand."""
    named = {other.who: other.terms for other in known if not set(other.contacts) & set(shown)}
    return Hidden.of(named, own=list(own), mark=mark)


def hide(found: Extract, hidden: Hidden) -> tuple[Extract, Hiding]:
    """The extract with the names, addresses and numbers that `hidden` finds replaced in its free text."""
    if not hidden.terms:
        return found, Hiding()
    by: dict[Who, int] = {}
    texts = 0

    def row(values: Values) -> Values:
        nonlocal texts
        changed = {}
        for column in values.table.columns:
            text = values.values.get(column.name)
            if column.free_text and isinstance(text, str):
                changed[column.name], there = hidden.text(text)
                texts += bool(there)
                for who in there:
                    by[who] = by.get(who, 0) + 1
        return replace(values, values={**values.values, **changed}) if changed else values

    items = tuple(replace(item, row=row(item.row), parts=_parts(item.parts, row)) for item in found.items)
    return replace(found, items=items), Hiding(by, texts)


def _parts(parts: Iterable[Group], row: Callable[[Values], Values]) -> tuple[Group, ...]:
    return tuple(replace(group, rows=tuple(map(row, group.rows))) for group in parts)
