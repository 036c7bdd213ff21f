"""A declaration held against the database it is of, before anything runs: tables, columns, types, keys, what
else refers
to them. Reads the catalogue, and asks each event for no rows.

What would make an erasure incomplete or wider than declared is a fault: a column nobody classified, a child
table nobody
declared, a cascade that takes rows without a receipt, a key that is not unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import false, select
from sqlalchemy.types import TypeEngine

from gallra.engine.compile import compiled
from gallra.engine.effects import CannotBlank, by_list, effects
from gallra.engine.tables import Source
from gallra.kinds import Column, RecordKind, Table, Text
from gallra.policy.mistakes import way_out
from gallra.systems.sql.database import Failed, ForeignDatabase
from gallra.systems.sql.reading import Declaration
from gallra.systems.sql.schema import Schema, family, reflected

_FITTING: dict[str, tuple[str, ...]] = {
    "text": ("text", "enum", "uuid", ""),
    "integer": ("integer", "boolean"),
    "numeric": ("numeric", "integer"),
    "boolean": ("boolean", "integer"),
    "date": ("date", "timestamp"),
    "timestamp": ("timestamp", "date"),
    "bytes": ("bytes",),
    "json": ("json", "text"),
    "uuid": ("uuid", "text", "bytes"),
}
"""Which types of a database fit a declared one."""
_LOOSE = frozenset({"date", "timestamp", "boolean", "uuid", "json", "numeric", "text"})
"""What SQLite, which knows no types, may keep in a text column."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit. place: in the file, "table.arenden.column.rubrik"; code: a word for tests and JSON."""

    code: str
    place: str
    sentence: Text


class NotVerified(Exception):
    """The declaration and the database do not fit: nothing runs there. `faults` are all of them."""

    def __init__(self, system: str, faults: Iterable[Fault]) -> None:
        self.system, self.faults = system, tuple(faults)
        super().__init__(f"{system}: the declaration does not fit its database\n" + self.told())

    def told(self, lang: str = "en") -> str:
        """Every fault in `sv` or `en`, one a line."""
        return "\n".join(f"{fault.place}: {fault.sentence[lang]}" for fault in self.faults)


def verified(database: ForeignDatabase, declaration: Declaration) -> None:
    """Raise NotVerified with every fault, or Unreachable."""
    if faults := tuple(check(database, declaration)):
        raise NotVerified(database.system, faults)


def check(database: ForeignDatabase, declaration: Declaration) -> Iterator[Fault]:
    """Every fault, in the order of the file."""
    schema = reflected(database, {t.schema for t in declaration.tables.values()})
    fitting = True
    for table in declaration.tables.values():
        for fault in _table(database, declaration, table, schema):
            fitting = False
            yield fault
    yield from _children(declaration, schema)
    yield from _strays(declaration)
    for name in declaration.other:
        if name not in schema.columns:
            yield _missing(f"other {name}", name, schema.columns, "tabell", "table")
    for kind in declaration.kinds.values():
        yield from _kind(declaration, kind, schema)
        if fitting:
            yield from _expressions(database, kind)


def _missing(place: str, word: str, choices: Iterable[str], sv: str, en: str) -> Fault:
    ending, _ = way_out(word, choices)
    return Fault(
        f"missing {en}",
        place,
        Text(f"”{word}” är ingen {sv} där{ending.sv}", f'"{word}" is not a {en} there{ending.en}'),
    )


def _table(
    database: ForeignDatabase, declaration: Declaration, table: Table, schema: Schema
) -> Iterator[Fault]:
    place = f"table.{table.name}"
    there = schema.columns.get(table.name)
    if there is None:
        yield _missing(place, table.name, schema.columns, "tabell", "table")
        return
    declared = {column.name for column in table.columns}
    for column in table.columns:
        if column.name not in there:
            yield _missing(
                f"{place}.column.{column.name}",
                column.name,
                set(there) - declared or there,
                "kolumn",
                "column",
            )
        else:
            yield from _column(database, declaration, table, column, there[column.name])
    for name in there:
        if name not in declared:
            yield Fault(
                "undeclared column",
                place,
                Text(
                    f"kolumnen ”{name}” är inte deklarerad; skriv [{place}.column.{name}]",
                    f'the column "{name}" is not declared; write [{place}.column.{name}]',
                ),
            )
    if _needs_key(declaration, table) and (table.key,) not in schema.unique[table.name]:
        yield Fault(
            "key not unique",
            f"{place}.key",
            Text(
                f"”{table.key}” är inte unik i databasen; nyckeln måste vara en kolumn med ett unikt index",
                f'"{table.key}" is not unique in the database; the key must be one column with a unique index',
            ),
        )
    engine = schema.engines.get(table.name, "")
    if engine and engine.lower() != "innodb":
        yield Fault(
            "no transactions",
            place,
            Text(
                f"tabellen ligger i {engine}, som inte har transaktioner",
                f"the table is in {engine}, which has no transactions",
            ),
        )


def _needs_key(declaration: Declaration, table: Table) -> bool:
    """A part that nothing hangs on and nobody is reached over is only ever removed by its parent."""
    parts = [
        part for kind in declaration.kinds.values() for part in kind.parts if part.table.name == table.name
    ]
    if not parts:
        return True
    above = {part.of for kind in declaration.kinds.values() for part in kind.parts}
    return table.name in above or any(part.people for part in parts)


def _column(
    database: ForeignDatabase,
    declaration: Declaration,
    table: Table,
    column: Column,
    there: tuple[TypeEngine[Any], bool],
) -> Iterator[Fault]:
    place = f"table.{table.name}.column.{column.name}"
    of, nullable = there
    found = family(of)
    sqlite_text = database.dialect.name == "sqlite" and found == "text" and column.type in _LOOSE
    if found not in _FITTING[column.type] and not sqlite_text:
        yield Fault(
            "other type",
            f"{place}.type",
            Text(
                f"är {type(of).__name__} i databasen, inte {column.type}",
                f"is {type(of).__name__} in the database, not {column.type}",
            ),
        )
    if column.personal and column.nullable and not nullable and column.name != table.key:
        yield Fault(
            "not nullable",
            f"{place}.nullable",
            Text(
                "får inte vara tom i databasen; skriv nullable = false",
                "may not be empty in the database; write nullable = false",
            ),
        )
    stamp = type(of).__name__.upper() == "TIMESTAMP" and database.dialect.name in ("mysql", "mariadb")
    if stamp and column.type == "timestamp" and declaration.times != "UTC":
        yield Fault(
            "other zone",
            place,
            Text(
                f"är TIMESTAMP och läses i UTC, men filen säger times = ”{declaration.times}”",
                f'is a TIMESTAMP and is read in UTC, but the file says times = "{declaration.times}"',
            ),
        )


def _children(declaration: Declaration, schema: Schema) -> Iterator[Fault]:
    """Whatever refers to a declared table must be declared, and nothing may go by a cascade that no receipt counts."""
    parents = {(part.table.name, part.parent) for kind in declaration.kinds.values() for part in kind.parts}
    for key in schema.keys:
        if key.parent not in declaration.tables:
            continue
        columns = ", ".join(key.columns)
        if key.child not in declaration.tables:
            yield Fault(
                "undeclared child",
                f"table.{key.parent}",
                Text(
                    f"tabellen ”{key.child}” ({columns}) hänger på den men är inte deklarerad; skriv [table.{key.child}]",  # noqa: E501
                    f'the table "{key.child}" ({columns}) refers to it but is not declared; write [table.{key.child}]',
                ),
            )
            continue
        place = f"table.{key.child}.column.{key.columns[0]}"
        column = {c.name: c for c in declaration.tables[key.child].columns}.get(key.columns[0])
        if len(key.columns) == 1 and column is not None and column.references != key.parent:
            yield Fault(
                "other reference",
                f"{place}.references",
                Text(
                    f'är en främmande nyckel till ”{key.parent}”; skriv references = "{key.parent}"',
                    f'is a foreign key to "{key.parent}"; write references = "{key.parent}"',
                ),
            )
        if (
            key.cascade in ("CASCADE", "SET NULL", "SET DEFAULT")
            and (key.child, key.columns[0]) not in parents
        ):
            yield Fault(
                "cascade",
                place,
                Text(
                    f"ON DELETE {key.cascade}: rader i ”{key.child}” skulle ändras utan kvitto när rader i ”{key.parent}” raderas; "  # noqa: E501
                    "gör tabellen till en del av posttypen eller ändra nyckeln",
                    f'ON DELETE {key.cascade}: rows of "{key.child}" would change without a receipt when rows of "{key.parent}" are '  # noqa: E501
                    "erased; make the table a part of the record kind, or change the key",
                ),
            )


def _strays(declaration: Declaration) -> Iterator[Fault]:
    """A declared table that names records and belongs to no kind: nobody would empty it."""
    records = {kind.table.name for kind in declaration.kinds.values()}
    belonging = {table.name for kind in declaration.kinds.values() for table in kind.tables()}
    for table in declaration.tables.values():
        for column in table.columns:
            if table.name not in belonging and column.references in records:
                yield Fault(
                    "undeclared child",
                    f"table.{table.name}",
                    Text(
                        f"”{column.name}” pekar på poster i ”{column.references}”, men tabellen hör inte till någon posttyp; "  # noqa: E501
                        "gör den till en del eller en egen posttyp",
                        f'"{column.name}" names records of "{column.references}", but the table belongs to no record kind; make it '  # noqa: E501
                        "a part, or a kind of its own",
                    ),
                )


def _kind(declaration: Declaration, kind: RecordKind, schema: Schema) -> Iterator[Fault]:
    place = f"kind.{kind.name}"
    if kind.archived is None:
        return
    moment = datetime(2000, 1, 1, tzinfo=UTC)
    try:
        list(effects(kind, "archive", among=by_list([0]), now=moment))
    except CannotBlank as cannot:
        yield Fault(
            "cannot blank",
            place,
            Text(
                f"{cannot} är personlig, får inte vara tom och har inget tomt värde: posten kan inte arkiveras",
                f"{cannot} is personal, may not be empty, and has no empty value: the record cannot be archived",
            ),
        )
    for table in (kind.table, *(part.table for part in kind.parts if part.archived == "blank")):
        for column in table.personal:
            if not column.nullable and (column.name,) in schema.unique.get(table.name, ()):
                yield Fault(
                    "cannot blank",
                    f"table.{table.name}.column.{column.name}",
                    Text(
                        "är unik och får inte vara tom: två arkiverade poster skulle få samma värde",
                        "is unique and may not be empty: two archived records would get the same value",
                    ),
                )


def _expressions(database: ForeignDatabase, kind: RecordKind) -> Iterator[Fault]:
    """Each event and flag is asked for no rows."""
    for number, event in enumerate(kind.events):
        source = Source(kind, outer=True)
        day = source.event(event)
        query = select(day, source.key).select_from(source.from_).where(false())
        try:
            database.rows(compiled("try", query, database.dialect))
        except Failed as failed:
            yield _refused(f"kind.{kind.name}.event[{number}]", failed)
    for number, flag in enumerate(kind.flags):
        source = Source(kind, outer=True)
        is_set = source.flag(flag).is_(True)
        query = select(source.key).select_from(source.from_).where(is_set, false())
        try:
            database.rows(compiled("try", query, database.dialect))
        except Failed as failed:
            yield _refused(f"kind.{kind.name}.flag[{number}]", failed)


def _refused(place: str, failed: Failed) -> Fault:
    return Fault(
        "refused",
        place,
        Text(
            f"databasen förstår inte uttrycket ({failed.reason})",
            f"the database does not understand the expression ({failed.reason})",
        ),
    )
