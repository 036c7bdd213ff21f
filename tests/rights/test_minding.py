"""What the hourly look does, what the mailbox brings, what the queue and the board say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallra.mail.models import Incoming, Outgoing
from gallra.mail.signals import received
from gallra.rights import evidence, jobs, looking, minding, queue, requests
from gallra.rights.models import Request
from gallra.running import board
from gallra.running.models import OpenErasure
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, ask, confirmed, events, mails, policy, token
from tests.rights.world import jobs as queued


@pytest.fixture(autouse=True)
def _policy(db: Any) -> None:
    policy()


@pytest.mark.promise("S21")
def test_an_unused_link_leaves_the_request_with_staff_and_its_clock_running() -> None:
    made = ask("erasure")
    assert minding.expire(NOW + timedelta(hours=47)) == 0
    assert minding.expire(NOW + timedelta(hours=48)) == 1
    assert minding.expire(NOW + timedelta(hours=49)) == 0
    made.refresh_from_db()
    assert (made.state, made.due_on) == ("open", date(2026, 12, 23))
    assert events(made) == ["received", "link expired"]
    requests.send_link(made.pk, by=ALVA, now=NOW + 3 * DAY)
    assert requests.confirm(token(made), now=NOW + 3 * DAY).state == "deciding"


@pytest.mark.article("12")
def test_staff_are_reminded_a_week_and_two_days_before_by_number_alone() -> None:
    made, paused = ask("access"), ask("access", address=CLEO, channel="phone", by=ALVA)
    requests.ask_identity(paused.pk, reason="tvivel", by=ALVA, now=NOW)
    Outgoing.objects.all().delete()
    days = [22, 23, 24, 28, 29, 30, 31]  # days after receipt; the last day is the 30th
    assert [minding.remind(NOW + n * DAY) for n in days] == [0, 1, 0, 1, 0, 0, 0]
    sent = list(Outgoing.objects.filter(text="rights/reminder").order_by("pk"))
    assert [str(made.pk) in mail.subject for mail in sent] == [True, True]
    assert not any(BO in mail.plain or BO in mail.html for mail in sent)
    assert {mail.address for mail in sent} == {"info@munkeby.example"} or len({m.address for m in sent}) == 1


def test_a_lost_job_is_put_into_the_queue_once_more() -> None:
    made = confirmed("erasure")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert minding.restart(NOW + timedelta(hours=1)) == 0, "it may still be under way"
    assert minding.restart(NOW + timedelta(hours=2)) == 1
    assert queued() == [("look_up_request", {"request": made.pk})]
    assert minding.restart(NOW + timedelta(hours=3)) == 0, "it waits there already"


@pytest.mark.promise("S20")
def test_the_person_is_told_when_the_last_of_it_has_gone() -> None:
    made = confirmed("erasure", wants_told=True)
    Request.objects.filter(pk=made.pk).update(
        state="answered",
        closed_at=NOW,
        result={"lines": [["finance", "finance.invoice", "", "kept", 1, None, None, False]]},
    )
    waits = OpenErasure.objects.create(email=BO, kind="finance.invoice", asked_at=NOW, salt=b"0" * 32)
    assert minding.complete(NOW + DAY) == 0
    OpenErasure.objects.filter(pk=waits.pk).update(completed_at=NOW, email="")
    assert minding.complete(NOW + 2 * DAY) == 1
    assert minding.complete(NOW + 3 * DAY) == 0
    assert mails()[-1] == ("rights/completed", BO)


@pytest.mark.promise("M24")
def test_a_mail_to_the_mailbox_is_a_request_and_a_reply_is_not() -> None:
    first = _mail("Registerutdrag", "Vad har ni om mig?")
    made = Request.objects.get()
    assert (made.right, made.channel, made.address, made.state) == ("unsorted", "mail", BO, "unsorted")
    assert made.received_at == NOW - DAY
    assert "Vad har ni om mig?" in made.said
    assert first.request == made.pk
    _mail("Re: begäran", "Här är svaret", request=made.pk)
    _mail("Frånvaro", "Jag är ledig", kind="automatic")
    assert Request.objects.count() == 1
    Request.objects.update(state="withdrawn", closed_at=NOW)
    _mail("Re: begäran", "En sak till", request=made.pk)
    _mail("Hej", "utan avsändare", address="undisclosed recipients")
    assert Request.objects.count() == 3
    assert Request.objects.latest("pk").address == ""


def _mail(subject: str, said: str, **more: Any) -> Incoming:
    given = {"kind": "message", "address": BO, "name": "Bo Ek", **more}
    row = Incoming.objects.create(
        digest=f"{subject}{said}".encode().ljust(32)[:32], subject=subject, said=said, body=said, size=1,
        received_at=NOW - DAY, stored_at=NOW, **given,
    )  # fmt: skip
    received.send(Incoming, message=row, now=NOW)
    return row


def test_the_queue_says_days_left_and_the_next_step_in_a_fixed_number_of_queries() -> None:
    ask("access")
    ask("unsorted", channel="mail", address=CLEO)
    looked = confirmed("erasure", address="dag@kund.example")
    looking.look_up(looked.pk, now=NOW)
    late = ask("access", channel="letter", by=ALVA, received_at=NOW - 60 * DAY)

    def read() -> tuple[list[queue.Line], int]:
        with CaptureQueriesContext(connection) as captured:
            found = queue.lines(queue.open_requests(), NOW + DAY)
        return found, len(captured)

    found, before = read()
    assert (found[0].request.pk, found[0].standing) == (late.pk, "late")
    assert {line.next for line in found} == {"wait for the link", "sort", "decide", "settle identity"}
    assert [line.left for line in found[1:]] == [29, 29, 29]
    for number in range(20):
        ask("access", channel="phone", address=f"p{number}@kund.example", by=ALVA)
    again, after = read()
    assert len(again) == 24
    assert after == before == 2, "the policy, and the requests"


@pytest.mark.promise("S15", "S16", "S20", "S21", "M21", "M23", "M24")
def test_a_late_request_breaks_the_sentences_about_rights() -> None:
    made = ask("access", channel="phone", by=ALVA)
    told = {p.id: p for p in board.check(NOW).promises}
    assert all(told[promise].status != "broken" for promise in ("M21", "M23", "M24"))
    late = {p.id: p for p in board.board(NOW + 31 * DAY).promises}
    for promise in ("M21", "M23", "M24"):
        assert (late[promise].status, late[promise].evidence.kind) == ("broken", "measured")
        assert "1 begäran har inte besvarats i tid" in late[promise].reason.sv
    assert evidence.asked(NOW + 31 * DAY).late == 1
    requests.ask_identity(made.pk, reason="tvivel", by=ALVA, now=NOW)
    assert evidence.asked(NOW + 31 * DAY).late == 0, "its clock stands"
    requests.withdraw(made.pk, by=ALVA, reason="återtagen", now=NOW)
    found = evidence.asked(NOW + 31 * DAY)
    assert (found.open, found.answered, found.in_time) == (0, 0, 0)


def test_jobs_carry_numbers_only() -> None:
    confirmed("erasure")
    assert jobs.again(jobs.carry_out, 12)
    assert all(set(args) == {"request"} and type(args["request"]) is int for _, args in queued())
