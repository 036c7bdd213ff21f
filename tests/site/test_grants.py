"""The working role owns nothing, and can only add to what is append-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

from gallra.site import grants
from gallra.site.models import User
from tests.conftest import Database

ORDINARY = "site_user"


@contextmanager
def refused() -> Iterator[None]:
    """The database itself refuses, whatever our code would do."""
    from django.db import ProgrammingError, transaction

    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        yield


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def asked(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@pytest.mark.usefixtures("db")
def test_it_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE')"
        )
        assert cursor.fetchone() == (False, False)


@pytest.mark.usefixtures("db")
def test_there_are_append_only_tables() -> None:
    assert "ledger_entry" in grants.append_only_tables()


@pytest.mark.usefixtures("db")
def test_what_is_append_only_cannot_be_changed() -> None:
    for table in grants.append_only_tables():
        execute(f'SELECT 1 FROM "{table}" LIMIT 1')
        for statement in (
            f'DELETE FROM "{table}"',
            f'TRUNCATE "{table}"',
            f'DROP TABLE "{table}"',
            f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
            f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE',
        ):
            with refused():
                execute(statement)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'UPDATE'), has_any_column_privilege(%s, 'UPDATE')",
                [table, table],
            )
            assert cursor.fetchone() == (False, False)


@pytest.mark.usefixtures("db")
def test_numbers_of_what_is_append_only_cannot_be_set_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_serial_sequence('ledger_entry', a.attname) FROM pg_attribute a"
            " WHERE a.attrelid = 'ledger_entry'::regclass AND a.attidentity <> ''"
        )
        sequences = [row[0] for row in cursor.fetchall() if row[0]]
    assert sequences == ["public.ledger_entry_number_seq"]
    for sequence in sequences:
        last = f"SELECT last_value FROM {sequence}"
        before = asked(last)
        for statement in (f"SELECT setval('{sequence}', 1)", f"ALTER SEQUENCE {sequence} RESTART"):
            with refused():
                execute(statement)
        assert asked(last) == before


@pytest.mark.usefixtures("db")
def test_ordinary_tables_can_be_worked_in_and_not_truncated() -> None:
    User.objects.create(email="bo@kund.example", name="Bo", role="", is_active=True)
    execute(f"UPDATE {ORDINARY} SET name = 'Bo Ek'")
    with refused():
        execute(f"TRUNCATE {ORDINARY}")
    with refused():
        execute("DELETE FROM django_migrations")
    assert asked(f"SELECT name FROM {ORDINARY}") == [("Bo Ek",)]
    assert asked("SELECT count(*) > 0 FROM django_migrations") == [(True,)]
    execute(f"DELETE FROM {ORDINARY}")
    assert asked(f"SELECT name FROM {ORDINARY}") == []


def test_rights_that_were_given_otherwise_are_taken_back(fresh_database: Database) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT ALL ON ledger_entry TO gallra_app, PUBLIC")
    grants.apply()
    grants.apply()
    with refused():
        execute("DELETE FROM ledger_entry")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (fresh_database.name,)
