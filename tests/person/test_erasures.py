"""What erasing takes, what keeps it from taking, and what completes later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gallra.ledger.commitments import commit
from gallra.ledger.models import Entry
from gallra.registers.finance.models import Invoice
from gallra.registers.newsletter.models import Suppression
from gallra.registers.support.models import Case, Concerned, Contact, Message
from gallra.running import erasures, holds
from gallra.running.models import OpenErasure
from gallra.running.runs import sweep
from gallra.systems import own
from tests.person.world import BO, CLEO, LONG_AGO, NIGHT, Seed
from tests.running.world import case, contact

pytestmark = pytest.mark.usefixtures("db", "policy")
BY = "command line"
KINDS = own.kinds()


def seed(address: str = BO, **rest: date) -> Seed:
    return Seed("Mark", address, **rest)


def message(of: Case, by: Contact, text: str = "Hej") -> Message:
    return Message.objects.create(case=of, contact=by, direction="in", body=text, sent_at=LONG_AGO)


@pytest.mark.promise("S20", "M21")
def test_a_part_concerning_two_people_loses_only_one() -> None:
    bo, cleo = contact(BO), contact(CLEO)
    cleos = case(contact=cleo, opened=LONG_AGO, messages=1)
    bos = message(cleos, bo, "Bo skriver")
    for each in (bo, cleo):
        Concerned.objects.create(case=cleos, contact=each, added_at=LONG_AGO)
    done = erasures.erase(BO, now=NIGHT, by=BY).systems["own"]
    bos.refresh_from_db()
    assert (bos.contact_id, bos.body, bos.sent_at) == (None, None, LONG_AGO)
    assert list(Concerned.objects.values_list("contact_id", flat=True)) == [cleo.pk]
    assert Message.objects.filter(case=cleos, contact=cleo, body="Hej").count() == 1
    assert (done.blanked, done.parts, done.erased, done.contacts) == (
        {"support_message": 1}, {"support_concerned": 1}, {}, 1,
    )  # fmt: skip


def test_a_colleague_known_only_by_the_erased_case_is_asked_about() -> None:
    bo, cleo = contact(BO), contact(CLEO)
    bos = case(contact=bo, opened=LONG_AGO)
    message(bos, cleo)
    erasures.erase(BO, now=NIGHT, by=BY)
    assert not Contact.objects.filter(pk=bo.pk).exists()
    sweep(NIGHT)
    assert not Contact.objects.filter(pk=cleo.pk).exists(), "nothing refers to the colleague any more"


@pytest.mark.parametrize("who", ["record", "person"])
def test_a_hold_keeps_what_it_protects(who: str) -> None:
    bo = contact(BO)
    held, free = case(contact=bo, opened=LONG_AGO), case(contact=bo, opened=LONG_AGO)
    if who == "record":
        hold = holds.hold_record("support.case", str(held.number), ground="tvist", now=NIGHT, by=BY)
    else:
        hold = holds.hold_person(BO, ground="tvist", now=NIGHT, by=BY)
    done = erasures.erase(BO, now=NIGHT, by=BY)
    kept = {held.pk} if who == "record" else {held.pk, free.pk}
    assert set(Case.objects.values_list("pk", flat=True)) == kept
    assert Contact.objects.filter(email=BO).exists()
    assert not done.complete
    assert done.left == 0
    holds.release(hold.pk, now=NIGHT, by=BY)
    sweep(NIGHT)
    assert not Case.objects.exists(), "what a hold kept goes when it ends"
    assert not Contact.objects.exists()
    assert not OpenErasure.objects.filter(completed_at=None).exists()


def test_a_hold_on_a_colleagues_case_keeps_the_part_in_it() -> None:
    bo, cleo = contact(BO), contact(CLEO)
    cleos = case(contact=cleo, opened=LONG_AGO)
    bos = message(cleos, bo)
    holds.hold_record("support.case", str(cleos.number), ground="tvist", now=NIGHT, by=BY)
    done = erasures.erase(BO, now=NIGHT, by=BY)
    bos.refresh_from_db()
    assert bos.body == "Hej"
    assert not done.complete


@pytest.mark.promise("S20", "M21")
def test_the_statute_keeps_invoices_until_its_day_and_they_go_then_by_themselves() -> None:
    made = seed(year_ends=date(2024, 12, 31))
    made.record(KINDS["finance.invoice"])
    made.record(KINDS["support.case"])
    planned = erasures.plan_erasure(BO, now=NIGHT)
    kept = [line for line in planned.systems["own"].lines if line.state == "kept"]
    assert [(line.kind, line.until, line.statute.id if line.statute else "") for line in kept] == [
        ("finance.invoice", date(2031, 12, 31), "bookkeeping")
    ]
    done = erasures.erase(BO, now=NIGHT, by=BY)
    [waiting] = OpenErasure.objects.filter(completed_at=None)
    assert (waiting.kind, waiting.until, waiting.email) == ("finance.invoice", date(2031, 12, 31), BO)
    receipt = Entry.objects.get(number=done.receipt).body
    assert receipt["person"] == commit(BO, salt=done.salt)
    assert (receipt["kept"], receipt["until"], receipt["statutes"]) == (
        {"finance.invoice": 1}, "2031-12-31", ["bookkeeping"],
    )  # fmt: skip
    sweep(NIGHT.replace(year=2031, month=12, day=31, hour=12), confirmed=frozenset({"clock"}))
    assert Invoice.objects.count() == 1
    sweep(NIGHT.replace(year=2032, month=1, day=1, hour=12))
    assert Invoice.objects.count() == 0
    waiting.refresh_from_db()
    assert (waiting.email, bytes(waiting.salt)) == ("", b"")
    last = Entry.objects.filter(action="erasure.receipt").latest("number").body
    assert (last["erased"], last["complete"]) == ({"finance.invoice": 1}, True)
    assert last["person"] == receipt["person"], "the person can show that the two belong together"
    assert erasures.plan_erasure(BO, now=NIGHT).nothing


def test_an_open_erasure_takes_nothing_that_came_after_it_was_asked() -> None:
    made = seed(year_ends=date(2018, 12, 31))
    made.record(KINDS["finance.invoice"])
    asked = NIGHT.replace(year=2025)
    erasures.erase(BO, now=asked, by=BY)
    assert Invoice.objects.count() == 1
    old = Invoice.objects.get().pk
    made.at = asked + timedelta(days=1)
    made.record(KINDS["finance.invoice"])
    sweep(NIGHT, confirmed=frozenset({"clock"}))
    assert old not in set(Invoice.objects.values_list("pk", flat=True))
    assert Invoice.objects.count() == 1, "what came later stays"
    assert not OpenErasure.objects.filter(completed_at=None).exists()


def test_asking_twice_opens_once_and_covers_what_came_between() -> None:
    made = seed()
    made.record(KINDS["finance.invoice"])
    erasures.erase(BO, now=NIGHT - timedelta(days=9), by=BY)
    made.record(KINDS["finance.invoice"])
    erasures.erase(BO, now=NIGHT, by=BY)
    [waiting] = OpenErasure.objects.filter(completed_at=None)
    assert waiting.asked_at == NIGHT


@pytest.mark.promise("S19")
def test_mailings_are_stopped_by_a_keyed_hash_when_asked() -> None:
    seed().record(KINDS["newsletter.subscription"])
    erasures.erase(BO, now=NIGHT, by=BY)
    assert not Suppression.objects.exists()
    done = erasures.erase(BO, now=NIGHT, by=BY, stop_mailings=True)
    assert done.suppressed
    assert len(bytes(Suppression.objects.get().address_hash)) == 32


def test_erasing_twice_does_nothing_the_second_time() -> None:
    seed().everything()
    erasures.erase(BO, now=NIGHT, by=BY)
    again = erasures.erase(BO, now=NIGHT, by=BY)
    assert not again.systems["own"].anything
    assert again.left == 0


def test_a_plan_says_what_the_erasure_does_and_changes_nothing() -> None:
    seed().everything()
    planned = erasures.plan_erasure(BO, now=NIGHT).systems["own"]
    again = erasures.plan_erasure(BO, now=NIGHT).systems["own"]
    assert planned == again
    done = erasures.erase(BO, now=NIGHT, by=BY).systems["own"]
    assert done.plan == planned
    gone = {line.kind: line.count for line in planned.lines if line.state == "erase"}
    assert gone == done.erased


def test_the_ledger_names_nobody() -> None:
    seed().everything()
    done = erasures.erase(BO, now=NIGHT, by=BY)
    text = str(Entry.objects.get(number=done.receipt).body)
    assert BO not in text
    assert BY not in text
    assert done.salt.hex() not in text
