"""Customers' accounts prefill the form (M6); suggestions are kept without the person (S11)."""

from __future__ import annotations

import pytest

from gallra.registers.directory import fields
from gallra.registers.errors import Refused
from gallra.registers.finance import actions as finance
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.support import accounts, actions
from gallra.registers.support.models import Suggestion
from tests.registers.cast import ALVA, BO, FIRM, NOW, ORIGIN, at, rows


@pytest.mark.promise("M6")
def test_an_account_prefills_the_form_and_outlives_a_case(db: object) -> None:
    account = accounts.create_account(BO, firm=FIRM, origin=ORIGIN, actor="form", now=NOW)
    assert accounts.prefill(account.pk) == {
        "name": "Bo Exempelsson",
        "email": "bo@kund.example",
        "phone": "040-123 45 67",
        "company.name": "Kundbolaget AB",
    }
    assert account.contact_id is not None
    case = actions.open_case(
        account.contact_id, subject="Hej", origin=ORIGIN, actor=f"account:{account.pk}", now=NOW
    )
    assert case.company_id == account.contact.company_id if account.contact else False
    with pytest.raises(Refused) as refused:
        accounts.create_account(BO, origin=ORIGIN, actor="form", now=NOW)
    assert refused.value.code == "account_exists"


@pytest.mark.promise("M7")
def test_what_others_know_of_the_company_is_not_prefilled(db: object) -> None:
    """Finance knows the company's number; under this policy support may not hold it, nor show it."""
    known = Firm(name="Kundbolaget AB", organisation_number="556000-0001")
    finance.sign_agreement(known, starts_on=NOW.date(), origin=Origin(where="order"), actor=ALVA, now=NOW)
    four = frozenset({"name", "company", "email", "phone"})
    on = {"support.case": four, "support.account": four, "finance.agreement": None}
    fields.adopt(on, list(on))
    account = accounts.create_account(BO, firm=FIRM, origin=ORIGIN, actor="form", now=NOW)
    assert rows("SELECT organisation_number FROM directory_company") == [("5560000001",)]
    assert set(accounts.prefill(account.pk)) == {"name", "email", "phone", "company.name"}


def test_signing_in_moves_the_clock_until_the_account_is_closed(db: object) -> None:
    account = accounts.create_account(BO, origin=ORIGIN, actor="form", now=NOW)
    assert account.signed_in_at is None
    actor = f"account:{account.pk}"
    assert accounts.signed_in(account.pk, actor=actor, now=at("2026-03-01")).signed_in_at == at("2026-03-01")
    accounts.close_account(account.pk, actor=actor, now=at("2026-03-02"))
    for attempt in (
        lambda: accounts.signed_in(account.pk, actor=actor, now=NOW),
        lambda: accounts.close_account(account.pk, actor=actor, now=NOW),
        lambda: accounts.prefill(account.pk),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "account_closed"


def test_the_holder_writes_over_their_own_details(db: object) -> None:
    account = accounts.create_account(BO, origin=ORIGIN, actor="form", now=NOW)
    actor = f"account:{account.pk}"
    contact = accounts.change_details(
        account.pk, Person(phone="08-465 00 01"), actor=actor, now=at("2026-03-01")
    )
    contact.refresh_from_db()
    assert (contact.phone, contact.name) == ("08-465 00 01", "Bo Exempelsson")
    assert contact.sources["phone"]["at"] == "2026-03-01"


@pytest.mark.promise("S11")
def test_a_suggestion_has_no_link_to_a_person_or_a_case(db: object) -> None:
    case = actions.open_case(BO, subject="Önskemål", origin=ORIGIN, actor="form", now=NOW)
    with pytest.raises(Refused) as refused:
        accounts.add_suggestion(
            text="Bo Exempelsson vill ha mörkt läge", case_id=case.pk, actor=ALVA, now=NOW
        )
    assert refused.value.code == "names_a_person"
    suggestion = accounts.add_suggestion(text="Mörkt läge", case_id=case.pk, actor=ALVA, now=NOW)
    assert not [field.name for field in Suggestion._meta.fields if field.is_relation]
    accounts.settle_suggestion(suggestion.pk, status="done", actor=ALVA, now=at("2026-03-01"))
    suggestion.refresh_from_db()
    assert suggestion.settled_at == at("2026-03-01")
    accounts.settle_suggestion(suggestion.pk, status="planned", actor=ALVA, now=at("2026-03-02"))
    suggestion.refresh_from_db()
    assert suggestion.settled_at is None
