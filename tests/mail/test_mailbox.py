"""What people write to the privacy mailbox is taken in from a real server, once, and leaves it with its row (M24)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from imaplib import IMAP4_SSL
from typing import Any

import pytest
from pytest_django import Settings

from gallra.mail import delivering, looking, receiving, sending
from gallra.mail.mailbox import FOLDER, MARK
from gallra.mail.models import Attachment, Incoming, Look, Outgoing
from gallra.mail.newsletters import about
from gallra.mail.servers import Mailbox, Server
from gallra.mail.signals import received
from gallra.registers import documents
from gallra.registers.newsletter.models import Contact, Subscription, Topic
from tests.mail.servers import PASSWORD, Mail
from tests.mail.test_reading import LETTER, bounce, letter

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def to_the_server(mail: Mail, settings: Settings, tmp_path: Any) -> None:
    settings.SMTP_SERVER, settings.MAILBOX = mail.plain, mail.inbox
    settings.DEFAULT_FROM_EMAIL = settings.MAIL_RETURNS_TO = "privacy@munkeby.example"
    settings.DOCUMENTS_ROOT = tmp_path / "documents"


@pytest.fixture
def told() -> Iterator[list[Incoming]]:
    """What whoever wants to know is told."""
    heard: list[Incoming] = []

    def hear(message: Incoming, **rest: Any) -> None:
        heard.append(message)

    received.connect(hear)
    yield heard
    received.disconnect(hear)


def look(mail: Mail, now: datetime = NOW) -> tuple[int, int]:
    found = looking.look(mail.inbox, now=now)
    assert found.trouble == ""
    return found.stored, found.broken


def there(mail: Mail, folder: str) -> list[str]:
    """The flags of every message in a folder, as another mail program sees them."""
    with IMAP4_SSL("localhost", mail.inbox.server.port) as other:
        other.login("privacy", PASSWORD)
        if other.select(folder)[1] == [b"0"]:
            return []
        return [flags.decode() for flags in other.fetch("1:*", "(FLAGS)")[1] if isinstance(flags, bytes)]


@pytest.mark.promise("M24")
def test_a_letter_is_taken_in_once_and_put_away(mail: Mail, told: list[Incoming]) -> None:
    mail.office.put("privacy", letter())
    before = datetime.now(UTC) - timedelta(minutes=5)
    assert look(mail) == (1, 0)
    assert look(mail) == (0, 0)
    row = Incoming.objects.get()
    assert (row.kind, row.address, row.name, row.subject) == (
        "message",
        "bo@kund.example",
        "Bo Ek",
        "Mina uppgifter",
    )
    assert row.said == "Hej,\n\njag vill ha ut mina uppgifter.\n\nBo Ek"
    assert before < row.received_at, "when the mailbox got it, not when we looked or what the letter says"
    assert [message.pk for message in told] == [row.pk]
    assert there(mail, "INBOX") == []
    (flags,) = there(mail, FOLDER)
    assert MARK in flags
    assert "Seen" not in flags, "whoever looks into the mailbox by hand has not read it"


def test_cut_off_before_it_is_put_away_it_is_known_again(
    mail: Mail, told: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.office.put("privacy", letter())
    for place in ("imap_tools.mailbox.BaseMailBox.flag", "gallra.mail.mailbox.Box._move"):
        with monkeypatch.context() as patched:
            patched.setattr(place, _killed)
            with pytest.raises(KeyboardInterrupt):
                look(mail)
    assert look(mail) == (0, 0)
    assert len(told) == 1
    assert len(there(mail, FOLDER)) == 1


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_one_message_does_not_keep_the_others_out(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is told fails on the first: it stays, with no trace, and comes again."""
    mail.office.put("privacy", letter())
    mail.office.put("privacy", LETTER.replace("<1@", "<2@").encode())

    def fail(message: Incoming, **rest: Any) -> None:
        if message.message_id == "1@kund.example":
            raise ZeroDivisionError

    received.connect(fail)
    try:
        assert look(mail) == (1, 1)
    finally:
        received.disconnect(fail)
    assert Look.objects.get().broken == 1
    assert Incoming.objects.get().message_id == "2@kund.example"
    assert look(mail) == (1, 0)
    assert Incoming.objects.count() == 2


def test_documents_are_encrypted_and_a_message_too_large_is_told_by_its_header(
    mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = LETTER.partition("Content-Type")[0]
    mixed = f"{head}Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nHej\n"
    part = '--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="avtal.pdf"\n\ninnehållet\n'
    mail.office.put("privacy", f"{mixed}{part}--x--\n".encode())
    assert look(mail) == (1, 0)
    row = Attachment.objects.get()
    assert (row.name, row.media_type, row.message.said) == ("avtal.pdf", "application/pdf", "Hej")
    assert b"".join(documents.read(row)) == "innehållet".encode()
    assert "innehållet".encode() not in (documents.root() / row.file).read_bytes()
    monkeypatch.setattr(looking, "LARGEST", 100)
    mail.office.put("privacy", LETTER.replace("<1@", "<2@").encode())
    assert look(mail) == (1, 0)
    large = Incoming.objects.get(whole=False)
    assert (large.address, large.subject, large.body) == ("bo@kund.example", "Mina uppgifter", "")
    assert large.size > 100


def test_an_answer_finds_its_message_and_its_request(mail: Mail) -> None:
    """Also when our own message has gone by its period: its number says which request it was."""
    row = sending.post(to="bo@kund.example", text="trial", language="sv", context={}, now=NOW, request=41)
    delivering.deliver(row.pk, now=NOW)
    (sent,) = mail.office.read("bo")
    mail.office.put("privacy", LETTER.replace("<a.b@munkeby.example>", str(sent["Message-ID"])).encode())
    made_up = row.message_id.replace(".41.", ".42.")
    mail.office.put("privacy", LETTER.replace("a.b@munkeby.example", made_up).replace("<1@", "<2@").encode())
    look(mail)
    first, second = Incoming.objects.order_by("message_id")
    assert (first.answers, first.request) == (row.pk, 41)
    assert (second.answers, second.request) == (None, None)
    Outgoing.objects.all().delete()
    mail.office.put(
        "privacy", LETTER.replace("a.b@munkeby.example", row.message_id).replace("<1@", "<3@").encode()
    )
    look(mail)
    third = Incoming.objects.get(message_id="3@kund.example")
    assert (third.answers, third.request) == (None, 41)


def test_what_comes_back_marks_the_message_and_the_subscription(mail: Mail) -> None:
    contact = Contact.objects.create(email="bo@kund.example")
    topic = Topic.objects.create(code="nyheter", title_sv="Nyheter", title_en="News")
    subscription = Subscription.objects.create(contact=contact, topic=topic, confirmed_at=NOW)

    def sent() -> Outgoing:
        row = sending.post(
            to="bo@kund.example",
            text="trial",
            language="sv",
            context={},
            now=NOW,
            about=about(subscription.pk),
        )
        delivering.deliver(row.pk, now=NOW)
        return row

    by_name, by_envelope, late, other = sent(), sent(), sent(), sent()
    mail.office.put("privacy", bounce(by_name.message_id))
    mail.office.put("privacy", bounce("gone@x", envelope=by_envelope.message_id.partition("@")[0]))
    mail.office.put("privacy", bounce(late.message_id, action="delayed", status="4.4.1"))
    mail.office.put("privacy", bounce(other.message_id.replace(".0.", ".1.")))
    assert look(mail) == (4, 0)
    states = {row.pk: (row.state, row.fate, row.status) for row in Outgoing.objects.all()}
    assert states[by_name.pk] == states[by_envelope.pk] == ("bounced", "failed", "5.1.1")
    assert states[late.pk] == states[other.pk] == ("sent", "sent", "250")
    subscription.refresh_from_db()
    assert (subscription.bounces, subscription.ended_at) == (2, None)
    kept = Incoming.objects.filter(kind="bounce", answers=by_name.pk).get()
    assert kept.body == "", "what came back is ours: nothing of it is kept twice"
    third = sent()
    mail.office.put("privacy", bounce(third.message_id))
    look(mail)
    subscription.refresh_from_db()
    assert subscription.ended_at == NOW


def test_the_mailbox_follows_the_rows_and_leaves_alone_what_is_not_ours(mail: Mail) -> None:
    mail.office.put("privacy", letter())
    mail.office.put("privacy", LETTER.replace("<1@", "<2@").encode())
    look(mail)
    with IMAP4_SSL("localhost", mail.inbox.server.port) as other:  # somebody puts a letter there by hand
        other.login("privacy", PASSWORD)
        other.append(FOLDER, "", "", LETTER.replace("<1@", "<3@").encode())
    assert looking.clear(mail.inbox) == 0
    Incoming.objects.filter(message_id="1@kund.example").delete()
    assert looking.clear(mail.inbox) == 1
    assert len(there(mail, FOLDER)) == 2
    assert look(mail) == (0, 0)


def test_trouble_with_the_mailbox_is_named_and_passes(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    server = mail.inbox.server
    wrong = Mailbox(Server("localhost", server.port, "privacy", "wrong", tls=True, timeout=5))
    assert looking.look(wrong, now=NOW).trouble == "refused"
    assert (
        looking.look(Mailbox(Server("127.0.0.1", 9, "privacy", "x", timeout=5)), now=NOW).trouble
        == "unreachable"
    )
    with monkeypatch.context() as patched:
        patched.delenv("SSL_CERT_FILE")
        assert looking.look(mail.inbox, now=NOW).trouble == "tls"
    seen = looking.last()
    assert seen is not None
    assert (seen.trouble, seen.well_at) == ("tls", None)
    look(mail, NOW + timedelta(minutes=3))
    seen.refresh_from_db()
    assert (seen.trouble, seen.well_at) == ("", NOW + timedelta(minutes=3))


def test_the_same_message_at_the_same_time_is_stored_once(told: list[Incoming]) -> None:
    first = receiving.take_in(letter(), size=9, received_at=NOW, now=NOW)
    assert first is not None
    assert receiving.take_in(letter(), size=9, received_at=NOW, now=NOW) is None
    assert len(told) == 1


def test_a_server_without_move_and_keywords_is_served_too(
    mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark is the flag for "important" there, and moving is copying and removing."""
    monkeypatch.setattr("imaplib.IMAP4.capability", lambda _self: ("OK", [b"IMAP4REV1 UIDPLUS"]))
    monkeypatch.setattr("gallra.mail.mailbox.Box._keeps_keywords", lambda _self: False)
    mail.office.put("privacy", letter())
    assert look(mail) == (1, 0)
    assert there(mail, "INBOX") == []
    (flags,) = there(mail, FOLDER)
    assert "\\Flagged" in flags
    assert MARK not in flags
    Incoming.objects.all().delete()
    assert looking.clear(mail.inbox) == 1
    assert there(mail, FOLDER) == []
