"""A request carried out: found, decided, done, asked again, answered; nothing left but what the answer says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from gallra.ledger.commitments import matches
from gallra.ledger.models import Entry
from gallra.registers.newsletter.models import Subscription
from gallra.registers.support.models import Case, Contact, Message
from gallra.rights import carrying, deciding, requests, twins
from gallra.rights.models import Answer, Request
from gallra.running import holds
from gallra.systems import own
from tests.person.world import LONG_AGO, Seed, tables_with
from tests.rights.test_requests import refused
from tests.rights.world import (
    ALVA,
    BO,
    CLEO,
    DAY,
    NOW,
    ask,
    confirmed,
    entries,
    events,
    jobs,
    letter,
    mails,
    package,
    policy,
    token,
    work,
)  # fmt: skip
from tests.running.world import case, contact

pytestmark = pytest.mark.usefixtures("fresh_database", "files")
KINDS = own.kinds()


@pytest.mark.promise("S15", "M23", "S8")
@pytest.mark.article("15")
def test_a_copy_from_request_to_answer() -> None:
    policy()
    bo = Seed("Mark", BO).everything()
    Seed("Other", CLEO).everything()
    made = confirmed("access", said="Allt")
    assert work() == ["look_up_request"]
    made.refresh_from_db()
    assert made.result["not clear"] == ["several"], "each register of the seed has another name"
    assert {row.verdict for row in made.decisions.all()} == {"give"}
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    assert work() == ["carry_out_request"]
    made.refresh_from_db()
    assert (made.state, made.closed_at) == ("answered", NOW + 2 * DAY)
    files = package(made)
    data = files["data.json"].decode()
    for (_, column), text in bo.said.items():
        assert column == "file" or json.dumps(text, ensure_ascii=False)[1:-1] in data
    assert "Other" not in data
    assert all(content in files.values() for content in bo.files)
    assert mails() == [("rights/link", BO), ("rights/answered", BO)]
    given = Entry.objects.get(action="extract")
    assert given.body["file"] == Answer.objects.get().digest
    assert matches(given.body["person"], BO, salt=bytes(made.salt))
    assert events(made) == ["received", "confirmed", "looked up", "approved", "answered"]
    assert carrying.carry_out(made.pk, now=NOW + 3 * DAY) is None, "twice does nothing"


@pytest.mark.promise("S19", "S20", "S21", "M21")
@pytest.mark.article("17")
def test_an_erasure_leaves_nothing_but_what_the_answer_lists(
    files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    policy()
    Seed("Mark", BO, year_ends=date(2024, 12, 31)).everything()
    made = confirmed("erasure", stop_mailings=True, said="Mark said", name="Mark name")
    work()
    proposed = {row.kind: row.proposed for row in made.decisions.all()}
    assert proposed["finance.invoice"] == "keep"
    assert proposed["support.case"] == "erase"
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    made.refresh_from_db()
    assert (made.state, made.step) == ("answered", "elsewhere")
    kept = {"finance_invoice", "finance_agreement", "finance_contact", "directory_company"}
    assert tables_with("Mark") - {"rights_request"} <= kept | {"finance_line", "finance_invoiceline"}
    left = tables_with(BO)
    assert left - kept == {"rights_request", "mail_outgoing", "running_openerasure"}
    said = letter(made)
    for words in ("2031", "Bokföringslagen", str(made.pk)):
        assert words.casefold() in said.casefold()
    for path in files.rglob("*"):  # documents, answers, the ledger's copy, the list to replay
        if path.is_file():
            assert b"Mark" not in path.read_bytes(), path.name
            assert BO.encode() not in path.read_bytes(), path.name
    assert "Mark" not in caplog.text
    assert BO not in caplog.text
    receipts = [entry for entry in entries(made) if entry.action == "erasure.receipt"]
    assert len(receipts) == 1
    assert matches(receipts[0].body["person"], BO, salt=bytes(made.salt))
    proof = json.loads(package(made)["receipt.json"])
    assert receipts[0].number in {line["number"] for line in proof["receipts"]}


@pytest.mark.promise("S20", "S21")
def test_a_clear_case_goes_by_itself_where_the_policy_lets_it() -> None:
    policy("erasure", "access")
    bo = contact(BO)
    case(contact=bo, opened=LONG_AGO, closed=NOW - 10 * DAY)
    made = confirmed("erasure", stop_mailings=True, said="Ta bort mig")
    assert work() == ["look_up_request", "carry_out_request"]
    made.refresh_from_db()
    assert (made.state, made.automatic, made.approved_by) == ("answered", True, "")
    assert not Contact.objects.exists()
    assert not Case.objects.exists()


@pytest.mark.parametrize("why", ["identity", "twin", "mention", "open case", "hold", "statute", "several"])
def test_what_is_not_clear_waits_for_staff(why: str) -> None:
    policy("erasure")
    bo = contact(BO)
    case(contact=bo, opened=LONG_AGO, closed=None if why == "open case" else NOW - 10 * DAY)
    if why == "twin":
        contact("bo.ek@annan.example")
    if why == "mention":
        cleo = Contact.objects.create(name="Cleo Al", email=CLEO)
        cleos = case(contact=cleo, opened=LONG_AGO, messages=0)
        Message.objects.create(case=cleos, contact=cleo, direction="in", body="Fråga Bo Ek", sent_at=LONG_AGO)
    if why == "hold":
        holds.hold_record("support.case", str(Case.objects.get().number), ground="tvist", now=NOW, by=ALVA)
    if why == "statute":
        Seed("Bo Ek", BO, year_ends=date(2024, 12, 31)).record(KINDS["finance.invoice"], parts=False)
    if why == "several":
        Seed("Mark", BO).record(KINDS["newsletter.subscription"])
    if why == "identity":
        made = ask("erasure", channel="phone", by=ALVA)
        requests.identify(made.pk, reason="känd röst", by=ALVA, now=NOW)
    else:
        made = confirmed("erasure")
    assert work() == ["look_up_request"]
    made.refresh_from_db()
    assert made.state == "deciding"
    assert why in made.result["not clear"]


@pytest.mark.promise("M21")
@pytest.mark.article("16")
def test_a_rectification_reaches_every_register() -> None:
    policy()
    Seed("Mark", BO).everything()
    made = confirmed("rectification", wishes={"phone": "0701-22 33 44"})
    work()
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    made.refresh_from_db()
    assert made.state == "answered"
    assert set(Contact.objects.values_list("phone", flat=True)) == {"0701-22 33 44"}
    assert "0701" not in json.dumps([entry.body for entry in entries(made)])
    assert "letter.pdf" in package(made)


@pytest.mark.promise("S19")
def test_a_stop_ends_the_subscriptions_and_says_so() -> None:
    policy()
    Seed("Mark", BO).record(KINDS["newsletter.subscription"])
    Seed("Other", CLEO).record(KINDS["newsletter.subscription"])
    made = ask("stop")
    assert work() == ["carry_out_request"]
    made.refresh_from_db()
    assert (made.state, made.result["ended"]) == ("answered", 1)
    assert mails() == [("rights/stopped", BO)]
    assert Subscription.objects.filter(ended_at=None).count() == 1


def test_a_copy_comes_before_an_erasure_of_the_same_person() -> None:
    policy()
    Seed("Mark", BO).record(KINDS["support.case"])
    erasure, copy = confirmed("erasure"), confirmed("access")
    work()
    deciding.approve(erasure.pk, by=ALVA, now=NOW + DAY)
    work()
    assert Case.objects.exists(), "the copy has not been made yet"
    deciding.approve(copy.pk, by=ALVA, now=NOW + DAY)
    work()
    assert {r.state for r in Request.objects.all()} == {"answered"}
    assert "Mark support_case.subject" in package(copy)["data.json"].decode()
    assert not Case.objects.exists()


def test_mentions_are_blanked_and_another_address_of_the_same_person_goes_too() -> None:
    policy()
    bo = contact(BO)
    case(contact=bo, opened=LONG_AGO)
    case(contact=contact("bo.ek@hemma.example"), opened=LONG_AGO)
    stranger = contact("bo.ek@annan.example")
    case(contact=stranger, opened=LONG_AGO)
    cleo = Contact.objects.create(name="Cleo Al", email=CLEO)
    text = Message.objects.create(
        case=case(contact=cleo, opened=LONG_AGO, messages=0), contact=cleo, direction="in",
        body=f"Ring bo ek eller skriv till {BO}. Cleo", sent_at=LONG_AGO,
    )  # fmt: skip
    made = confirmed("erasure")
    work()
    refused("undecided", lambda: deciding.approve(made.pk, by=ALVA, now=NOW))
    [mention] = made.mentions.all()
    refused(
        "not_a_verdict",
        lambda: deciding.decide_mention(
            made.pk, mention.pk, verdict="include redacted", reason="x", by=ALVA, now=NOW
        ),
    )
    deciding.decide_mention(made.pk, mention.pk, verdict="blank", reason="hans namn", by=ALVA, now=NOW)
    for twin in made.twins.all():
        mine = twins.address_of(twin) == "bo.ek@hemma.example"
        deciding.decide_twin(
            made.pk, twin.pk, verdict="same" if mine else "other", reason="samma nummer", by=ALVA, now=NOW
        )
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    text.refresh_from_db()
    assert text.body == "Ring [redacted] eller skriv till [redacted]. Cleo"
    assert set(Contact.objects.values_list("email", flat=True)) == {CLEO, stranger.email}
    blanked = [entry.body for entry in entries(made) if entry.action == "removal"]
    assert [body["blanked"] for body in blanked] == [{"support_message": 1}]
    assert sum(entry.action == "erasure.receipt" for entry in entries(made)) == 2


def test_what_staff_leave_stays_with_a_reason_and_statutes_are_not_decided_away() -> None:
    policy()
    seed = Seed("Mark", BO, year_ends=date(2024, 12, 31))
    for kind in ("support.case", "crm.prospect", "finance.invoice"):
        seed.record(KINDS[kind], parts=False)
    made = confirmed("erasure")
    work()
    lines = {row.kind: row for row in made.decisions.all()}
    support, invoice = lines["support.case"].pk, lines["finance.invoice"].pk

    def decide(line: int, verdict: str, reason: str = "tvist om felet") -> object:
        return deciding.decide(made.pk, line, verdict=verdict, reason=reason, by=ALVA, now=NOW)

    refused("obliged", lambda: decide(invoice, "stay"))
    refused("not_a_verdict", lambda: decide(invoice, "erase"))
    refused("not_a_verdict", lambda: decide(support, "keep"))
    refused("reason_needed", lambda: decide(support, "stay", ""))
    refused("no_such_line", lambda: decide(0, "stay"))
    decide(support, "stay")
    decide(support, "erase", "")
    decide(support, "stay")
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    refused("decided", lambda: decide(support, "stay"))
    refused("decided", lambda: requests.withdraw(made.pk, by="", now=NOW))
    refused("decided", lambda: deciding.refuse(made.pk, reasons="nej", by=ALVA, now=NOW))
    work()
    assert Case.objects.count() == 1
    assert "crm_relation" not in tables_with("Mark crm_relation")
    approved = next(e.body for e in entries(made) if e.body.get("event") == "approved")
    assert approved["decisions"]["stay"] == 1


def test_a_person_nobody_knows_gets_an_answer_too() -> None:
    policy("access")
    made = confirmed("access")
    assert work() == ["look_up_request", "carry_out_request"]
    made.refresh_from_db()
    assert made.state == "answered"
    records = json.loads(package(made)["data.json"])["records"]
    assert {record["kind"] for record in records} == {"gallra.mail"}, (
        "the letter with the link, and nothing else"
    )
    assert jobs() == []
    assert token(made)
