"""What is written to a person is in the database with what it belongs to, in their language, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template import TemplateDoesNotExist
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from gallra.mail import delivering, ids, sending, state
from gallra.mail.models import Outgoing
from gallra.mail.servers import Server
from gallra.registers.errors import Refused
from tests.conftest import Database
from tests.running.world import MINI, adopted

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def mail_server(settings: Settings) -> None:
    """There is a mail server; nothing is said to it in these tests."""
    settings.SMTP_SERVER = Server("127.0.0.1", 9)


def trial(**rest: object) -> Outgoing:
    given = {"to": "Bo@Kund.example", "text": "trial", "language": "sv", "context": {}, "now": NOW, **rest}
    return sending.post(**given)  # type: ignore[arg-type]


def jobs() -> list[dict[str, int]]:
    return list(ProcrastinateJob.objects.filter(task_name="deliver").values_list("args", flat=True))


def test_a_message_is_a_row_and_a_job_that_names_only_the_row(mail_server: None) -> None:
    row = trial(request=7, about="newsletter.subscription 12")
    found = Outgoing.objects.get()
    assert (found.address, found.text, found.request, found.about) == (
        "bo@kund.example", "trial", 7, "newsletter.subscription 12",
    )  # fmt: skip
    assert (found.state, found.fate, found.sent_at) == ("waiting", "underway", None)
    assert jobs() == [{"mail": row.pk}]
    job = ProcrastinateJob.objects.get(task_name="deliver")
    assert job.queue_name == "soon", "no sweep keeps it waiting"


def test_what_is_rolled_back_is_never_sent(mail_server: None) -> None:
    with transaction.atomic():
        trial()
        transaction.set_rollback(True)
    assert not Outgoing.objects.exists()
    assert jobs() == []


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("sv", "Ett provmeddelande från Munkeby & Co", "Du behöver inte göra något."),
        ("en", "A trial message from Munkeby & Co", "You need do nothing."),
    ],
)
def test_plain_text_and_html_in_the_readers_language(language: str, subject: str, words: str) -> None:
    adopted(MINI.replace("Munkeby Systems", "Munkeby & Co"))
    row = trial(language=language)
    assert row.subject == subject, "a subject is not escaped"
    assert words in row.plain
    assert words in row.html
    assert row.plain.endswith("\n-- \nMunkeby & Co\nhttp://127.0.0.1:8000\n")
    assert "Munkeby &amp; Co" in row.html
    assert f'<html lang="{language}">' in row.html
    assert "http" not in row.html.replace("http://127.0.0.1:8000", ""), "nothing is fetched by reading it"


def test_without_a_mail_server_it_stays_in_the_outbox() -> None:
    row = trial()
    assert (row.state, row.fate, row.sent_at) == ("outbox", "sent", NOW)
    assert jobs() == []


def test_what_is_no_address_text_or_header_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        trial(to="bo@kund.example\r\nBcc: cleo@stranger.example")
    assert refused.value.code == "not_an_address"
    with pytest.raises(TemplateDoesNotExist):
        trial(text="nothing")
    with pytest.raises(ValueError, match="sv or en"):
        trial(language="de")
    with pytest.raises(ValueError, match="Bcc"):
        trial(headers={"Bcc": "cleo@stranger.example"})
    with pytest.raises(ValueError, match="one line"):
        trial(headers={"List-Unsubscribe": "<https://x>\r\nBcc: cleo@stranger.example"})
    assert not Outgoing.objects.exists()


def test_a_number_tells_its_request_and_cannot_be_made_up() -> None:
    row = trial(request=41)
    assert ids.request_of(f"<{row.message_id}>") == 41
    assert ids.is_ours(row.message_id)
    changed = row.message_id.replace(".41.", ".42.")
    assert ids.request_of(changed) is None
    assert not ids.is_ours(changed)
    assert ids.request_of(trial().message_id) is None
    assert ids.request_of("<CAF=8x@mail.example>") is None


def test_sign_in_and_whatever_else_uses_djangos_mail_goes_the_same_way(
    mail_server: None, db: Database
) -> None:
    message = EmailMultiAlternatives(
        "Ämne", "Hej & hå", None, ["Bo Ek <bo@kund.example>", "cleo@stranger.example"]
    )
    message.attach_alternative("<p>Hej &amp; hå</p>", "text/html")
    assert get_connection("gallra.mail.backend.EmailBackend").send_messages([message]) == 1
    rows = Outgoing.objects.order_by("pk")
    assert [row.address for row in rows] == ["bo@kund.example", "cleo@stranger.example"]
    assert {(row.subject, row.plain, row.html) for row in rows} == {
        ("Ämne", "Hej & hå\n", "<p>Hej &amp; hå</p>")
    }
    assert len(jobs()) == 2


def test_staff_try_what_waits_at_once_or_give_it_up(mail_server: None) -> None:
    row = trial()
    Outgoing.objects.filter(pk=row.pk).update(next_at=NOW + timedelta(hours=2), attempts=4, status="4.2.0")
    assert delivering.try_now(row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.next_at, jobs()) == (NOW, [{"mail": row.pk}] * 2)
    assert state.counts(NOW) == {"failed": 0, "waiting": 1, "bounced": 0, "newly": 0}
    assert delivering.give_up(row.pk, now=NOW)
    assert not delivering.give_up(row.pk, now=NOW)
    assert not delivering.try_now(row.pk, now=NOW)
    delivering.deliver(row.pk, now=NOW)  # its job finds nothing to do
    row.refresh_from_db()
    assert (row.state, row.fate, row.status, row.failed_at) == ("failed", "failed", "given up", NOW)
    assert state.counts(NOW)["failed"] == 1
    assert delivering.send_again(row.pk, now=NOW)
    Outgoing.objects.update(state="bounced", fate="failed", failed_at=NOW - timedelta(days=8))
    assert state.counts(NOW) == {"failed": 1, "waiting": 0, "bounced": 1, "newly": 0}
    assert state.counts(NOW - timedelta(days=2))["newly"] == 1
    assert [one.pk for one in state.listed("bounced")] == [row.pk]
