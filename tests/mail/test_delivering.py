"""Mail reaches its reader by a real server: over TLS, with patience, once; and what cannot be delivered is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from gallra.mail import delivering, sending, smtp
from gallra.mail.models import Outgoing
from gallra.mail.servers import Server
from gallra.mail.signals import returned
from gallra.site import egress
from tests.mail.servers import Mail
from tests.running.world import MINI, adopted

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def plain(mail: Mail, settings: Settings) -> None:
    """Mail goes to the server on this machine, and nobody else's."""
    settings.SMTP_SERVER = mail.plain
    settings.DEFAULT_FROM_EMAIL = "integritet@munkeby.example"
    settings.MAIL_RETURNS_TO = "privacy@munkeby.example"


def post(**rest: Any) -> Outgoing:
    return sending.post(
        **{"to": "bo@kund.example", "text": "trial", "language": "sv", "context": {}, "now": NOW, **rest}
    )


def deliver(row: Outgoing, now: datetime = NOW) -> Outgoing:
    delivering.deliver(row.pk, now=now)
    row.refresh_from_db()
    return row


def read(mail: Mail) -> EmailMessage:
    (found,) = mail.office.read("bo")
    return found


def next_job(row: Outgoing) -> datetime | None:
    job = ProcrastinateJob.objects.filter(task_name="deliver", args={"mail": row.pk}).order_by("-pk").first()
    return job.scheduled_at if job else None


@pytest.mark.promise("S21")
def test_what_arrives_is_what_was_written(mail: Mail) -> None:
    adopted(MINI)
    row = deliver(post(headers={"List-Unsubscribe": "<https://munkeby.example/u/1>"}, request=7))
    assert (row.state, row.fate, row.status, row.sent_at) == ("sent", "sent", "250", NOW)
    found = read(mail)
    assert found["From"] == "Munkeby Systems <integritet@munkeby.example>"
    assert found["To"] == "bo@kund.example"
    assert found["Subject"] == "Ett provmeddelande från Munkeby Systems"
    assert found["Message-ID"] == f"<{row.message_id}>"
    assert row.message_id.endswith("@munkeby.example")
    assert found["Date"].datetime == NOW
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe"] == "<https://munkeby.example/u/1>"
    assert found["Return-Path"] == "<privacy@munkeby.example>"
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Du behöver inte göra något." in plain.get_content()
    assert "<p>Du behöver inte göra något.</p>" in html.get_content()


@pytest.mark.parametrize("which", ["tls", "starttls"])
def test_over_a_network_it_is_encrypted_and_signed_in(mail: Mail, settings: Settings, which: str) -> None:
    settings.SMTP_SERVER = getattr(mail, which)
    assert deliver(post()).state == "sent"
    assert read(mail)["To"] == "bo@kund.example"


def test_a_server_that_cannot_be_trusted_gets_nothing(
    mail: Mail, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No certificate we know, no encryption where it is wanted, a wrong password, a host that is not declared."""
    troubles = {}
    for name, server in {
        "plain where tls is wanted": Server("localhost", mail.plain.port, starttls=True),
        "wrong password": Server("localhost", mail.starttls.port, "gallra", "wrong", starttls=True),
        "nobody there": Server("127.0.0.1", 9),
    }.items():
        settings.SMTP_SERVER = server
        troubles[name] = deliver(post()).status
    monkeypatch.delenv("SSL_CERT_FILE")
    settings.SMTP_SERVER = mail.tls
    troubles["unknown certificate"] = deliver(post()).status

    def refused(*_: object, **__: object) -> None:
        raise egress.EgressRefused("elsewhere.example")

    monkeypatch.setattr("smtplib.SMTP.connect", refused)
    settings.SMTP_SERVER = mail.plain
    troubles["undeclared"] = deliver(post()).status
    assert troubles == {
        "plain where tls is wanted": "tls", "wrong password": "sign-in", "nobody there": "unreachable",
        "unknown certificate": "tls", "undeclared": "undeclared",
    }  # fmt: skip
    assert mail.office.seen == []
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"waiting"}


def test_greylisting_is_waited_for(mail: Mail) -> None:
    mail.office.later = 2
    row = deliver(post())
    assert (row.state, row.status, row.next_at) == ("waiting", "4.7.1", NOW + MINUTE)
    assert next_job(row) == NOW + MINUTE
    row = deliver(row, NOW + MINUTE)
    assert row.next_at == NOW + 6 * MINUTE
    row = deliver(row, NOW + 6 * MINUTE)
    assert (row.state, row.attempts) == ("sent", 3)
    assert mail.office.seen == ["bo@kund.example"]


def test_two_days_of_patience_then_staff_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallra.mail.smtp.hand_over", lambda *_, **__: smtp.Outcome("later", "4.2.2"))
    row, now, told = post(), NOW, []
    returned.connect(
        lambda **said: told.append((said["mail"].pk, said["hard"])), weak=False, dispatch_uid="test"
    )
    try:
        while (row := deliver(row, now)).state == "waiting":
            assert row.next_at > now
            now = row.next_at
    finally:
        returned.disconnect(dispatch_uid="test")
    assert (row.state, row.fate, row.failed_at) == ("failed", "failed", now)
    assert timedelta(days=2) <= now - NOW < timedelta(days=2, hours=3)
    assert 20 < row.attempts < 40, "patient, not pestering"
    assert told == [(row.pk, False)]


def test_what_is_refused_for_good_fails_at_once_and_can_be_sent_again(mail: Mail) -> None:
    mail.office.refuse = {"bo@kund.example"}
    row = deliver(post())
    assert (row.state, row.fate, row.status, row.failed_at) == ("failed", "failed", "5.1.1", NOW)
    assert deliver(row).attempts == 1, "nobody tries again by themselves"
    mail.office.refuse = set()
    assert delivering.send_again(row.pk, now=NOW + MINUTE)
    assert not delivering.send_again(row.pk, now=NOW + MINUTE)
    assert deliver(row, NOW + MINUTE).state == "sent"
    mail.office.data = "554 5.7.1 no such words here"
    assert deliver(post()).status == "5.7.1"


def test_broken_off_before_the_answer_it_is_sent_again_under_the_same_number(mail: Mail) -> None:
    """The server kept the first: nobody can know. Mail programs know the second by its number."""
    mail.office.drop, mail.office.keep_dropped = 1, True
    row = deliver(post())
    assert (row.state, row.status) == ("waiting", "dropped")
    assert deliver(row, NOW + MINUTE).state == "sent"
    numbers = [found["Message-ID"] for found in mail.office.read("bo")]
    assert numbers == [f"<{row.message_id}>"] * 2


def test_killed_while_sending_it_is_sent_by_the_next_worker_and_afterwards_never(
    mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = post()
    with monkeypatch.context() as patched:
        patched.setattr("gallra.mail.smtp.hand_over", _killed)
        with pytest.raises(KeyboardInterrupt):
            delivering.deliver(row.pk, now=NOW)
    row.refresh_from_db()
    assert row.state == "sending"
    for _ in range(3):
        deliver(row)
    assert mail.office.seen == ["bo@kund.example"]


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_lost_job_is_taken_up(mail: Mail) -> None:
    row = post()
    ProcrastinateJob.objects.all().delete()
    assert delivering.take_up(NOW + 5 * MINUTE, late=10 * MINUTE) == 0
    assert delivering.take_up(NOW + 11 * MINUTE, late=10 * MINUTE) == 1
    assert next_job(row) == NOW + 11 * MINUTE


def test_what_only_the_reader_may_have_leaves_our_copy(mail: Mail) -> None:
    row = post(context={}, secrets=["provmeddelande"])
    assert "provmeddelande" in row.plain
    row = deliver(row)
    assert "provmeddelande" in read(mail)["Subject"]
    assert row.secrets == []
    assert "provmeddelande" not in f"{row.subject}{row.plain}{row.html}"
    assert "Ett … från" in row.subject


def test_the_server_is_asked_to_report_with_the_header_only(
    mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiosmtpd knows no DSN; that we ask where a server does is shown by what we say to one that says it does."""
    said: list[Any] = []
    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda _self, name: name in ("dsn", "8bitmime"))
    monkeypatch.setattr("smtplib.SMTP.sendmail", lambda _self, *given: said.append(given))
    row = deliver(post())
    (_, to, _, mail_options, rcpt_options) = said[0]
    assert to == ["bo@kund.example"]
    assert mail_options == ["RET=HDRS", f"ENVID={row.message_id.partition('@')[0]}"]
    assert rcpt_options == ["NOTIFY=FAILURE"]


def test_an_address_in_other_letters_needs_a_server_that_knows_them(mail: Mail) -> None:
    assert deliver(post(to="bö@kund.example")).state == "sent"
