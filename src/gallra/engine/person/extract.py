"""What a person gets: every row that concerns them, whole, with what is other people's marked (Articles 15 and 20).

Three rounds of statements: contacts by address; records and parts by contact; what hangs on the records. What the day
a record goes depends on is read from the rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gallra.engine.days import Today
from gallra.engine.execute import Executor
from gallra.engine.holds import Holds
from gallra.engine.person.fates import fate_of
from gallra.engine.person.find import Contact, Hit, any_hold, by_table, contacts_of, held_records
from gallra.engine.person.gathering import Gathered, ask, companies_of, hang_on
from gallra.engine.person.people import People
from gallra.engine.person.redacting import Group, Values, group_shown, plain, record_shown
from gallra.engine.why import Record
from gallra.kinds import PersonPath, RecordKind
from gallra.policy.rules import Rules


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A record of the person's (`row` is the whole), or one in which only parts are theirs (`row` holds what is
    impersonal). path: how it leads to the person; fate: what will happen to it, None where it is not theirs."""

    kind: RecordKind
    key: Any
    path: PersonPath
    row: Values
    parts: tuple[Group, ...]
    fate: Record | None

    @property
    def owner(self) -> bool:
        return self.fate is not None


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """Everything one system has of a person. near: keys of contacts that their rows name, by table; firms: keys of the
    companies they belong to."""

    contacts: tuple[tuple[Contact, Values], ...]
    companies: tuple[Values, ...]
    items: tuple[Item, ...]
    near: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    firms: frozenset[Any] = frozenset()

    def counts(self) -> dict[str, int]:
        """Numbers of records by kind."""
        found: dict[str, int] = {}
        for item in self.items:
            found[item.kind.name] = found.get(item.kind.name, 0) + 1
        return found


def extract(
    executor: Executor, people: People, address: str, *, rules: Rules, holds: Holds, today: Today
) -> Extract:
    """Everything of the person with that address (in lower case), as one system has it."""
    contacts = contacts_of(executor, people, address)
    mine = by_table(contacts)
    some = any_hold(holds, today.day, people)
    hits, held_any = ask(executor, people, address, mine, some)
    found = Gathered(contacts, hits, {}, {})
    companies = sorted({c.company for c in contacts if c.company is not None})
    nothing_held = some is not None and not held_any
    hang_on(executor, people, found, companies)
    held = {} if nothing_held else _held(executor, found, holds, today, people)
    items = tuple(_items(executor, people, found, held, rules, holds, today, address))
    return Extract(
        contacts=tuple((c, Values(c.of.table, c.key, plain(c.of.table, c.values))) for c in contacts),
        companies=tuple(_company_rows(people, found, companies)),
        items=items,
        near=_near(people, found),
        firms=frozenset(companies) | companies_of(found),
    )


def _near(people: People, found: Gathered) -> dict[str, frozenset[Any]]:
    """The contacts that the gathered rows refer to, by table."""
    columns = people.once("references", lambda: _references(people))
    keys: dict[str, set[Any]] = {}
    for hit, values in found.hits.values():
        for name, table in columns.get(hit.table, ()):
            keys.setdefault(table, set()).add(values.get(name))
    for parts in found.parts.values():
        for part, rows in parts.items():
            for name, table in columns.get(part, ()):
                keys.setdefault(table, set()).update(values.get(name) for values in rows)
    return {table: frozenset(named - {None}) for table, named in keys.items()}


def _references(people: People) -> dict[str, list[tuple[str, str]]]:
    """For each table the columns that name a contact, and of which table."""
    contacts = {of.table.name for of in people.contacts}
    tables = {table.name: table for kind in people.kinds.values() for table in kind.tables()}
    return {
        name: [(c.name, c.references) for c in table.columns if c.references in contacts and c.references]
        for name, table in tables.items()
    }


def _company_rows(people: People, found: Gathered, keys: Iterable[Any]) -> Iterable[Values]:
    if people.companies is not None:
        table = people.companies.table
        rows = found.rows.get(table.name, {})
        yield from (Values(table, key, plain(table, rows[key])) for key in keys if key in rows)


def _held(
    executor: Executor, found: Gathered, holds: Holds, today: Today, people: People
) -> dict[str, frozenset[Any]]:
    return held_records(
        executor, [hit for hit, _ in found.hits.values() if hit.part is None], holds, today, people
    )


def _items(
    executor: Executor,
    people: People,
    found: Gathered,
    held: dict[str, frozenset[Any]],
    rules: Rules,
    holds: Holds,
    today: Today,
    address: str,
) -> Iterable[Item]:
    mine = {(c.of.table.name, c.key) for c in found.contacts}
    others: dict[tuple[str, Any], list[tuple[Hit, dict[str, Any]]]] = {}
    for hit, values in sorted(found.hits.values(), key=lambda each: (each[0].kind.name, each[0].key)):
        if hit.part is not None:
            if (hit.kind.table.name, hit.record) not in found.hits:
                others.setdefault((hit.kind.table.name, hit.record), []).append((hit, values))
            continue
        fate = fate_of(executor, found, hit, values, hit.key in held.get(hit.table, ()), rules, holds, today)
        parts = found.parts.get((hit.table, hit.key), {})
        yield Item(
            hit.kind, hit.key, hit.path, record_shown(hit, values, mine, address),
            tuple(group_shown(part, parts.get(part.table.name, ()), mine, address) for part in hit.kind.parts),
            fate if hit.owner else None,
        )  # fmt: skip
    for (table, record), hits in others.items():
        yield _part_item(people, found, table, record, hits, mine, address)


def _part_item(
    people: People,
    found: Gathered,
    table: str,
    record: Any,
    hits: list[tuple[Hit, dict[str, Any]]],
    mine: set[tuple[str, Any]],
    address: str,
) -> Item:
    """Somebody else's record: what is impersonal and names it, and the parts that are the person's."""
    first = hits[0][0]
    values = found.rows.get(table, {}).get(record, {})
    kind = next(
        (k for k in people.by_table[table] if all(values.get(c) == v for c, v in k.where)), first.kind
    )
    shown = [
        c
        for c in kind.table.columns
        if c.impersonal and c.name in (kind.table.key, kind.number, *kind.label_columns)
    ]
    row = Values(kind.table, record, {column.name: values.get(column.name) for column in shown})
    groups = []
    for part in kind.parts:
        rows = [v for hit, v in hits if hit.part is not None and hit.part.table.name == part.table.name]
        if rows:
            groups.append(group_shown(part, rows, mine, address))
    return Item(kind, record, first.path, row, tuple(groups), None)
