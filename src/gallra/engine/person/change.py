"""What erasing a person does to rows whose keys are locked, as statements compiled once. THIS ERASES.

In PostgreSQL the parts of a record and the record go in one statement: foreign keys are checked when it ends. Where a
database has no such statements, they are carried out one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Delete,
    Select,
    Text,
    Update,
    any_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    literal_column,
    not_,
    null,
    select,
    union,
    update,
)
from sqlalchemy import column as bare_column
from sqlalchemy import table as bare
from sqlalchemy.dialects.postgresql import ARRAY

from gallra.engine.compile import Statement, compiled
from gallra.engine.days import Today
from gallra.engine.effects import (
    Among,
    Effect,
    blanked,
    by_array,
    by_list,
    effects,
    hangs_on,
    referring_columns,
)
from gallra.engine.holds import Holds
from gallra.engine.person.people import People
from gallra.engine.person.ways import LIST, Way
from gallra.engine.queue import QUEUE
from gallra.engine.settle import unreferred
from gallra.engine.tables import TYPES, clause, key_type
from gallra.kinds import Companies, Contacts, Part, RecordKind, Table

NEVER = datetime.min.replace(tzinfo=UTC)
"""Erasing writes no moment; archiving would."""


@dataclass(frozen=True, slots=True, eq=False)
class Removal:
    """Records of some kinds go, with their parts. Parameters: `keys_0`, `keys_1` … in the order of `kinds`; for `queue`
    also `contacts` and `companies` (the person's own, which are asked about at once) and `queued_at`.

    columns: what the one row of `remove` holds: (role, kind, table) of each number of rows, a table's files after it.
    """

    kinds: tuple[str, ...]
    queue: Statement | None
    loosen: tuple[tuple[int, Statement], ...]
    remove: Statement
    columns: tuple[tuple[str, str, str], ...]


def removal(people: People, kinds: tuple[str, ...]) -> Removal:
    """The statements that remove records of these kinds in our own database, all kinds at once."""
    return people.once(("removal", kinds), lambda: _removal(people, kinds))


def _removal(people: People, kinds: tuple[str, ...]) -> Removal:
    numbers: list[Any] = []
    columns: list[tuple[str, str, str]] = []
    loosen: list[tuple[int, Statement]] = []
    queued: list[Select[Any]] = []
    for place, name in enumerate(kinds):
        kind = people.kinds[name]
        among = _among(kind.table, place)
        loose, _ = referring_columns(kind, people.kinds.values())
        files = {part.table.name: part.file for part in kind.parts if part.file}
        queued += _queued(kind, among)
        for effect in effects(kind, "erase", among=among, now=NEVER, referring=loose):
            if effect.role == "loosen":
                loosen.append((place, compiled(f"loosen {effect.table}", effect.change, people.dialect)))
                continue
            file = files.get(effect.table)
            returned = (
                clause(_table(kind, effect.table)).c[file] if file else literal_column("1").label("one")
            )
            change = effect.change.returning(returned).cte(f"gone_{place}_{effect.table}")
            numbers.append(select(func.count()).select_from(change).scalar_subquery())
            columns.append((effect.role, name, effect.table))
            if file:
                numbers.append(select(func.array_agg(change.c[0])).scalar_subquery())
                columns.append(("file", name, effect.table))
    queue = (
        insert(QUEUE).from_select([QUEUE.c.what, QUEUE.c.key, QUEUE.c.queued_at], union(*queued))
        if queued
        else None
    )
    return Removal(
        kinds=kinds,
        queue=compiled("queue", queue, people.dialect) if queue is not None else None,
        loosen=tuple(loosen),
        remove=compiled("erase records", select(*numbers), people.dialect),
        columns=tuple(columns),
    )


def _among(table: Table, place: int) -> Among:
    of = ARRAY(TYPES[key_type(table)])
    return lambda column: column == any_(bindparam(f"keys_{place}", type_=of))


def one_by_one(people: People, kind: RecordKind, keys: Sequence[Any]) -> list[tuple[Effect, Statement]]:
    """The same for a database that is not ours: each change by itself, at most a thousand keys at a time."""
    found: list[tuple[Effect, Statement]] = []
    loose, _ = referring_columns(kind, people.kinds.values())
    for at in range(0, len(keys), LIST):
        among = by_list(keys[at : at + LIST])
        for effect in effects(kind, "erase", among=among, now=NEVER, referring=loose):
            found.append((effect, compiled(f"{effect.verb} {effect.table}", effect.change, people.dialect)))
    return found


def _table(kind: RecordKind, name: str) -> Table:
    return next(table for table in kind.tables() if table.name == name)


def _queued(kind: RecordKind, among: Among) -> Iterable[Select[Any]]:
    """The other people's contacts, and the companies, that records and their parts refer to: to be asked about."""
    for of, own in ((kind.contacts, "contacts"), (kind.companies, "companies")):
        if of is None:
            continue
        tables = [(kind.table, None), *((part.table, part) for part in kind.parts)]
        for name, column in of.references:
            for table, part in tables:
                if table.name == name:
                    at = clause(table)
                    mine = hangs_on(kind, part, among) if part else among(at.c[kind.table.key])
                    yield _referred(of, at.c[column], mine, own)


def _referred(of: Contacts | Companies, key: Any, condition: Any, own: str) -> Select[Any]:
    mine = bindparam(own, type_=ARRAY(BigInteger()))
    moment = bindparam("queued_at", type_=DateTime(timezone=True))
    query = select(literal(of.table.name, Text()), key, moment)
    return query.where(condition, key.is_not(None), not_(key == any_(mine)))


def is_blanked(part: Part) -> bool:
    """Whether erasing a person through this part empties the row and leaves it standing, so that the record's own
    person sees a mark where it was; else the row goes: it is a mere reference, or has something that cannot be
    emptied (a file)."""
    personal = part.table.personal
    return (
        part.file is None
        and all(column.nullable for column in personal)
        and any(column.references is None for column in personal)
    )


@dataclass(frozen=True, slots=True, eq=False)
class PartChange:
    """What is done to rows of a part that concern the person, in somebody else's record. The parameter is `keys`."""

    table: str
    verb: str
    changes: tuple[tuple[str, Update | Delete, Any], ...]
    fused: tuple[Statement, ...]

    def bound(self, people: People, keys: Sequence[Any]) -> list[Statement]:
        """The statements for these rows."""
        if self.fused:
            return [statement.bind(keys=list(keys)) for statement in self.fused]
        return [
            compiled(f"{self.verb} {table}", change.where(column.in_(keys[at : at + LIST])), people.dialect)
            for at in range(0, len(keys), LIST)
            for table, change, column in self.changes
        ]


def part_change(people: People, kind: RecordKind, part: Part) -> PartChange:
    """Empty or remove rows of a part by their own keys; what hangs on them goes first."""

    def make() -> PartChange:
        own = clause(part.table)
        changes: list[tuple[str, Update | Delete, Any]] = []
        for below in kind.parts:
            if below.of == part.table.name:
                at = clause(below.table)
                changes.append((below.table.name, delete(at), at.c[below.parent]))
        blank = is_blanked(part)
        last = blanked(part.table) if blank else delete(own)
        if part.file and not blank:
            last = delete(own).returning(own.c[part.file])
        changes.append((part.table.name, last, own.c[part.table.key]))
        return _part_change(people, part.table, "blank" if blank else "erase", changes)

    return people.once(("part", kind.table.name, part.table.name), make)


def loosening(people: People, way: Way) -> PartChange:
    """Empty what stands of the person in the row of a record that is about somebody else."""

    def make() -> PartChange:
        own = clause(way.table)
        path = way.path
        names = [way.reference] if way.reference else [path.email, path.name, path.phone]
        change = update(own).values({name: null() for name in names if name})
        return _part_change(people, way.table, "blank", [(way.table.name, change, own.c[way.table.key])])

    return people.once(("loosen", way.table.name, way.path), make)


def _part_change(
    people: People, table: Table, verb: str, changes: list[tuple[str, Update | Delete, Any]]
) -> PartChange:
    fused: tuple[Statement, ...] = ()
    if people.fuses:
        among = by_array(table)
        fused = tuple(
            compiled(f"{verb} {name}", change.where(among(column)), people.dialect)
            for name, change, column in changes
        )
    return PartChange(table.name, verb, tuple(changes), fused)


def contact_removal(people: People, tables: tuple[str, ...], holds: Holds, today: Today) -> Statement:
    """Delete those contacts (or companies), locked before, that nothing refers to any more and no hold protects, from
    all the tables at once: one row with a number for each table. Parameters: `keys_` with each table's name."""

    def make() -> Statement:
        numbers = []
        for table in tables:
            of: Contacts | Companies | None = people.contacts_of(table) or people.companies
            if of is None:
                raise LookupError(table)
            own = clause(of.table)
            key = own.c[of.table.key]
            free = unreferred(of, holds, today, named=f"keys_{table}")
            gone = delete(own).where(key.in_(free)).returning(key).cte(f"gone_{table}")
            numbers.append(select(func.count()).select_from(gone).scalar_subquery())
        return compiled("settle", select(*numbers), people.dialect)

    return people.once(("settle", tables, today.day, holds), make)


def orphan_of(people: People, keys: Iterable[Any], table: str, holds: Holds, today: Today) -> list[Statement]:
    """For a database that is not ours: delete these contacts where nothing refers to them and no hold protects them."""
    of = people.contacts_of(table)
    if of is None:
        return []
    own, listed = clause(of.table), list(keys)
    key = own.c[of.table.key]
    names = {t.name: t for kind in people.kinds.values() for t in kind.tables()}
    free = []
    for name, column in of.references:  # of tables that belong to no record kind too
        plain = bare(name, bare_column(column), schema=of.table.schema)
        there = (clause(names[name]) if name in names else plain).alias(f"refers_{name}")
        free.append(not_(select(literal_column("1")).where(there.c[column] == key).exists()))
    emails = sorted(getattr(holds, "emails", ()))
    if emails:
        free.append(func.coalesce(func.lower(own.c[of.email]), "").not_in(emails))
    return [compiled(f"settle {table}", delete(own).where(key.in_(listed), *free), people.dialect)]
