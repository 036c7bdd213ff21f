"""Every table and column of a migrated database is declared: registers, sign-in, sessions, jobs, ledger (S1,
S3)."""

from __future__ import annotations

import pytest
from django.db import connections

from gallra.policy import read_policy
from gallra.policy.check import check
from gallra.policy.law import load_law, own_records
from gallra.running.schema import live_schema
from gallra.systems import gallra_kinds, own
from gallra.systems.gallra import declared, own_tables
from tests.conftest import Database
from tests.policy.editing import text_of


def schema_findings() -> set[tuple[str, str]]:
    policy = read_policy(text_of("swinx-mended"))
    found = check(policy, law=load_law(), kinds=own.kinds(), live=live_schema(), declared=declared())
    return {(f.id, f.subject) for f in found if f.id.startswith(("table-", "column-"))}


@pytest.mark.promise("S1", "S3")
def test_every_table_and_column_is_declared(db: Database) -> None:
    assert schema_findings() == set()


@pytest.mark.promise("S1", "S3")
def test_what_somebody_adds_to_the_database_is_found(fresh_database: Database) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE old_contacts (id int, name text)")
        cursor.execute("ALTER TABLE support_contact ADD COLUMN birthday date")
        cursor.execute("ALTER TABLE django_session ADD COLUMN ip_address text")
        cursor.execute("ALTER TABLE crm_note DROP COLUMN author CASCADE")
    assert schema_findings() == {
        ("table-undeclared", "old_contacts"),
        ("column-undeclared", "support_contact.birthday"),
        ("column-undeclared", "django_session.ip_address"),
        ("column-missing", "crm_note.author"),
    }


def test_what_signs_in_is_a_record_kind_with_a_period() -> None:
    assert not [
        name for name in own_tables() if name.startswith(("site_", "account_", "mfa_", "django_session"))
    ]
    assert set(gallra_kinds.kinds()) <= set(own_records())
