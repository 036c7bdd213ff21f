"""What a person gets: every row that concerns them, whole, with what is other people's marked (Articles 15 and 20).

Three rounds of statements: contacts by address; records and parts by contact; what hangs on the records. What the day
a record goes depends on is read from the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gallra.engine.compile import Statement
from gallra.engine.days import Today
from gallra.engine.execute import Executor, Row
from gallra.engine.holds import Holds, OwnHolds
from gallra.engine.person.change import is_blanked
from gallra.engine.person.find import Contact, Hit, any_hold, by_table, contacts_of, held_records
from gallra.engine.person.people import Asked, People
from gallra.engine.person.sending import send
from gallra.engine.why import Record, judged, looked_up
from gallra.kinds import Column, Event, Hop, Part, PersonPath, RecordKind, Table
from gallra.policy.rules import Rules


class Redacted:
    """Stands where a value is somebody else's, or was and is erased: the two look the same."""

    def __repr__(self) -> str:
        return "[redacted]"


REDACTED = Redacted()
SELF = "you"
"""Stands where a reference leads to the person's own contact."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """One row: its columns by name, in the order of the declaration. file: of a document, the stored file and its key,
    which are never given out themselves."""

    table: Table
    key: Any
    values: dict[str, Any] = field(repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Rows of one part. withheld: rows that are wholly somebody else's are not in it, if there are any."""

    part: Part
    rows: tuple[Values, ...]


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
    """Everything one system has of a person."""

    contacts: tuple[tuple[Contact, Values], ...]
    companies: tuple[Values, ...]
    items: tuple[Item, ...]

    def counts(self) -> dict[str, int]:
        """Numbers of records by kind."""
        found: dict[str, int] = {}
        for item in self.items:
            found[item.kind.name] = found.get(item.kind.name, 0) + 1
        return found


@dataclass(slots=True, eq=False)
class _Gathered:
    """The rows as they came, before anything is marked."""

    contacts: tuple[Contact, ...]
    hits: dict[tuple[str, Any], tuple[Hit, dict[str, Any]]]
    parts: dict[tuple[str, Any], dict[str, list[dict[str, Any]]]]
    rows: dict[str, dict[Any, dict[str, Any]]]


def extract(
    executor: Executor, people: People, address: str, *, rules: Rules, holds: Holds, today: Today
) -> Extract:
    """Everything of the person with that address (in lower case), as one system has it."""
    contacts = contacts_of(executor, people, address)
    mine = by_table(contacts)
    some = any_hold(holds, today.day, people)
    hits, held_any = _asked(executor, people, address, mine, some)
    found = _Gathered(contacts, hits, {}, {})
    companies = sorted({c.company for c in contacts if c.company is not None})
    nothing_held = some is not None and not held_any
    _hang_on(executor, people, found, companies)
    held = {} if nothing_held else _held(executor, found, holds, today, people)
    items = tuple(_items(executor, people, found, held, rules, holds, today, address))
    return Extract(
        contacts=tuple((c, Values(c.of.table, c.key, _plain(c.of.table, c.values))) for c in contacts),
        companies=tuple(
            Values(
                people.companies.table,
                key,
                _plain(people.companies.table, found.rows[people.companies.table.name][key]),
            )
            for key in companies
            if people.companies and key in found.rows.get(people.companies.table.name, {})
        ),
        items=items,
    )


def _company_rows(people: People, found: _Gathered, keys: Iterable[Any]) -> Iterable[Values]:
    if people.companies is not None:
        table = people.companies.table
        rows = found.rows.get(table.name, {})
        yield from (Values(table, key, _plain(table, rows[key])) for key in keys if key in rows)


def _asked(
    executor: Executor, people: People, address: str, mine: dict[str, list[Any]], some: Statement | None
) -> tuple[dict[tuple[str, Any], tuple[Hit, dict[str, Any]]], list[Row]]:
    """The rows that lead to the person, and what `some` gives."""
    last = [some] if some is not None else []
    if people.fuses:
        asking = people.fused("rows")
        keys = {f"keys_{table}": listed for table, listed in mine.items()}
        answers = send(executor, [asking.bound(address=address, **keys), *last])
        return _hits(people, people.asked, asking.read(answers[0])), answers[-1]
    asked = [(e, s) for e in people.asked for s in e.bound("rows", address=address, contacts=mine)]
    answers = send(executor, [*(statement for _, statement in asked), *last])
    return _hits(people, [each for each, _ in asked], answers[: len(asked)]), answers[-1] if some else []


def _hits(
    people: People, asked: Sequence[Asked], answers: Sequence[list[Row]]
) -> dict[tuple[str, Any], tuple[Hit, dict[str, Any]]]:
    """The rows that lead to the person, each once, a way of ownership before others."""
    found: dict[tuple[str, Any], tuple[Hit, dict[str, Any]]] = {}
    for each, rows in zip(asked, answers, strict=True):
        way = each.way
        names = [column.name for column in way.table.columns]
        for row in rows:
            values = dict(zip(names, row[1:], strict=True))
            key = values.get(way.table.key, row[0])
            kind = way.kinds[0] if way.part else people.kind_of(way, values)
            place = (way.table.name, key)
            if kind is None or (place in found and (found[place][0].owner or not way.owner)):
                continue
            found[place] = (Hit(kind, key, row[0], way.path, way.part, values), values)
    return found


def _hang_on(executor: Executor, people: People, found: _Gathered, companies: list[Any]) -> None:
    """Read the parts of the person's own records, the companies, and the records in which only parts are theirs."""
    own: dict[str, list[Any]] = {}
    others: dict[str, set[Any]] = {}
    for hit, _ in found.hits.values():
        if hit.part is None:
            own.setdefault(hit.table, []).append(hit.key)
    for hit, _ in found.hits.values():
        if hit.part is not None and (hit.kind.table.name, hit.record) not in found.hits:
            others.setdefault(hit.kind.table.name, set()).add(hit.record)
    wanted = sorted({*companies, *_companies_of(found)})
    about: list[tuple[str, Part | None]] = []
    sent: list[Statement] = []
    parts, order = (people.fused_parts()) if people.fuses else (None, ())
    if parts is not None:
        keys = {f"keys_{table}": listed for table, listed in own.items()}
        place = {f"keys_{people.companies.table.name}": wanted} if people.companies else {}
        sent.append(parts.bound(**keys, **place))
    else:
        for table, listed in own.items():
            for part, probe in people.parts[table]:
                for statement in probe.bound(listed):
                    about.append((table, part))
                    sent.append(statement)
        for statement in people.whole[people.companies.table.name].bound(wanted) if people.companies else ():
            about.append((people.companies.table.name, None))  # type: ignore[union-attr]
            sent.append(statement)
    for table, records in others.items():
        for statement in people.whole[table].bound(sorted(records)):
            about.append((table, None))
            sent.append(statement)
    answers = send(executor, sent)
    if parts is not None:
        answers, about = [*parts.read(answers[0]), *answers[1:]], [*order, *about]
    _sort_in(people, found, about, answers)


def _sort_in(
    people: People, found: _Gathered, about: Sequence[tuple[str, Part | None]], answers: Sequence[list[Row]]
) -> None:
    """Rows of parts to their records, others by their key."""
    for (table, part), rows in zip(about, answers, strict=True):
        shape = part.table if part else _declared(people, table)
        names = [column.name for column in shape.columns]
        place = names.index(part.table.key) + 1 if part else 0
        for row in sorted(rows, key=lambda row: row[place]):
            values = dict(zip(names, row[1:], strict=True))
            if part is not None:
                found.parts.setdefault((table, row[0]), {}).setdefault(part.table.name, []).append(values)
            else:
                found.rows.setdefault(table, {})[row[0]] = values


def _companies_of(found: _Gathered) -> set[Any]:
    """Companies that the person's records refer to: clocks stand on them."""
    keys = {
        values.get(hit.kind.company.column)
        for hit, values in found.hits.values()
        if hit.part is None and hit.kind.company is not None
    }
    return keys - {None}


def _declared(people: People, name: str) -> Table:
    return next(t for kind in people.kinds.values() for t in kind.tables() if t.name == name)


def _held(
    executor: Executor, found: _Gathered, holds: Holds, today: Today, people: People
) -> dict[str, frozenset[Any]]:
    return held_records(
        executor, [hit for hit, _ in found.hits.values() if hit.part is None], holds, today, people
    )


def _items(
    executor: Executor,
    people: People,
    found: _Gathered,
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
        fate = _fate(executor, found, hit, values, hit.key in held.get(hit.table, ()), rules, holds, today)
        parts = found.parts.get((hit.table, hit.key), {})
        yield Item(
            hit.kind, hit.key, hit.path, _record(hit, values, mine, address),
            tuple(_group(part, parts.get(part.table.name, ()), mine, address) for part in hit.kind.parts),
            fate if hit.owner else None,
        )  # fmt: skip
    for (table, record), hits in others.items():
        yield _part_item(people, found, table, record, hits, mine, address)


def _part_item(
    people: People,
    found: _Gathered,
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
            groups.append(_group(part, rows, mine, address))
    return Item(kind, record, first.path, row, tuple(groups), None)


def _record(hit: Hit, values: dict[str, Any], mine: set[tuple[str, Any]], address: str) -> Values:
    """The person's own record. What of it names another person (a contact beside a buyer) is marked."""
    shown = _marked(hit.kind.table, hit.kind.people, values, mine, address)
    if not hit.owner:
        keep = {column.name for column in hit.kind.table.columns if column.impersonal}
        keep |= {hop.column for hop in hit.path.hops[:1]} | {
            hit.path.email,
            hit.path.name or "",
            hit.path.phone or "",
        }
        shown = {name: value if name in keep else REDACTED for name, value in shown.items()}
    return Values(hit.kind.table, hit.key, shown)


def _group(part: Part, rows: Iterable[dict[str, Any]], mine: set[tuple[str, Any]], address: str) -> Group:
    """A part's rows. One that is somebody else's is marked where it names them, and left out where it is nothing but
    theirs; one that was somebody's and is erased carries the same marks."""
    shown: list[Values] = []
    for values in rows:
        foreign = bool(part.people) and not any(_is_mine(path, values, mine, address) for path in part.people)
        someone = any(_names_someone(path, values) for path in part.people)
        if foreign and someone and not is_blanked(part):
            continue
        if foreign and part.people and is_blanked(part) and _is_empty(part.table, values):
            marked: dict[str, Any] = {
                c.name: REDACTED if c.personal else values[c.name] for c in part.table.columns
            }
            shown.append(Values(part.table, values.get(part.table.key), marked))
            continue
        marked = _marked(part.table, part.people, values, mine, address)
        file = None
        if part.file is not None and values.get(part.file):
            secret = next((c.name for c in part.table.columns if c.type == "bytes" and c.personal), None)
            file = (str(values[part.file]), bytes(values[secret]) if secret else b"")
            marked = {n: v for n, v in marked.items() if n not in (part.file, secret)}
        shown.append(Values(part.table, values.get(part.table.key), marked, file))
    return Group(part, tuple(shown))


def _is_empty(table: Table, values: dict[str, Any]) -> bool:
    return all(values.get(column.name) is None for column in table.personal)


def _is_mine(path: PersonPath, values: dict[str, Any], mine: set[tuple[str, Any]], address: str) -> bool:
    if path.hops:
        return (path.hops[0].table, values.get(path.hops[0].column)) in mine
    return str(values.get(path.email) or "").lower() == address


def _names_someone(path: PersonPath, values: dict[str, Any]) -> bool:
    return values.get(path.hops[0].column if path.hops else path.email) is not None


def _marked(
    table: Table,
    paths: Sequence[PersonPath],
    values: dict[str, Any],
    mine: set[tuple[str, Any]],
    address: str,
) -> dict[str, Any]:
    shown = _plain(table, values)
    for path in paths:
        if not _names_someone(path, values):
            continue
        is_mine = _is_mine(path, values, mine, address)
        if len(path.hops) >= 1:
            shown[path.hops[0].column] = SELF if is_mine else REDACTED
        elif not is_mine:
            for name in (path.email, path.name, path.phone):
                if name:
                    shown[name] = REDACTED
    return shown


def _plain(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _read(column, values.get(column.name)) for column in table.columns}


def _read(column: Column, value: Any) -> Any:
    """JSON as data: Django's connection gives its text."""
    if column.type == "json" and isinstance(value, str):
        return json.loads(value)
    return bytes(value) if column.type == "bytes" and value is not None else value


def _fate(
    executor: Executor,
    found: _Gathered,
    hit: Hit,
    values: dict[str, Any],
    held: bool,
    rules: Rules,
    holds: Holds,
    today: Today,
) -> Record | None:
    """What will happen to a record, from the rows that were read; by a statement of its own where a clock stands on a
    row that no contact or company is."""
    kind = hit.kind
    known: dict[str, Any] = {}
    for event in kind.events:
        if event.expression is not None or any(flag.expression for flag in kind.flags):
            return looked_up(executor, kind, hit.key, rules, today, holds)
        end, broken = _end(found, values, event.hops)
        if broken:
            return looked_up(executor, kind, hit.key, rules, today, holds)
        _event_values(known, event, values, end, found)
    for flag in kind.flags:
        end, broken = _end(found, values, flag.hops)
        if broken:
            return looked_up(executor, kind, hit.key, rules, today, holds)
        known[f"flag {flag.name}"] = end.get(flag.column) if end else None
    for name in (kind.archived, kind.decided, kind.reviewed):
        if name is not None:
            known[f"own {name}"] = values.get(name)
    return judged(kind, hit.key, known, rules, today, held)


def _event_values(
    known: dict[str, Any], event: Event, values: dict[str, Any], end: dict[str, Any] | None, found: _Gathered
) -> None:
    known[f"event {event.name}"] = end.get(event.column) if end else None
    if event.blocked_by is not None:
        known[f"blocked {event.name}"] = end.get(event.blocked_by) if end else None
    for depth, hop in enumerate(event.hops):
        at, _ = _end(found, values, event.hops[:depth])
        known[f"hop {event.name} {depth}"] = at.get(hop.column) if at else None
    if event.needs is not None:
        known[f"needs {event.name}"] = values.get(event.needs)


def _end(found: _Gathered, values: dict[str, Any], hops: Sequence[Hop]) -> tuple[dict[str, Any] | None, bool]:
    """The row at the end of `hops` among those that were read; None where a reference is empty; and whether a row is
    missing that should be there."""
    at: dict[str, Any] | None = values
    for hop in hops:
        key = at.get(hop.column) if at else None
        if key is None:
            return None, False
        at = next((c.values for c in found.contacts if c.of.table.name == hop.table and c.key == key), None)
        at = at or found.rows.get(hop.table, {}).get(key)
        if at is None:
            return None, True
    return at, False


__all__ = ["REDACTED", "SELF", "Extract", "Group", "Item", "OwnHolds", "Values", "extract"]
