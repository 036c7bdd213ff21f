"""Objection (Article 21): marketing at once, what stands on a legitimate interest examined, restricted meanwhile."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from gallra.ledger.commitments import matches
from gallra.mail.models import Outgoing
from gallra.registers.crm.models import Relation
from gallra.registers.directory import restricting
from gallra.registers.errors import Refused as RegisterRefused
from gallra.registers.finance.models import Agreement
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Subscription
from gallra.registers.support import actions as support
from gallra.registers.support.models import Case
from gallra.rights import deciding, minding, objecting, requests, restriction
from gallra.rights.models import Request, Restriction
from gallra.running import persons
from gallra.running.installed import running
from gallra.running.models import Hold
from gallra.running.persons import suppression_key
from gallra.systems import own
from tests.person.world import Seed
from tests.rights.refusing import refused
from tests.rights.world import (
    ALVA,
    BO,
    CLEO,
    DAY,
    NOW,
    POLICY,
    ask,
    confirmed,
    entries,
    events,
    letter,
    mails,
    policy,
    token,
    work,
)  # fmt: skip
from tests.running.world import adopted, case, contact

pytestmark = [pytest.mark.usefixtures("db", "files"), pytest.mark.article("21")]
KINDS = own.kinds()
LAWFUL = {"finance.agreement", "finance.invoice", "newsletter.subscription"}
"""Contract, statute and consent: nobody can object to these."""


def objected(**more: object) -> Request:
    """An objection that was confirmed and looked up."""
    made = confirmed("objection", **more)
    assert work() == ["look_up_request"]
    made.refresh_from_db()
    return made


def leave_the_partner(made: Request) -> None:
    """No purpose of the policy names partners: somebody decides."""
    for row in made.decisions.filter(kind="crm.partner"):
        deciding.decide(made.pk, row.pk, verdict="stay", reason="Samarbetet pågår", by=ALVA, now=NOW)


@pytest.mark.promise("S19", "M8")
def test_from_the_objection_to_the_answer() -> None:
    policy()
    Seed("Mark", BO, year_ends=date(2024, 12, 31)).everything()
    Seed("Other", CLEO).everything()
    made = ask("objection", said="Jag har slutat på företaget")
    assert newsletter.is_suppressed(BO, key=suppression_key()), "marketing stops before anything is confirmed"
    assert not restricting.is_restricted(BO), "whoever writes an address cannot block it"
    requests.confirm(token(made), now=NOW)
    work()
    made.refresh_from_db()
    proposed = {row.kind: row.proposed for row in made.decisions.all()}
    assert not LAWFUL & set(proposed)
    assert {"support.case", "support.account", "crm.customer", "crm.prospect"} <= set(proposed)
    assert set(proposed.values()) <= {"erase", "blank"}
    assert {row.verdict for row in made.decisions.filter(kind="crm.partner")} == {"stay"}, (
        "no purpose names it"
    )
    named = {each.key: each.contested for each in objecting.standing(made, running().policy)}
    assert [named[key] for key in ("support", "login", "business")] == [True] * 3
    assert not any(named[key] for key in ("agreements", "bookkeeping", "mailings"))

    assert restricting.is_restricted(BO), "while it is examined (Article 18(1)(d))"
    with pytest.raises(RegisterRefused, match=r"restricted|begränsad"):
        support.reply(Case.objects.get(contact__email=BO).pk, body="Hej", actor="user:7", now=NOW + DAY)

    refused("undecided", deciding.approve, made.pk, by=ALVA, now=NOW)
    leave_the_partner(made)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    assert work() == ["carry_out_request"]
    made.refresh_from_db()
    assert made.state == "answered"
    assert not Case.objects.filter(contact__email=BO).exists()
    left = list(Relation.objects.filter(contact__email=BO).values_list("role", flat=True))
    assert left == ["partner"], "no purpose of the policy names those, and silence never erases"
    assert Agreement.objects.filter(contact__email=BO).exists()
    assert Subscription.objects.get(contact__email=BO).ended_at is not None
    assert Case.objects.filter(contact__email=CLEO).exists()
    receipt = next(entry for entry in entries(made) if entry.action == "erasure.receipt")
    assert matches(receipt.body["person"], BO, salt=bytes(made.salt))

    said = letter(made)
    for words in (
        "slutat använda dina uppgifter för direktmarknadsföring",
        "underlätta affärssamtal",
        "ge support",
    ):
        assert words in said
    assert "hantera avtal och fakturor: avtalet" in said, "what goes on, and on which basis"
    assert "Det upphör den 2 december 2026" in said


def test_the_restriction_ends_when_the_person_has_been_told() -> None:
    policy()
    Seed("Mark", BO).everything()
    made = objected()
    leave_the_partner(made)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert mails()[-2:] == [("rights/lifting", BO), ("rights/answered", BO)]
    assert restricting.is_restricted(BO), "nobody has been told yet"
    Outgoing.objects.update(state="sent", fate="sent", sent_at=NOW + 2 * DAY)
    assert minding.mind(NOW + 8 * DAY)["lifted"] == 0
    assert minding.mind(NOW + 9 * DAY)["lifted"] == 1
    assert not restricting.is_restricted(BO)
    assert events(made)[-1] == "lifted"


def test_where_nothing_is_left_the_restriction_ends_with_it() -> None:
    policy()
    case(contact=contact(BO))
    made = objected()
    assert restricting.is_restricted(BO)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert not restricting.is_restricted(BO)
    assert not Case.objects.exists()
    assert ("rights/lifting", BO) not in mails()
    assert "har dina uppgifter bara lagrats" not in letter(made)


def test_grounds_that_override_are_written_down_and_told() -> None:
    policy()
    seed = Seed("Mark", BO)
    seed.record(KINDS["support.case"], parts=False)
    seed.record(KINDS["crm.prospect"], parts=False)
    made = objected()
    line = made.decisions.get(kind="support.case").pk
    refused("reason_needed", deciding.decide, made.pk, line, verdict="stay", reason="", by=ALVA, now=NOW)
    deciding.decide(made.pk, line, verdict="stay", reason="Tvisten om felet pågår", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert Case.objects.count() == 1
    assert not Relation.objects.exists()
    said = letter(made)
    assert "artikel 21.1): Tvisten om felet pågår" in said
    assert "underlätta affärssamtal" in said
    assert "ge support och nå dem" not in said, "that goes on"
    assert Restriction.objects.get().ends_on == date(2026, 12, 2)


def test_an_objection_to_marketing_is_absolute() -> None:
    text = POLICY.replace(
        'basis = "consent"\nto = ["subscriber"]', 'basis = "legitimate interest"\nto = ["subscriber"]'
    )
    assert text != POLICY
    adopted(text, at=NOW - 300 * DAY)
    Seed("Mark", BO).record(KINDS["newsletter.subscription"])
    made = objected()
    assert not restricting.is_restricted(BO), "there is nothing to be examined"
    line = made.decisions.get(table="newsletter_subscription").pk
    refused("absolute", deciding.decide, made.pk, line, verdict="stay", reason="Vi vill", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("way", ["refused", "withdrawn"])
def test_refused_or_taken_back_the_person_is_told_before_it_is_lifted(way: str) -> None:
    policy()
    case(contact=contact(BO))
    made = objected()
    if way == "refused":
        deciding.refuse(made.pk, reasons="Tvisten pågår", by=ALVA, now=NOW + DAY)
    else:
        requests.withdraw(made.pk, by=ALVA, reason="Hen ångrade sig", now=NOW + DAY)
    assert ("rights/lifting", BO) in mails()
    assert restricting.is_restricted(BO)
    assert Restriction.objects.get().ends_on == date(2026, 12, 1)
    assert Case.objects.exists()


def test_whoever_was_restricted_before_stays_so_and_nothing_is_taken() -> None:
    policy()
    case(contact=contact(BO))
    restriction.add(BO, ground="Uppgifterna är fel", by=ALVA, now=NOW - DAY)
    made = objected()
    assert {row.proposed for row in made.decisions.all()} == {"hold"}
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert Case.objects.exists()
    assert restricting.is_restricted(BO)
    assert Restriction.objects.get().ends_on is None


def test_nothing_that_can_be_objected_to() -> None:
    policy()
    Seed("Mark", BO).record(KINDS["finance.agreement"])
    made = objected()
    assert not made.decisions.exists()
    assert not Restriction.objects.exists()
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    said = letter(made)
    assert "bara sådan användning som man kan invända mot" in said
    assert Agreement.objects.exists()


def test_where_the_policy_states_no_basis_somebody_decides() -> None:
    adopted(POLICY.replace('basis = "legitimate interest"\n', ""), at=NOW - 300 * DAY)
    case(contact=contact(BO))
    made = objected()
    assert {(row.proposed, row.verdict) for row in made.decisions.all()} == {("erase", "stay")}
    assert restricting.is_restricted(BO)
    refused("undecided", deciding.approve, made.pk, by=ALVA, now=NOW)
    for row in made.decisions.all():
        deciding.decide(made.pk, row.pk, verdict="erase", reason="", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW)
    work()
    assert not Case.objects.exists()
    said = letter(made)
    assert "ge support" in said
    assert "bara sådan användning som man kan invända mot" not in said


def test_only_what_is_contested_is_restricted_and_the_rest_goes_on() -> None:
    policy()
    seed = Seed("Mark", BO)
    for kind in ("support.case", "crm.prospect", "finance.agreement"):
        seed.record(KINDS[kind])
    made = objected()
    [held], [found] = Hold.objects.all(), Restriction.objects.all()
    kinds = {"crm.customer", "crm.partner", "crm.prospect", "support.account", "support.case"}
    assert set(found.kinds or ()) == set(held.kinds or ()) == kinds
    assert restricting.is_restricted(BO, kind="support.case")
    assert not restricting.is_restricted(BO, kind="finance.agreement")
    told = Outgoing.objects.get(text="rights/examining")
    assert told.address == BO
    for one in restriction.kinds_of(found):
        assert f"- {one.sv}" in told.plain
    assert "avtal eller lag" in told.plain
    changes = {
        "UPDATE finance_agreement SET terms = 'x'": False, "UPDATE finance_contact SET phone = '1'": False,
        "UPDATE newsletter_contact SET name = 'x'": False, "UPDATE support_case SET subject = 'x'": True,
        "UPDATE support_contact SET phone = '1'": True, "UPDATE support_message SET body = ''": True,
        "UPDATE crm_relation SET source = 'x'": True, "UPDATE crm_note SET text = ''": True,
        "DELETE FROM crm_document": True, "DELETE FROM finance_agreement": False,
    }  # fmt: skip
    for statement, refuses in changes.items():
        assert _refuses(statement) is refuses, statement
    kept = persons.find(BO, now=NOW + 2 * DAY).systems["own"].held
    assert {table for table, keys in kept.items() if keys} == {"support_case", "crm_relation"}
    for row in made.decisions.filter(verdict="stay", reason=""):
        deciding.decide(made.pk, row.pk, verdict="erase", reason="", by=ALVA, now=NOW)
    for row in made.decisions.filter(kind="support.case"):
        deciding.decide(made.pk, row.pk, verdict="stay", reason="Tvisten pågår", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert "Medan vi prövade invändningen har detta bara lagrats: " in letter(made)
    assert "ett avtal eller en lag" in Outgoing.objects.get(text="rights/lifting").plain


def test_who_asks_for_a_restriction_while_they_object_is_restricted_whole_and_stays_so() -> None:
    policy()
    seed = Seed("Mark", BO)
    seed.record(KINDS["support.case"])
    seed.record(KINDS["finance.agreement"])
    made = objected()
    assert not _refuses("UPDATE finance_agreement SET terms = 'x'")
    restriction.add(BO, ground="Uppgifterna är fel", by=ALVA, now=NOW)
    found = Restriction.objects.get()
    assert (found.kinds, found.ground, found.request) == (None, "Uppgifterna är fel", None)
    assert Hold.objects.get().kinds is None
    assert _refuses("UPDATE finance_agreement SET terms = 'x'")
    deciding.refuse(made.pk, reasons="Tvisten pågår", by=ALVA, now=NOW + DAY)
    found.refresh_from_db()
    assert found.ends_on is None
    assert restriction.while_examined(made, now=NOW + DAY).kinds is None, (
        "the whole is more than a part of it"
    )


def _refuses(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except IntegrityError as error:
        assert "is restricted" in str(error)  # noqa: PT017
        return True
    return False
