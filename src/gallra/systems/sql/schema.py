"""The catalogue of somebody else's database as data: tables, columns with their types, keys, what refers to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Inspector, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeEngine

from gallra.kinds import Text
from gallra.systems.sql.database import ForeignDatabase, Unreachable


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key as the database has it. cascade: what it does to the child's row when the parent's goes."""

    child: str
    columns: tuple[str, ...]
    parent: str
    cascade: str


@dataclass(frozen=True, slots=True)
class Schema:
    """What the catalogue says. columns: by table and name, its type and whether it may be empty."""

    columns: dict[str, dict[str, tuple[TypeEngine[Any], bool]]]
    unique: dict[str, frozenset[tuple[str, ...]]]
    keys: tuple[ForeignKey, ...]
    engines: dict[str, str]


def reflected(database: ForeignDatabase, schemas: Iterable[str | None] = (None,)) -> Schema:
    """The catalogue of these schemas (None: the default one). Raises Unreachable."""
    connection = database.connection()
    columns: dict[str, dict[str, tuple[TypeEngine[Any], bool]]] = {}
    unique: dict[str, frozenset[tuple[str, ...]]] = {}
    keys: list[ForeignKey] = []
    engines: dict[str, str] = {}
    try:
        with connection.begin():
            catalogue = inspect(connection)
            for schema in set(schemas) or {None}:
                for name in catalogue.get_table_names(schema=schema):
                    columns[name] = {
                        c["name"]: (c["type"], bool(c["nullable"]))
                        for c in catalogue.get_columns(name, schema)
                    }
                    unique[name] = frozenset(_unique(catalogue, name, schema))
                    keys += _keys(catalogue, name, schema)
                    if database.dialect.name in ("mysql", "mariadb"):
                        options = catalogue.get_table_options(name, schema)
                        engines[name] = str(
                            options.get("mysql_engine") or options.get("mariadb_engine") or ""
                        )
    except SQLAlchemyError as error:
        code = type(error).__name__
        reason = Text(f"dess katalog går inte att läsa ({code})", f"its catalogue cannot be read ({code})")
        raise Unreachable(database.system, reason) from None
    return Schema(columns, unique, tuple(keys), engines)


def _unique(catalogue: Inspector, name: str, schema: str | None) -> Iterator[tuple[str, ...]]:
    yield tuple(catalogue.get_pk_constraint(name, schema)["constrained_columns"])
    for constraint in catalogue.get_unique_constraints(name, schema):
        yield tuple(constraint["column_names"])
    for index in catalogue.get_indexes(name, schema):
        options = index.get("dialect_options") or {}
        if index["unique"] and not any(k.endswith("_where") and v is not None for k, v in options.items()):
            yield tuple(column for column in index["column_names"] if column is not None)


def _keys(catalogue: Inspector, name: str, schema: str | None) -> Iterator[ForeignKey]:
    if catalogue.dialect.name == "sqlite":
        yield from _sqlite_keys(catalogue, name)
        return
    for key in catalogue.get_foreign_keys(name, schema):
        cascade = str(key.get("options", {}).get("ondelete") or "").upper()
        yield ForeignKey(name, tuple(key["constrained_columns"]), key["referred_table"], cascade)


def _sqlite_keys(catalogue: Inspector, name: str) -> Iterator[ForeignKey]:
    """From the pragma: SQLAlchemy does not see a cascade that stands beside the column."""
    quoted = name.replace('"', '""')
    connection = cast(Connection, catalogue.bind)
    found: dict[int, list[Any]] = {}
    for row in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{quoted}")'):
        found.setdefault(row[0], []).append(row)
    for rows in found.values():
        cascade = str(rows[0][6]).upper()
        yield ForeignKey(
            name, tuple(row[3] for row in rows), rows[0][2], "" if cascade == "NO ACTION" else cascade
        )


def family(of: TypeEngine[Any]) -> str:
    """The family of a database's type, in the words of ColumnType; "" for one that is none of them."""
    name = type(of).__name__.upper()
    if name in ("TINYINT", "BIT") and (getattr(of, "display_width", 1) in (1, None)):
        return "boolean"
    for word, names in (
        ("json", ("JSON", "JSONB")),
        ("uuid", ("UUID", "UNIQUEIDENTIFIER")),
        ("boolean", ("BOOLEAN", "BOOL")),
        ("timestamp", ("TIMESTAMP", "DATETIME", "DATETIME2", "DATETIMEOFFSET", "SMALLDATETIME")),
        ("date", ("DATE",)),
        ("enum", ("ENUM",)),
        ("bytes", ("BYTEA", "BLOB", "VARBINARY", "BINARY", "LONGBLOB", "MEDIUMBLOB", "IMAGE")),
        ("numeric", ("NUMERIC", "DECIMAL", "FLOAT", "DOUBLE", "REAL", "MONEY", "DOUBLE_PRECISION")),
    ):
        if name in names:
            return word
    if "INT" in name or name in ("YEAR", "SERIAL"):
        return "integer"
    return "text" if "CHAR" in name or "TEXT" in name or name in ("CITEXT", "NULLTYPE") else ""
