"""Mail goes by its periods, and with its person: 30 days after it was sent, 90 after it failed, six months what came
in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from gallra.cli import app
from gallra.mail import delivering, sending, signals, state
from gallra.mail.models import Attachment, Incoming, Look, Outgoing
from gallra.mail.receiving import take_in
from gallra.registers import documents
from gallra.running import erasures, extracts, runs
from tests.conftest import Database
from tests.mail.test_reading import LETTER
from tests.running.world import MINI, NIGHT, adopted

DAY = timedelta(days=1)
PART = '--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\ninnehåll\n'


def mail(to: str, *, days: int, fate: str = "sent") -> int:
    """A message that was sent, or given up, so many days before the night; or is underway."""
    at = NIGHT - DAY * days
    row = sending.post(to=to, text="trial", language="sv", context={}, now=at)
    if fate == "failed":
        Outgoing.objects.filter(pk=row.pk).update(fate=fate, state="failed", failed_at=at)
    if fate == "underway":
        Outgoing.objects.filter(pk=row.pk).update(fate=fate, state="waiting", sent_at=None)
    return row.pk


def letter(number: int, *, days: int) -> Incoming:
    """A message with a document that came so many days before the night."""
    head = LETTER.partition("Content-Type")[0].replace("<1@", f"<{number}@")
    text = f"{head}Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nHej\n{PART}--x--\n"
    at = NIGHT - DAY * days
    found = take_in(text.encode(), size=len(text), received_at=at, now=at)
    assert found is not None
    return found


@pytest.mark.promise("M24")
def test_mail_is_swept_found_and_erased_as_everything_else(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told of what comes in: what a request makes of it is not asked here."""
    monkeypatch.setattr(signals.received, "send", lambda *_, **__: [])
    adopted(MINI)
    old, fresh = mail("bo@kund.example", days=40), mail("bo@kund.example", days=10)
    given_up, lately = (
        mail("bo@kund.example", days=100, fate="failed"),
        mail("bo@kund.example", days=40, fate="failed"),
    )
    underway = mail("bo@kund.example", days=100, fate="underway")
    others = mail("cleo@stranger.example", days=10)
    gone, kept = letter(1, days=200), letter(2, days=100)
    file = documents.root() / Attachment.objects.get(message=gone).file

    done = runs.sweep(NIGHT)
    assert {rule.removeprefix("default gallra."): n for rule, n in done.taken.items()} == {
        "mail": 1, "failed_mail": 1, "received": 1,
    }  # fmt: skip
    assert set(Outgoing.objects.values_list("pk", flat=True)) == {fresh, lately, underway, others}
    assert not {old, given_up} & set(Outgoing.objects.values_list("pk", flat=True))
    assert Incoming.objects.get() == kept
    documents.collect_orphans(now=NIGHT + timedelta(days=3650))
    assert not file.exists()

    data = extracts.answer("bo@kund.example", now=NIGHT).data
    found = {(record["kind"], record["key"]): record for record in data["records"]}
    assert set(found) == {
        ("gallra.mail", fresh),
        ("gallra.failed_mail", lately),
        ("gallra.received", kept.pk),
    }
    assert found["gallra.mail", fresh]["goes"]["day"] == (NIGHT + 20 * DAY).date().isoformat()
    assert found["gallra.received", kept.pk]["parts"][0]["rows"][0]["document"].endswith("a.pdf")

    done_now = erasures.erase("bo@kund.example", now=NIGHT, by="user 1")
    assert done_now.complete
    assert set(Outgoing.objects.values_list("pk", flat=True)) == {underway, others}, (
        "what is underway arrives"
    )
    assert not Incoming.objects.exists()
    assert not Attachment.objects.exists()


def test_how_mail_goes_is_told_without_addresses(fresh_database: Database) -> None:
    row = mail("bo@kund.example", days=1, fate="failed")
    mail("cleo@stranger.example", days=1, fate="underway")
    now = state.state()
    assert (now.waiting, now.failures, now.server, now.mailbox) == (1, 1, False, False)
    assert [found.pk for found in now.failed] == [row]
    said = CliRunner().invoke(app, ["mail", "state"]).output
    assert "@" not in said
    assert str(row) in said
    assert not delivering.send_again(row, now=NIGHT), "there is no server to send it by"
    told = CliRunner().invoke(app, ["mail", "trial", "-"], input="bo@kund.example\n")
    assert told.exit_code == 0, told.output
    assert "bo@kund.example" in CliRunner().invoke(app, ["mail", "outbox"]).output
    assert CliRunner().invoke(app, ["mail", "look"]).exit_code == 1
    assert not Look.objects.exists()
