"""A person in every register, made from the declarations: a marker stands in every personal column and file, so that a
new column is covered by itself.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.db import connection
from psycopg import sql

from gallra.kinds import Column, Contacts, Part, RecordKind, Table
from gallra.registers import documents
from gallra.systems import own

LONG_AGO = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
BO, CLEO = "bo@kund.example", "cleo@annan.example"
_numbers = itertools.count(700_000)

WORDS: Mapping[tuple[str, str], Any] = {
    ("support_case", "status"): "open", ("support_case", "priority"): "normal", ("support_case", "source"): "support",
    ("support_message", "direction"): "in", ("support_note", "channel"): "phone", ("crm_relation", "role"): "customer",
    ("crm_case", "kind"): "order", ("crm_dialogue", "channel"): "mail", ("crm_dialogue", "direction"): "in",
    ("crm_note", "channel"): "note", ("crm_sale", "currency"): "SEK", ("crm_review", "decision"): "keep",
    ("finance_invoice", "currency"): "SEK", ("newsletter_subscription", "language"): "sv",
    ("newsletter_evidence", "what"): "asked", ("newsletter_evidence", "channel"): "form",
    ("crm_relation", "became_customer_at"): LONG_AGO, ("crm_relation", "source"): "order",
    ("newsletter_subscription", "source"): "order",
}  # fmt: skip
"""Words from lists of ours, which the schema asks for."""
NEVER = {
    ("support_case", "closed_at"),
    ("support_case", "archived_at"),
    ("crm_sale", "closed_at"),
    ("crm_sale", "outcome"),
}
"""Empty in a record that is in use. The other impersonal columns are filled where they must be."""


def mark(marker: str, table: str, column: str) -> str:
    """What stands in a column: the marker, and where it stands."""
    return f"{marker} {table}.{column}"


class Seed:
    """A person with `marker` in everything personal. keys: of the rows made, by table; said: every text that was
    written, by table and column; files: the contents of documents."""

    def __init__(self, marker: str, address: str, *, year_ends: date = date(2025, 12, 31)) -> None:
        self.marker = marker
        self.address = address
        self.year_ends = year_ends
        self.at = LONG_AGO
        self.keys: dict[str, list[int]] = {}
        self.said: dict[tuple[str, str], str] = {}
        self.files: list[bytes] = []
        self.company = self.row(own.tables()["directory_company"], {"agreements_open": 0})
        self.topic = topic()

    def everything(self) -> Seed:
        """A record of every kind that can concern a person, with a row of each of its parts."""
        for kind in own.kinds().values():
            if kind.people:
                self.record(kind)
        return self

    def contact(self, of: Contacts) -> int:
        """The register's contact of this person, made once."""
        known = self.keys.get(of.table.name)
        return known[0] if known else self.row(of.table, {of.email: self.address})

    def record(self, kind: RecordKind, *, parts: bool = True) -> int:
        values: dict[str, Any] = dict(kind.where)
        if kind.name != "crm.customer" and kind.table.name == "crm_relation":
            values["became_customer_at"] = None
        for path in kind.people:
            if not path.hops:
                values[path.email] = self.address
        key = self.row(kind.table, values, contacts=kind.contacts)
        for part in reversed(kind.parts) if parts else ():
            self.part(kind, part, key)
        return key

    def part(self, kind: RecordKind, part: Part, record: int) -> int:
        """A row of a part, in this person's record or in another's."""
        return self.row(part.table, {part.parent: record}, contacts=kind.contacts, file=part.file)

    def row(
        self,
        table: Table,
        given: Mapping[str, Any],
        *,
        contacts: Contacts | None = None,
        file: str | None = None,
    ) -> int:
        left_out = generated() | {(table.name, table.key)}
        columns = [column for column in table.columns if (table.name, column.name) not in left_out]
        values = {column.name: self._value(table, column, contacts) for column in columns}
        if file is not None:
            content = mark(self.marker, table.name, "content").encode()
            stored = documents.store([content])
            self.files.append(content)
            values |= {file: stored.file, "secret": stored.secret, "size": stored.size, "words": stored.words}
        values |= given
        for column in table.columns:
            if column.name == "words":
                continue  # tokens, which nobody reads
            if column.personal and column.type == "text" and isinstance(values.get(column.name), str):
                self.said[table.name, column.name] = str(values[column.name])
        names = list(values)
        with connection.cursor() as cursor:
            query = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING {}").format(
                sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names)),
                sql.SQL(", ").join([sql.Placeholder()] * len(names)), sql.Identifier(table.key),
            )  # fmt: skip
            cursor.execute(query.as_string(None), [values[name] for name in names])
            key = int(cursor.fetchone()[0])
        self.keys.setdefault(table.name, []).append(key)
        return key

    def _value(self, table: Table, column: Column, contacts: Contacts | None) -> Any:
        place = (table.name, column.name)
        if column.references is not None:
            return self._reference(column, contacts)
        if place in WORDS:
            return WORDS[place]
        if place in NEVER:
            return None
        if column.name == "year_ends_on":
            return self.year_ends
        if column.name == "ended_on":
            return date(self.year_ends.year, 6, 30)
        if column.personal or not column.nullable:
            return self._filled(table, column)
        return None

    def _reference(self, column: Column, contacts: Contacts | None) -> int | None:
        if contacts is not None and column.references == contacts.table.name:
            return self.contact(contacts)
        if column.references == "directory_company":
            return self.company
        if column.references == "newsletter_topic":
            return self.topic
        return None

    def _filled(self, table: Table, column: Column) -> Any:
        text = mark(self.marker, table.name, column.name)
        values: dict[str, Any] = {
            "text": text, "integer": next(_numbers), "numeric": 0, "boolean": False,
            "date": date(self.year_ends.year, 2, 1), "timestamp": self.at, "bytes": text.encode(),
            "json": json.dumps({"said": text}), "uuid": uuid.uuid4(),
        }  # fmt: skip
        return values[column.type]


@cache
def generated() -> set[tuple[str, str]]:
    """The columns that the database works out by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND is_generated = 'ALWAYS'"
        )
        return {(str(table), str(column)) for table, column in cursor.fetchall()}


def topic() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO newsletter_topic (code, title_sv, title_en, active)"
            " VALUES (%s, 'Nytt', 'News', true) RETURNING id",
            [f"news-{next(_numbers)}"],
        )
        return int(cursor.fetchone()[0])


def database_text() -> dict[str, str]:
    """Every row of every table as text, by table: what a thief of the database would read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [str(name) for (name,) in cursor.fetchall()]
        found = {}
        for name in tables:
            query = sql.SQL("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {} t")
            cursor.execute(query.format(sql.Identifier(name)).as_string(None))
            text = str(cursor.fetchone()[0])
            found[name] = text
    return found


def tables_with(marker: str) -> set[str]:
    """Names of the tables where the marker stands, as text or as bytes."""
    as_bytes = marker.encode().hex()
    return {name for name, text in database_text().items() if marker in text or as_bytes in text}
