"""Correcting a person in every register that has them and may hold the field."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from gallra.ledger.models import Entry
from gallra.registers.crm.models import Contact as SalesContact
from gallra.registers.finance.models import Contact as FinanceContact
from gallra.registers.finance.models import Invoice
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Contact as Subscriber
from gallra.registers.support.models import Account, Case, Contact
from gallra.running import holds, persons
from gallra.running.models import Hold
from gallra.systems import own
from tests.person.world import BO, CLEO, NIGHT, Seed

pytestmark = [pytest.mark.usefixtures("db", "policy"), pytest.mark.promise("M21")]
BY, NEW = "command line", "bo.ny@kund.example"
KINDS = own.kinds()


def test_a_name_is_corrected_everywhere_with_a_receipt() -> None:
    Seed("Mark", BO).everything()
    Seed("Annan", CLEO).everything()
    done = persons.correct(BO, {"name": "Bo Rätt"}, now=NIGHT, by=BY)
    for model in (Contact, SalesContact, FinanceContact, Subscriber):
        assert model._default_manager.get(email=BO).name == "Bo Rätt"
        assert model._default_manager.get(email=CLEO).name.startswith("Annan")
    assert Contact.objects.get(email=BO).sources["name"] == {"from": "correction", "at": "2026-11-22"}
    assert Contact.objects.get(email=BO).sources["said"], "what was said of other fields stays"
    body = Entry.objects.get(number=done.receipt).body
    assert (body["fields"], set(body["rows"])) == (
        ["name"], {"support_contact", "crm_contact", "finance_contact", "newsletter_contact"},
    )  # fmt: skip
    assert "Rätt" not in str(body)


def test_a_field_goes_only_where_a_purpose_names_it() -> None:
    Seed("Mark", BO).everything()
    planned = persons.plan_correction(BO, {"title": "VD"})
    states = {change.table: change.state for change in planned.changes}
    assert states["newsletter_contact"] == "no such field"
    assert states["finance_contact"] == "change"
    assert states["support_contact"] == "no purpose", "support knows four things (M2)"
    persons.correct(BO, {"title": "VD"}, now=NIGHT, by=BY)
    assert FinanceContact.objects.get().title == "VD"
    assert Contact.objects.get().title != "VD"


def test_a_new_address_goes_through_everything_but_what_is_booked() -> None:
    Seed("Mark", BO).everything()
    get_user_model().objects.create_user(email=BO)
    holds.hold_person(BO, ground="tvist", now=NIGHT, by=BY)
    newsletter.suppress(BO, key=persons.suppression_key(), actor="system", now=NIGHT)
    persons.correct(BO, {"email": NEW}, now=NIGHT, by=BY)
    for model in (Contact, SalesContact, FinanceContact, Subscriber):
        assert model._default_manager.get().email == NEW
    assert get_user_model().objects.get().email == NEW
    assert Invoice.objects.get().buyer_email == BO
    assert set(Hold.objects.values_list("email", flat=True)) == {BO, NEW}
    assert newsletter.is_suppressed(NEW, key=persons.suppression_key())


def test_another_contact_with_the_new_address_stops_it_and_nothing_is_half_done() -> None:
    Seed("Mark", BO).everything()
    Seed("Annan", NEW).record(KINDS["support.case"])
    with pytest.raises(persons.CannotCorrect, match="support_contact") as told:
        persons.correct(BO, {"email": NEW, "name": "Bo"}, now=NIGHT, by=BY)
    assert "--merge" in str(told.value)
    assert NEW not in str(told.value)
    assert SalesContact.objects.get().email == BO
    assert not Entry.objects.filter(action="correction").exists()


def test_merging_makes_two_contacts_one() -> None:
    Seed("Mark", BO).everything()
    Seed("Annan", NEW).record(KINDS["support.case"])
    persons.correct(BO, {"email": NEW, "name": "Bo Rätt"}, now=NIGHT, by=BY, merge=True)
    one = Contact.objects.get()
    assert (one.email, one.name) == (NEW, "Bo Rätt")
    assert set(Case.objects.values_list("contact_id", flat=True)) == {one.pk}
    assert SalesContact.objects.get().email == NEW


def test_what_is_double_is_not_merged() -> None:
    Seed("Mark", BO).record(KINDS["support.account"])
    Seed("Annan", NEW).record(KINDS["support.account"])
    with pytest.raises(persons.CannotCorrect):
        persons.correct(BO, {"email": NEW}, now=NIGHT, by=BY, merge=True)
    assert Account.objects.count() == 2
    assert {contact.email for contact in Contact.objects.all()} == {BO, NEW}


@pytest.mark.parametrize(
    ("address", "values", "error"),
    [
        ("bo", {"name": "Bo"}, persons.NotAnAddress),
        (BO, {"email": "bo"}, persons.NotAnAddress),
        (BO, {"email": ""}, persons.CannotCorrect),
        (BO, {"shoe size": "43"}, persons.CannotCorrect),
        (BO, {}, persons.CannotCorrect),
    ],
)
def test_what_cannot_be_is_refused(address: str, values: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error) as told:
        persons.correct(address, values, now=NIGHT, by=BY)
    assert str(told.value)
    assert "43" not in str(told.value)


def test_an_empty_value_empties_the_field() -> None:
    Seed("Mark", BO).record(KINDS["support.case"])
    persons.correct(BO, {"phone": ""}, now=NIGHT, by=BY)
    assert Contact.objects.get().phone is None
