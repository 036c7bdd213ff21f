"""Contacts and companies go when nothing refers to them, and only then; the audit finds what nobody queued."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.settle import Settled, audit, settle, settlings
from gallra.registers.directory.models import Company, Recheck
from gallra.registers.support.models import Case, Contact, Message
from gallra.systems.connection import OwnDatabase
from gallra.systems.own import kinds
from tests.running.world import case, company, contact

pytestmark = [pytest.mark.promise("M16", "S18"), pytest.mark.usefixtures("db")]
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def settled(*, audited: bool = False) -> Settled:
    def journal(**entry: Any) -> None:
        assert entry["action"] == "settle"

    all_ = settlings(kinds().values(), OwnHolds(), Today.of(NOW, "Europe/Stockholm"))
    if audited:
        audit(OwnDatabase(), all_, size=2)
    return settle(OwnDatabase(), all_, journal, size=2)


def queued(what: str, *keys: int) -> None:
    Recheck.objects.bulk_create(Recheck(what=what, key=key) for key in keys)


def test_a_queued_contact_goes_when_nothing_refers_to_it_and_its_company_after_it() -> None:
    free, needed = contact("a@example.com", company=company()), contact("b@example.com")
    case(contact=needed)
    queued("support_contact", free.pk, free.pk, needed.pk, 987654)
    result = settled()
    assert (result.contacts, result.companies) == (1, 1)
    assert list(Contact.objects.all()) == [needed]
    assert not Company.objects.exists()
    assert not Recheck.objects.exists()


def test_a_part_is_a_reference_too() -> None:
    writer = contact("writer@example.com")
    Message.objects.create(case=case(), contact=writer, direction="in", body="Hej")
    queued("support_contact", writer.pk)
    assert settled().contacts == 0


def test_only_the_audit_finds_what_nobody_queued() -> None:
    lost = [contact(f"{n}@example.com", company=company(f"{n} AB")).pk for n in range(5)]
    kept = contact("kept@example.com")
    case(contact=kept)
    assert settled().contacts == 0
    assert Contact.objects.count() == len(lost) + 1
    result = settled(audited=True)
    assert (result.contacts, result.companies) == (5, 5)
    assert list(Contact.objects.all()) == [kept]
    assert Case.objects.count() == 1
