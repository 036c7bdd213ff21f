"""Rectifying what the registers know of a person (Articles 16 and 19; M21): the same value in every system that has
the person and may hold the field. A booked snapshot is never altered; it says what was true when it was booked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Update, delete, func, literal, select, update

from gallra.engine.blank import dropped
from gallra.engine.compile import Statement, compiled
from gallra.engine.execute import Executor
from gallra.engine.person.find import Contact, by_table, contacts_of
from gallra.engine.person.people import People
from gallra.engine.person.sending import send
from gallra.engine.tables import TYPES, clause
from gallra.kinds import Contacts, Table
from gallra.policy.rules import Rules

EMAIL = "email"
SOURCES = "sources"
"""Where a table of contacts says per column where a value came from, if it does (S6)."""


class Clash(Exception):
    """Another contact of the same registers has the new address already. Nothing was changed. tables: of contacts."""

    def __init__(self, tables: tuple[str, ...]) -> None:
        super().__init__(", ".join(tables))
        self.tables = tables


class UnknownField(Exception):
    """No register holds such a field of a person. Nothing was changed. fields: those it can be."""

    def __init__(self, word: str, fields: tuple[str, ...]) -> None:
        super().__init__(word)
        self.word = word
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Change:
    """One field in one table of contacts.

    state: "change", "same" (it says so already), "no purpose" (no purpose of the policy names the field here, so it may
    not be stored), "no such field", "merge" (another contact has the new address: the two become one), "clash" (the
    same, and nobody said they may).
    """

    table: str
    word: str
    column: str
    state: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be true: the person (an address in lower case) and the fields' values, by the words of a policy; an
    empty value empties the field. merge: where another contact has the new address, it and this one become one."""

    address: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    merge: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be changed in one system, and in how many contacts."""

    changes: tuple[Change, ...]
    contacts: int

    def states(self, state: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.state == state)


def fields(people: People) -> tuple[str, ...]:
    """The words that some table of contacts stores itself."""
    return tuple(dict.fromkeys(word for of in people.contacts for word in stored(of.table)))


def stored(table: Table) -> dict[str, str]:
    """The words that a table of contacts stores itself, each with its column."""
    return {c.field: c.name for c in table.columns if c.field and c.references is None}


def plan(executor: Executor, people: People, wanted: Wanted, rules: Rules) -> Plan:
    """What correcting would do. Raises UnknownField."""
    contacts = contacts_of(executor, people, wanted.address)
    return _plan(executor, people, wanted, rules, contacts)


def act(executor: Executor, people: People, wanted: Wanted, rules: Rules, *, now: datetime) -> Plan:
    """Correct within the caller's open transaction, which writes the receipt last. Raises UnknownField, Clash (before
    anything is changed), and what the database raises where somebody takes the new address at that moment."""
    contacts = contacts_of(executor, people, wanted.address)
    new = wanted.values.get(EMAIL)
    others = contacts_of(executor, people, new) if new and new != wanted.address else ()
    keys = by_table((*contacts, *others))
    locks = [people.locks[table].bound(sorted(keys[table])) for table in people.locks if table in keys]
    send(executor, [statement for several in locks for statement in several])
    contacts = contacts_of(executor, people, wanted.address)
    done = _plan(executor, people, wanted, rules, contacts)
    if clashes := done.states("clash"):
        raise Clash(tuple(change.table for change in clashes))
    for contact in contacts:
        mine = [change for change in done.changes if change.table == contact.of.table.name]
        if any(change.state == "merge" for change in mine) and new:
            _merge(executor, people, contact, new)
    statements = [s for of in people.contacts if (s := _update(people, of, done, wanted, now)) is not None]
    send(executor, statements)
    return done


def _plan(
    executor: Executor, people: People, wanted: Wanted, rules: Rules, contacts: tuple[Contact, ...]
) -> Plan:
    known = fields(people)
    for word in wanted.values:
        if word not in known:
            raise UnknownField(word, known)
    refused = {table.name: words for table, words in dropped(rules, people.kinds).items()}
    new = wanted.values.get(EMAIL)
    taken = (
        {c.of.table.name for c in contacts_of(executor, people, new)}
        if new and new != wanted.address
        else set()
    )
    changes = []
    for contact in contacts:
        table = contact.of.table
        columns = stored(table)
        for word, value in wanted.values.items():
            state = "change"
            if word not in columns:
                state = "no such field"
            elif word in refused.get(table.name, ()):
                state = "no purpose"
            elif (contact.values.get(columns[word]) or "") == value:
                state = "same"
            elif word == EMAIL and table.name in taken:
                state = "merge" if wanted.merge else "clash"
            changes.append(Change(table.name, word, columns.get(word, ""), state))
    return Plan(tuple(changes), len(contacts))


def _update(people: People, of: Contacts, done: Plan, wanted: Wanted, now: datetime) -> Statement | None:
    """One statement for a table of contacts, by the address that its contact has by now."""
    columns = {c.column: wanted.values[c.word] for c in done.states("change") if c.table == of.table.name}
    if not columns:
        return None
    own = clause(of.table)
    values: dict[str, Any] = {name: literal(value or None, TYPES["text"]) for name, value in columns.items()}
    if any(column.name == SOURCES and column.type == "json" for column in of.table.columns):
        said = {name: {"from": "correction", "at": now.date().isoformat()} for name in columns}
        values[SOURCES] = own.c[SOURCES].op("||")(literal(said, TYPES["json"]))
    merged = any(c.table == of.table.name and c.state == "merge" for c in done.changes)
    address = wanted.values[EMAIL] if merged else wanted.address
    change: Update = update(own).where(own.c[of.email] == address).values(values)
    return compiled(f"correct {of.table.name}", change, people.dialect)


def _merge(executor: Executor, people: People, old: Contact, new: str) -> None:
    """What refers to the old contact refers to the one with the new address, which keeps its values and gets those it
    lacked; the old one goes."""
    of = old.of
    own = clause(of.table)
    key = own.c[of.table.key]
    [row] = executor.rows(compiled("find", select(key).where(own.c[of.email] == new), people.dialect))
    names = {table.name: table for kind in people.kinds.values() for table in kind.tables()}
    statements = []
    for name, column in of.references:
        if name in names:
            at = clause(names[name])
            moved = update(at).where(at.c[column] == old.key).values({column: row[0]})
            statements.append(compiled(f"move {name}", moved, people.dialect))
    filled = {
        c.name: func.coalesce(own.c[c.name], literal(old.values.get(c.name), TYPES[c.type]))
        for c in of.table.columns
        if c.field and c.name != of.email and old.values.get(c.name) is not None
    }
    if filled:
        statements.append(compiled("fill", update(own).where(key == row[0]).values(filled), people.dialect))
    statements.append(compiled("merge", delete(own).where(key == old.key), people.dialect))
    send(executor, statements)
