"""A generated company in the database: written by COPY as the working role, with every guard of the policy on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from gallra.policy import read_policy
from gallra.registers import documents
from gallra.registers.crm.models import Relation
from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.finance.actions import NewLine, issue_invoice, sign_agreement
from gallra.registers.finance.models import Agreement, Invoice
from gallra.registers.generate import make_cases, make_company, make_simple_rows, rows
from gallra.registers.generate.copying import CopyRefused, copy_rows
from gallra.registers.generate.making import NotEmpty, policy_file
from gallra.registers.generate.telling import rules_for
from gallra.registers.given import Origin
from gallra.registers.support.actions import open_case
from gallra.registers.support.models import Case, CaseDocument, Message

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
POLICIES = ("swinx", "munkeby", "swinx-mended", "munkeby-mended")
STAFF = Origin(where="staff")


@pytest.fixture(autouse=True)
def documents_folder(tmp_path: Path, settings: Settings) -> None:
    settings.DOCUMENTS_ROOT = str(tmp_path / "documents")


def adopt(policy: str) -> None:
    """Puts the policy's fields and kinds in force, as adoption does."""
    rules = rules_for(read_policy(policy_file(policy)))
    fields.adopt(rules.fields, rules.kinds)


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        return int(cursor.fetchone()[0])


@pytest.mark.promise("M2", "M3", "M4", "M5", "S1")
@pytest.mark.parametrize("policy", POLICIES)
def test_a_company_passes_every_guard_of_its_policy(db: Any, policy: str) -> None:
    adopt(policy)
    made = make_company(policy_name=policy, people=300, seed=3, now=NOW)
    for kind in rows.ROW_TYPES:
        assert counted(kind.TABLE) == made.tables.get(kind.TABLE, 0), kind.TABLE
    assert made.rows > 2000
    assert made.files == 48


def test_what_the_verbs_would_count_is_what_is_stored(db: Any) -> None:
    make_company(policy_name="swinx", people=300, seed=1, now=NOW)
    stored = {c.pk: (c.agreements_open, c.agreements_until) for c in Company.objects.all()}
    held = set(Agreement.objects.values_list("company_id", flat=True))
    for key in held:
        directory.recount(key)
    counted_again = Company.objects.filter(pk__in=held)
    assert {c.pk: (c.agreements_open, c.agreements_until) for c in counted_again} == {
        key: value for key, value in stored.items() if key in held
    }


def test_numbers_and_ids_go_on_after_the_generated_ones(db: Any) -> None:
    adopt("swinx")
    make_company(policy_name="swinx", people=120, seed=1, now=NOW)
    last = {
        m: m.objects.order_by("-number").values_list("number", flat=True)[0]
        for m in (Case, Invoice, Agreement)
    }
    company = Agreement.objects.filter(ended_on=None).values_list("company_id", flat=True)[0]
    assert company is not None
    case = open_case(None, subject="Nästa", origin=STAFF, actor="demo", now=NOW)
    agreement = sign_agreement(company, starts_on=NOW.date(), origin=STAFF, actor="demo", now=NOW)
    line = NewLine(text="Underhåll", unit_price=1)  # type: ignore[arg-type]
    invoice = issue_invoice(
        company, lines=[line], issued_on=NOW.date(), due_on=NOW.date(), origin=STAFF, actor="demo", now=NOW
    )
    assert case.number == last[Case] + 1
    assert agreement.number == last[Agreement] + 1
    assert invoice.number == last[Invoice] + 1


@pytest.mark.promise("S8")
def test_documents_are_encrypted_files_that_open(db: Any, settings: Settings) -> None:
    make_company(policy_name="munkeby", people=200, seed=1, now=NOW)
    found = list(CaseDocument.objects.select_related("contact"))
    assert len(found) == 36
    for document in found:
        plain = b"".join(documents.read(document))
        assert len(plain) == document.size
        assert document.contact is not None
        assert str(document.contact.email).encode() in plain
        assert (
            str(document.contact.email).encode()
            not in (Path(settings.DOCUMENTS_ROOT) / document.file).read_bytes()
        )


def test_a_company_is_not_mixed_with_another(db: Any) -> None:
    make_company(policy_name="munkeby", people=60, seed=1, now=NOW)
    before = counted("support_case")
    with pytest.raises(NotEmpty, match="support_case"):
        make_company(policy_name="munkeby", people=60, seed=1, now=NOW)
    assert counted("support_case") == before


def test_a_moment_without_time_zone_is_refused(db: Any) -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_company(policy_name="munkeby", now=datetime(2026, 11, 22))  # noqa: DTZ001


@pytest.mark.promise("M2")
def test_copy_does_not_pass_by_the_guards(db: Any) -> None:
    adopt("munkeby")
    names = ("name", "email", "title", "sources", "added_at")
    with pytest.raises(CopyRefused, match="field_without_purpose") as refused, transaction.atomic():
        copy_rows("support_contact", names, [("Bo Ek", "bo@firman.example", "chef", {}, NOW)])
    assert "Bo" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.promise("M16")
def test_volume_has_exactly_the_cases_due_that_were_asked_for(db: Any) -> None:
    adopt("munkeby")
    made = make_cases(cases=3000, messages=9000, seed=1, now=NOW, due_share=0.1)
    assert made.due == 300
    assert {name: counted(name) for name in made.tables} == made.tables
    three_months_ago = datetime(
        2026, 8, 22, 22, tzinfo=UTC
    )  # closed on 22 August, in Swedish time, or before
    closed = Case.objects.filter(closed_at__isnull=False)
    assert closed.filter(closed_at__lt=three_months_ago).count() == 300
    assert 1200 < closed.count() < 1800
    assert Case.objects.filter(opened_at__gt=NOW).count() == 0
    assert Message.objects.exclude(case__contact_id__isnull=True).count() == 9000


def test_volume_is_written_beside_what_is_there(db: Any) -> None:
    adopt("swinx")
    make_company(policy_name="swinx", people=100, seed=1, now=NOW)
    before = Case.objects.count()
    for seed in (1, 2):
        make_cases(cases=500, messages=700, seed=seed, now=NOW, due_share=0.0)
    assert Case.objects.count() == before + 1000
    case = open_case(None, subject="Nästa", origin=STAFF, actor="demo", now=NOW)
    assert case.number == Case.objects.order_by("-number").values_list("number", flat=True)[0]


@pytest.mark.promise("M20")
def test_simple_rows(db: Any) -> None:
    adopt("munkeby")
    made = make_simple_rows(rows=2000, due=400, seed=1, now=NOW)
    assert made.due == 400
    a_year_ago = datetime(2025, 11, 22, 23, tzinfo=UTC)
    prospects = Relation.objects.filter(role="prospect", company_dialogue=False)
    assert prospects.count() == 2000
    assert prospects.filter(added_at__lt=a_year_ago).count() == 400


def test_simple_rows_without_persons(db: Any) -> None:
    made = make_simple_rows(kind="support.suggestion", rows=1000, due=0, seed=1, now=NOW)
    assert made.tables == {"support_suggestion": 1000}
    with pytest.raises(ValueError, match="choose"):
        make_simple_rows(kind="finance.invoice", rows=1, due=0, now=NOW)
