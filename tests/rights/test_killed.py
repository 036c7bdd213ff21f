"""Killed between any two statements and started again, a request reaches the same end: each receipt and mail once."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.registers.support.models import Contact, Message
from gallra.rights import carrying, deciding, looking, requests
from gallra.rights.answer import storing
from gallra.rights.errors import Refused
from gallra.rights.models import Answer, Request
from tests.conftest import Database
from tests.forking import Forker
from tests.person.world import LONG_AGO
from tests.rights import killing
from tests.rights.world import ALVA, CLEO, DAY, NOW, ask, entries, jobs, mails, package, policy, token
from tests.running.pausing import Thread
from tests.running.world import case, contact
from tests.waiting import until_locks_are_gone

pytestmark = pytest.mark.usefixtures("fresh_database", "files")
KILLS = 3
LATER = NOW + 2 * DAY


def _decided(right: str, number: int) -> Request:
    """A request about somebody with a case and a mention in another's, decided and not yet carried out."""
    address = f"bo{number}@kund.example"
    bo = Contact.objects.create(name=f"Bo Ek{number}", email=address)
    case(contact=bo, opened=LONG_AGO, messages=1)
    cleo, _ = Contact.objects.get_or_create(name="Cleo Al", email=CLEO)
    others = case(contact=cleo, opened=LONG_AGO, messages=0)
    Message.objects.create(
        case=others, contact=cleo, direction="in", body=f"Fråga Bo Ek{number}", sent_at=LONG_AGO
    )
    wishes = {"phone": "0701-22 33 44"} if right == "rectification" else {}
    made = ask(right, address=address, wishes=wishes)
    requests.confirm(token(made), now=NOW)
    looking.look_up(made.pk, now=NOW)
    for mention in made.mentions.all():
        verdict, text = ("blank", "") if right == "erasure" else ("include redacted", "Fråga [redacted]")
        deciding.decide_mention(
            made.pk, mention.pk, verdict=verdict, reason="hans namn", by=ALVA, now=NOW, text=text
        )
    deciding.approve(made.pk, by=ALVA, now=NOW)
    return made


@pytest.mark.parametrize("right", ["access", "erasure", "rectification", "objection"])
def test_a_killed_answer_is_taken_up_and_ends_the_same(
    right: str, fresh_database: Database, forker: Forker, files: Path
) -> None:
    policy()
    whole = _decided(right, 0)
    sent = killing.statements(lambda: carrying.carry_out(whole.pk, now=LATER))
    expected = _end(whole)
    assert expected["state"] == "answered"
    places = sorted(random.Random(f"20261123 {right}").sample(range(2, sent + 1), KILLS))
    for number, at in enumerate([*places, sent], start=1):
        made = _decided(right, number)
        given = (made.pk, LATER.isoformat(), at, str(files / "documents"))
        assert forker.do(killing.carry_out, *given, environment=fresh_database.environment).killed
        until_locks_are_gone()
        carrying.carry_out(made.pk, now=LATER)
        assert _end(made) == expected, f"killed before statement {at} of {sent}"
        assert carrying.carry_out(made.pk, now=LATER) is None


def test_a_killed_look_up_is_taken_up(fresh_database: Database, forker: Forker) -> None:
    def asked(number: int) -> Request:
        bo = contact(f"bo{number}@kund.example")
        case(contact=bo, opened=LONG_AGO)
        made = ask("erasure", address=bo.email)
        requests.confirm(token(made), now=NOW)
        return made

    policy()
    whole = asked(0)
    sent = killing.statements(lambda: looking.look_up(whole.pk, now=NOW))
    for number, at in enumerate((3, sent // 2, sent), start=1):
        made = asked(number)
        given = (made.pk, NOW.isoformat(), at)
        assert forker.do(killing.look_up, *given, environment=fresh_database.environment).killed
        until_locks_are_gone()
        looking.look_up(made.pk, now=NOW)
        looking.look_up(made.pk, now=NOW + DAY)
        made.refresh_from_db()
        assert made.looked_up_at == NOW
        assert [row.kind for row in made.decisions.filter(kind="support.case", table="support_case")] == [
            "support.case"
        ]


def _end(made: Request) -> dict[str, Any]:
    """How a request ended, without what differs between two people."""
    made.refresh_from_db()
    answer = Answer.objects.get(request=made)
    assert package(made)["letter.pdf"].startswith(b"%PDF")
    assert (storing.root() / answer.file).exists()
    said = Counter(
        (entry.action, entry.body.get("event"), str(entry.body.get("erased")), str(entry.body.get("blanked")))
        for entry in entries(made)
    )
    return {
        "state": made.state, "step": made.step, "receipts": said,
        "lines": [line[1:5] for line in made.result.get("lines", ())],
        "contacts": made.result.get("contacts"),
        "mail": sorted(Outgoing.objects.filter(request=made.pk).values_list("text", flat=True)),
        "found": Contact.objects.filter(email=made.address).count(),
        "mentioned": Message.objects.filter(body__contains=made.address.split("@")[0].capitalize()).count(),
    }  # fmt: skip


def test_two_who_press_the_button_at_once_confirm_once() -> None:
    policy()
    link = token(ask("erasure"))
    both = [Thread(lambda: requests.confirm(link, now=NOW + timedelta(hours=1))) for _ in range(2)]
    errors = [thread.done().error for thread in both]
    assert sorted(type(error).__name__ for error in errors) == ["NoneType", "Refused"]
    assert [error.code for error in errors if isinstance(error, Refused)] == ["link_used"]
    assert Entry.objects.filter(action="request", body__event="confirmed").count() == 1


def test_two_requests_of_one_person_wait_for_each_other() -> None:
    policy()
    one = _decided("erasure", 1)
    other = ask("erasure", address=one.address)
    requests.confirm(token(other), now=NOW)
    looking.look_up(other.pk, now=NOW)
    for mention in other.mentions.all():
        deciding.decide_mention(
            other.pk, mention.pk, verdict="leave", reason="den första tar den", by=ALVA, now=NOW
        )
    deciding.approve(other.pk, by=ALVA, now=NOW)
    inside: list[Exception | None] = []

    def meanwhile(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if not inside and "erasure.receipt" in str(params):
            inside.append(None)
            inside[0] = Thread(lambda: carrying.carry_out(other.pk, now=LATER)).done().error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        carrying.carry_out(one.pk, now=LATER)
    assert isinstance(inside[0], carrying.Busy)
    carrying.carry_out(other.pk, now=LATER)
    assert set(Request.objects.values_list("state", flat=True)) == {"answered"}
    erased = [e.body["erased"] for e in Entry.objects.filter(action="erasure.receipt").order_by("number")]
    assert [each.get("support.case", 0) for each in erased] == [1, 0]


def test_what_is_rolled_back_leaves_no_job_and_no_mail() -> None:
    policy()
    with transaction.atomic():
        ask("stop")
        ask("erasure")
        transaction.set_rollback(True)
    assert (jobs(), mails(), Request.objects.count()) == ([], [], 0)
