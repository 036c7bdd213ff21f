"""M16 from the policy file to the receipt: three months after closing a case is archived, and nothing personal is
left of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gallra.ledger.models import Entry
from gallra.registers.directory.models import Company
from gallra.registers.support.models import Case, Contact, Message
from gallra.running.models import Run
from gallra.running.runs import due, sweep
from tests.running.world import MINI, NIGHT, adopted, case, company, contact

pytestmark = pytest.mark.promise("M16")
CLOSED_IN_TIME = datetime(2026, 8, 22, 12, 0, tzinfo=UTC)


@pytest.mark.usefixtures("db")
def test_a_case_is_archived_three_months_after_closing() -> None:
    adopted(MINI)
    gone = case(closed=CLOSED_IN_TIME, contact=contact(company=company()), messages=3)
    kept = case(closed=CLOSED_IN_TIME + timedelta(days=1), contact=contact("cleo@example.com"))

    plan = due(NIGHT)
    assert [(step.name, step.count) for step in plan.steps if step.promises] == [("M16 support.case", 1)]
    result = sweep(NIGHT)

    assert (result.outcome, result.records, result.left) == ("finished", 1, 0)
    assert (result.contacts, result.companies) == (1, 1)
    gone.refresh_from_db()
    assert gone.archived_at == NIGHT
    assert [gone.contact_id, gone.company_id, gone.subject, gone.description, gone.assignee] == [None] * 5
    assert not Message.objects.filter(case=gone).exists()
    kept.refresh_from_db()
    assert kept.archived_at is None
    assert kept.subject
    assert list(Contact.objects.values_list("email", flat=True)) == ["cleo@example.com"]
    assert not Company.objects.exists()


@pytest.mark.usefixtures("db")
def test_the_receipt_says_what_was_done_without_anything_personal() -> None:
    adopted(MINI)
    gone = case(closed=CLOSED_IN_TIME, contact=contact(), messages=3)
    result = sweep(NIGHT)

    receipt = Entry.objects.get(action="sweep.receipt")
    assert (receipt.run, receipt.rule, receipt.batch) == (result.run, "M16 support.case", 1)
    assert receipt.body["records"] == 1
    assert receipt.body["parts"] == {"support_message": 3}
    assert receipt.body["keys"] == [gone.pk]
    assert receipt.body["promises"] == ["M16"]
    assert receipt.body["cutoff"] == "2026-08-22"
    assert Entry.objects.get(action="sweep.run").body["taken"] == 1
    assert Run.objects.get().outcome == "finished"


@pytest.mark.usefixtures("db")
def test_a_second_sweep_does_nothing() -> None:
    adopted(MINI)
    case(closed=CLOSED_IN_TIME, contact=contact())
    sweep(NIGHT)
    before = list(Case.objects.values())
    again = sweep(NIGHT + timedelta(minutes=1))
    assert again.records == again.contacts == again.companies == again.blanked == 0
    assert list(Case.objects.values()) == before
    assert Entry.objects.filter(action="sweep.run").count() == 2
    assert Entry.objects.filter(action="sweep.receipt").count() == 1
