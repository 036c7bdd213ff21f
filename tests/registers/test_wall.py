"""The wall is the schema: what support knows, sales and mailings cannot reach (M7; design.md section 5)."""

from __future__ import annotations

import ast
from pathlib import Path

import psycopg
import pytest
from django.db import connection

import gallra.registers
from gallra.registers.crm import actions as crm
from gallra.registers.support import actions as support
from gallra.systems import own
from tests.conftest import Database
from tests.registers.cast import ALVA, BO, FIRM, NOW, ORIGIN, STAFF, rows

REGISTERS = {"support", "crm", "finance", "licensing", "newsletter"}
FOLDER = Path(gallra.registers.__file__).parent


@pytest.mark.promise("M7")
def test_no_table_of_a_register_refers_to_another_registers() -> None:
    for table in own.tables().values():
        for column in table.columns:
            if column.references:
                there, here = column.references.split("_")[0], table.name.split("_")[0]
                assert there in (here, "directory"), f"{table.name}.{column.name}"


@pytest.mark.promise("M7")
def test_no_code_of_a_register_imports_another_register() -> None:
    for file in (path for register in REGISTERS for path in (FOLDER / register).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                parts = name.split(".")
                if parts[:2] == ["gallra", "registers"] and len(parts) > 2:
                    assert parts[2] not in REGISTERS - {file.parent.name}, f"{file.name} imports {name}"
                assert parts[:2] not in (
                    [["gallra", word] for word in ("rights", "portal", "office", "running")]
                )


@pytest.mark.promise("M7")
def test_one_person_in_two_registers_is_two_contacts_that_know_nothing_of_each_other(db: object) -> None:
    support.open_case(BO, firm=FIRM, subject="Fel", origin=ORIGIN, actor="form", now=NOW)
    relation = crm.add_prospect(type(BO)(email=BO.email), origin=STAFF, actor=ALVA, now=NOW)
    assert relation.contact is not None
    assert (relation.contact.name, relation.contact.phone, relation.company_id) == (None, None, None)


def test_declarations_import_no_framework() -> None:
    for file in FOLDER.glob("*/kinds.py"):
        assert "django" not in file.read_text()


def test_statistics_of_the_planner_keep_no_personal_text(fresh_database: Database) -> None:
    """What ANALYZE has sampled stays when the rows are gone, even after the next ANALYZE of an empty table."""
    declared = {
        (table.name, column.name)
        for table in own.tables().values()
        for column in table.columns
        if column.personal and column.type in ("text", "bytes", "json", "uuid")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attstattarget = 0 AND attnum > 0"
        )
        assert declared <= set(cursor.fetchall())
    for number in range(5):
        person = type(BO)(name="Bo Exempelsson", email=f"bo{number}@kund.example", phone="040-1234567")
        support.open_case(person, firm=FIRM, subject="Bo Exempelsson", origin=ORIGIN, actor="form", now=NOW)
    with psycopg.connect(fresh_database.address("owner"), autocommit=True) as owner:
        owner.execute("ANALYZE")
        kept = owner.execute("SELECT count(*), string_agg(to_jsonb(s)::text, ' ') FROM pg_stats s").fetchone()
    assert kept is not None
    assert kept[0] > 50, "nothing was sampled at all"
    assert "xempelsson" not in kept[1].lower()
    assert "kund.example" not in kept[1]
    assert rows("SELECT count(*) FROM support_contact") == [(5,)]
