"""A correction to an address that another contact has: staff say whether the two are one person; then they become one,
or it is refused."""

from __future__ import annotations

import pytest

from gallra.ledger.models import Entry
from gallra.registers.support.models import Account, Case, Contact
from gallra.rights import deciding, looking, merging
from gallra.rights.models import Request
from tests.rights.refusing import refused
from tests.rights.world import ALVA, BO, DAY, NOW, confirmed, events, policy, work
from tests.running.world import case, contact

pytestmark = [pytest.mark.usefixtures("db", "files"), pytest.mark.promise("M21")]
NEW, OTHER = "bo.ny@kund.example", "bo.annan@kund.example"


def wished(email: str = NEW) -> Request:
    """Bo wants another address; looked up."""
    made = confirmed("rectification", wishes={"email": email})
    looking.look_up(made.pk, now=NOW + DAY)
    made.refresh_from_db()
    return made


def decided(request: Request, verdict: str) -> Request:
    twin = request.twins.get()
    deciding.decide_twin(request.pk, twin.pk, verdict=verdict, reason="Samma telefon", by=ALVA, now=NOW + DAY)
    return request


def test_two_contacts_become_one_where_staff_say_that_they_are_one_person() -> None:
    policy()
    bos, news = case(contact=contact(BO)), case(contact=contact(NEW))
    made = wished()
    assert made.twins.get().alike == ["name", merging.ADDRESS]
    refused("undecided", deciding.approve, made.pk, by=ALVA, now=NOW + DAY)
    deciding.approve(decided(made, "same").pk, by=ALVA, now=NOW + DAY)
    work()
    made.refresh_from_db()
    assert made.state == "answered"
    assert Contact.objects.get().email == NEW
    assert {bos.pk, news.pk} == set(
        Case.objects.filter(contact=Contact.objects.get()).values_list("pk", flat=True)
    )
    assert Entry.objects.get(action="correction").body["request"] == made.pk
    assert ["support_contact", "email", "email", "merge"] in made.result["changes"]


def test_somebody_elses_address_is_refused_or_another_one_is_written_down() -> None:
    policy()
    contact(BO)
    contact(NEW)
    made = decided(wished(), "other")
    assert (merging.agreed(made), merging.refused(made)) == (False, True)
    refused("somebody_elses", deciding.approve, made.pk, by=ALVA, now=NOW + DAY)
    deciding.decide_wishes(made.pk, {"email": OTHER}, by=ALVA, now=NOW + DAY)
    assert made.twins.get().alike == ["name"]
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert set(Contact.objects.values_list("email", flat=True)) == {OTHER, NEW}


def test_what_came_between_the_yes_and_the_job_is_put_back_with_nothing_changed() -> None:
    policy()
    Contact.objects.filter(pk=contact(BO).pk).update(name="Bo Rask")
    made = wished()
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    contact(NEW)
    work()
    made.refresh_from_db()
    assert (made.state, made.result["put back"], made.approved_by) == ("deciding", "clash", "")
    assert made.twins.get().alike == [merging.ADDRESS]
    assert not Entry.objects.filter(action="correction").exists()
    for each in Contact.objects.all():  # what there can be only one of
        Account.objects.create(contact=each)
    deciding.approve(decided(made, "same").pk, by=ALVA, now=NOW + DAY)
    work()
    made.refresh_from_db()
    assert (made.state, made.result["put back"]) == ("deciding", "double")
    assert Account.objects.count() == Contact.objects.count() == 2
    deciding.refuse(made.pk, reasons="Båda har konto", by=ALVA, now=NOW + DAY)
    assert events(made)[-1] == "refused"
