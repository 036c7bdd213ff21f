"""What each table of somebody else's database is in a draft: contacts, companies, a record, a part, or none of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import column, select, table

from gallra.engine.compile import compiled
from gallra.systems.sql.database import Failed, ForeignDatabase
from gallra.systems.sql.personal import SAMPLE, Looks, by_name, by_values, event_of, moments_in
from gallra.systems.sql.schema import ForeignKey, Schema, family, reflected


@dataclass(frozen=True, slots=True)
class Seen:
    """A column as the database has it, and what it looks like."""

    name: str
    type: str
    nullable: bool
    looks: Looks | None
    parent: str | None


@dataclass
class Table:
    """A table and its part in the draft: contacts, companies, record, part, loose (declared, in no kind) or other."""

    name: str
    key: str
    columns: list[Seen]
    role: str = "loose"
    over: str | None = None
    under: str | None = None
    keys: list[ForeignKey] = field(default_factory=list)
    unique: frozenset[str] = frozenset()

    def with_field(self, word: str) -> str | None:
        """The column that stores a word of FIELDS, those sure by their values first."""
        found = [c for c in self.columns if c.looks is not None and c.looks.field == word]
        found.sort(key=lambda c: not (c.looks is not None and c.looks.sure))
        return found[0].name if found else None

    @property
    def personal(self) -> bool:
        """Whether anything but a mere name says persons."""
        return any(c.looks is not None and (c.looks.sure or c.looks.field != "name") for c in self.columns)


def tables_of(database: ForeignDatabase) -> dict[str, Table]:
    """Every table of the default schema with its part in the draft, by name. Raises Unreachable."""
    schema = reflected(database)
    tables = {name: _table(database, schema, name) for name in sorted(schema.columns)}
    _cast(tables)
    return tables


def root(each: Table, tables: dict[str, Table]) -> Table | None:
    seen: set[str] = set()
    while each.role == "part" and each.under is not None and each.name not in seen:
        seen.add(each.name)
        each = tables[each.under]
    return each if each.role == "record" else None


def _table(database: ForeignDatabase, schema: Schema, name: str) -> Table:
    keys = [key for key in schema.keys if key.child == name]
    parents = {key.columns[0]: key.parent for key in keys if len(key.columns) == 1}
    key = _key_of(schema, name)
    columns = [
        _seen(database, name, column_name, of, nullable, parents.get(column_name), is_key=column_name == key)
        for column_name, (of, nullable) in schema.columns[name].items()
    ]
    alone = frozenset(c[0] for c in schema.unique[name] if len(c) == 1)
    return Table(name, key, columns, keys=keys, unique=alone)


def _key_of(schema: Schema, name: str) -> str:
    """The column that names a row: id, else the first that is unique and never empty, else any that is unique."""
    single = [c[0] for c in schema.unique[name] if len(c) == 1]
    if "id" in single:
        return "id"
    never_empty = (c for c in single if not schema.columns[name][c][1])
    return next(never_empty, None) or next(iter(sorted(single)), None) or next(iter(schema.columns[name]))


def _seen(
    database: ForeignDatabase,
    name: str,
    column_name: str,
    of: Any,
    nullable: bool,
    parent: str | None,
    *,
    is_key: bool,
) -> Seen:
    """A column, and what its name and a sample of its values say."""
    word = family(of)
    kind = {"enum": "text", "": "text"}.get(word, word)
    values = _sample(database, name, column_name) if kind == "text" or word == "integer" else []
    if database.dialect.name == "sqlite" and kind == "text":
        kind = moments_in(values) or kind
        if kind == "text" and not values and event_of(column_name):
            kind = "timestamp"
    looks = None if is_key or parent is not None else _looks(column_name, kind, values)
    return Seen(column_name, kind, nullable, looks, parent)


def _looks(column_name: str, kind: str, values: list[object]) -> Looks | None:
    """Why it looks personal. A name alone says nothing of a number or a date, but for a date of birth."""
    looks = (by_values(values) if kind in ("text", "integer") else None) or by_name(column_name)
    if looks is None or looks.sure or kind in ("text", "json", "bytes") or "birth" in looks.why:
        return looks
    return None


def _sample(database: ForeignDatabase, name: str, column_name: str) -> list[object]:
    at = table(name, column(column_name))
    query = select(at.c[column_name]).where(at.c[column_name].is_not(None)).limit(SAMPLE)
    try:
        return [row[0] for row in database.rows(compiled("sample", query, database.dialect))]
    except Failed:
        return []


def _cast(tables: dict[str, Table]) -> None:
    """Give each table its part: contacts and companies, what hangs on what, records, the rest."""
    referred = {key.parent for each in tables.values() for key in each.keys if key.child != key.parent}
    people = [t for t in tables.values() if t.name in referred and t.with_field("email")]
    if people:
        max(
            people, key=lambda t: sum(k.parent == t.name for o in tables.values() for k in o.keys)
        ).role = "contacts"
    firms = [
        t
        for t in tables.values()
        if t.name in referred and t.role == "loose" and t.with_field("organisation number")
    ]
    if firms:
        firms[0].role = "companies"
    contacts = {t.name for t in tables.values() if t.role in ("contacts", "companies")}
    for each in tables.values():
        if each.role != "loose":
            continue
        above = [
            k for k in each.keys if len(k.columns) == 1 and k.parent not in contacts and k.parent != each.name
        ]
        above = [
            k
            for k in above
            if tables[k.parent].personal or {x.parent for x in tables[k.parent].keys} & contacts
        ]
        tight = [k for k in above if k.cascade == "CASCADE" or not _column(each, k.columns[0]).nullable]
        if tight:
            each.role, each.over, each.under = "part", tight[0].columns[0], tight[0].parent
        elif each.personal or {k.parent for k in each.keys} & contacts:
            each.role = "record" if any(c.type in ("date", "timestamp") for c in each.columns) else "loose"
        elif not each.keys and not any(c.looks for c in each.columns) and each.name not in referred:
            each.role = "other"
    for each in tables.values():  # a part of nothing that is a record is no part
        if each.role == "part" and root(each, tables) is None:
            each.role = "record" if any(c.type in ("date", "timestamp") for c in each.columns) else "loose"


def _column(each: Table, name: str) -> Seen:
    return next(c for c in each.columns if c.name == name)
