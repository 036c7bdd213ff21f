"""The declaration and the database say the same: every table, column, reference, and no other."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from gallra.kinds import Column, Hop
from gallra.systems import own

REGISTERS = ("directory", "support", "crm", "finance", "licensing", "newsletter")
TYPES = {
    "text": {"text", "character varying"},
    "integer": {"bigint", "integer"},
    "numeric": {"numeric"},
    "boolean": {"boolean"},
    "date": {"date"},
    "timestamp": {"timestamp with time zone"},
    "bytes": {"bytea"},
    "json": {"jsonb"},
    "uuid": {"uuid"},
}


def _schema() -> dict[str, dict[str, tuple[str, bool]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        )
        found: dict[str, dict[str, tuple[str, bool]]] = {}
        for table, column, type_, nullable in cursor.fetchall():
            if table.split("_")[0] in REGISTERS:
                found.setdefault(table, {})[column] = (type_, nullable)
    return found


def _foreign_keys() -> set[tuple[str, str, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, c.condeferrable"
            " FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f'"
        )
        return {row for row in cursor.fetchall() if row[0].split("_")[0] in REGISTERS}


def test_every_column_is_declared_and_every_declared_one_is_there(db: object) -> None:
    schema = _schema()
    declared = own.tables()
    assert set(declared) == set(schema)
    for name, table in declared.items():
        assert {c.name for c in table.columns} == set(schema[name]), name
        for column in table.columns:
            type_, nullable = schema[name][column.name]
            assert type_ in TYPES[column.type], f"{name}.{column.name}"
            assert nullable == column.nullable, f"{name}.{column.name}"


def test_foreign_keys_are_the_declared_ones_and_immediate(db: object) -> None:
    declared = {
        (table.name, column.name, column.references)
        for table in own.tables().values()
        for column in table.columns
        if column.references
    }
    actual = _foreign_keys()
    assert {key[:3] for key in actual} == declared
    assert not [key for key in actual if key[3]], "a deferred foreign key fails the wrong writer, at commit"


def test_references_to_contacts_and_companies_are_all_of_them(db: object) -> None:
    actual = {(to, (table, column)) for table, column, to, _deferrable in _foreign_keys()}
    for kind in own.kinds().values():
        for holder in (kind.contacts, kind.companies):
            if holder:
                assert set(holder.references) == {ref for to, ref in actual if to == holder.table.name}


def test_events_flags_people_and_parts_lead_to_columns_that_exist(db: object) -> None:
    tables = own.tables()

    def column(start: str, hops: tuple[Hop, ...], name: str) -> Column:
        table = start
        for hop in hops:
            assert tables[table].column(hop.column).references == hop.table
            table = hop.table
        return tables[table].column(name)

    for kind in own.kinds().values():
        for event in kind.events:
            found = column(kind.table.name, event.hops, event.column)
            assert found.type == event.type, event.name
            assert found.impersonal, "a clock must survive the blanking of its record"
            if event.blocked_by:
                assert column(kind.table.name, event.hops, event.blocked_by).type == "integer"
        for flag in kind.flags:
            assert column(kind.table.name, flag.hops, flag.column).type == "boolean"
        for path in kind.people:
            column(kind.table.name, path.hops, path.email)
        for part in kind.parts:
            assert part.table.column(part.parent).references == kind.table.name
            for path in part.people:
                column(part.table.name, path.hops, path.email)
        for extra in (
            kind.archived,
            kind.number,
            kind.added,
            kind.reviewed,
            kind.decided,
            *kind.label_columns,
        ):
            if extra:
                kind.table.column(extra)


def test_every_clock_has_an_index_that_begins_with_it(db: object) -> None:
    """Finding what is due is an index range: per event, on its own table, after the role where kinds share
    one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
        indexes = cursor.fetchall()
    for kind in own.kinds().values():
        for event in kind.events:
            table = event.hops[-1].table if event.hops else kind.table.name
            starts = [f"({event.column}", *(f"({column}, {event.column}" for column, _value in kind.where)]
            assert any(t == table and any(s in definition for s in starts) for t, definition in indexes), (
                kind.name,
                event.name,
            )


def test_every_reference_to_a_contact_or_company_is_one_index_probe(db: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
        indexes = cursor.fetchall()
    for kind in own.kinds().values():
        for holder in (kind.contacts, kind.companies):
            for table, column in holder.references if holder else ():
                assert any(t == table and f"({column}" in definition for t, definition in indexes), (
                    table,
                    column,
                )


def test_form_labels_are_the_declarations_titles() -> None:
    field = apps.get_model("support", "Case")._meta.get_field("technical_information")
    from django.utils import translation

    with translation.override("sv"):
        assert str(field.verbose_name) == "teknisk information"
    with translation.override("en"):
        assert str(field.verbose_name) == "technical information"
