"""A person's rows as they stand: three rounds of statements, before anything is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gallra.engine.compile import Statement
from gallra.engine.execute import Executor, Row
from gallra.engine.person.find import Contact, Hit
from gallra.engine.person.people import People
from gallra.engine.person.sending import send
from gallra.engine.person.ways import Asked
from gallra.kinds import Part, Table


@dataclass(slots=True, eq=False)
class Gathered:
    """The rows as they came, before anything is marked."""

    contacts: tuple[Contact, ...]
    hits: dict[tuple[str, Any], tuple[Hit, dict[str, Any]]]
    parts: dict[tuple[str, Any], dict[str, list[dict[str, Any]]]]
    rows: dict[str, dict[Any, dict[str, Any]]]


def ask(
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


def hang_on(executor: Executor, people: People, found: Gathered, companies: list[Any]) -> None:
    """Read the parts of the person's own records, the companies, and the records in which only parts are theirs."""
    own: dict[str, list[Any]] = {}
    others: dict[str, set[Any]] = {}
    for hit, _ in found.hits.values():
        if hit.part is None:
            own.setdefault(hit.table, []).append(hit.key)
    for hit, _ in found.hits.values():
        if hit.part is not None and (hit.kind.table.name, hit.record) not in found.hits:
            others.setdefault(hit.kind.table.name, set()).add(hit.record)
    wanted = sorted({*companies, *companies_of(found)})
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
    people: People, found: Gathered, about: Sequence[tuple[str, Part | None]], answers: Sequence[list[Row]]
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


def companies_of(found: Gathered) -> set[Any]:
    """Companies that the person's records refer to: clocks stand on them."""
    keys = {
        values.get(hit.kind.company.column)
        for hit, values in found.hits.values()
        if hit.part is None and hit.kind.company is not None
    }
    return keys - {None}


def _declared(people: People, name: str) -> Table:
    return next(t for kind in people.kinds.values() for t in kind.tables() if t.name == name)
