"""What staff see before a request is carried out, and the letter before it is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from gallra.ledger.commitments import matches
from gallra.rights import book, deciding
from gallra.rights.models import Answer
from gallra.site.models import Role, User
from tests.person.world import LONG_AGO, Seed
from tests.rights import world
from tests.rights.world import BO, DAY, NOW, events
from tests.running.world import case, contact
from tests.web.office_requests import (
    LATER,
    QUEUE,
    looked_up,
    mark,
    shown,
)
from tests.web.office_requests import files as files
from tests.web.office_requests import policed as policed
from tests.web.office_requests import privacy as privacy


@pytest.mark.promise("S20", "S21", "M21")
@pytest.mark.usefixtures("files")
def test_what_the_preview_says_is_what_happens(privacy: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    Seed("Mark", BO, year_ends=datetime(2024, 12, 31, tzinfo=UTC).date()).everything()
    made = looked_up("erasure", stop_mailings=True)
    page = privacy.get(f"{QUEUE}{made.pk}/preview")
    said = shown(page)
    rows = re.findall(r'<td class="num">(\d+)</td><td><span class="mark waiting">', page.content.decode())
    promised = sum(map(int, rows))
    assert f"Erase {promised} rows" in said
    assert "Bookkeeping Act" in said
    assert "It cannot be undone" in said
    answer = privacy.post(f"{QUEUE}{made.pk}/preview", {"mark": mark(page.content.decode())})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{QUEUE}{made.pk}")
    assert "being carried out" in shown(privacy.get(f"{QUEUE}{made.pk}"))
    assert world.work(now=LATER)[-1] == "carry_out_request"
    made.refresh_from_db()
    assert made.state == "answered"
    done = [line for line in made.result["lines"] if line[3] in ("erase", "part")]
    assert sum(line[4] for line in done) + made.result["contacts"] == promised
    after = shown(privacy.get(f"{QUEUE}{made.pk}"))
    for words in ("Answered", "Take out the letter", "Erasure", "said yes"):
        assert words in after
    assert made.approved_by == f"user {User.objects.get(role=Role.PRIVACY).pk}"


def test_a_yes_to_something_else_does_nothing(privacy: Client) -> None:
    bo = contact(BO)
    case(contact=bo, opened=LONG_AGO, closed=NOW - 10 * DAY)
    case(contact=bo, opened=LONG_AGO, closed=NOW - 9 * DAY)
    made = looked_up()
    path = f"{QUEUE}{made.pk}/preview"
    seen = mark(privacy.get(path).content.decode())
    line = made.decisions.filter(kind="support.case", proposed="erase").first()
    assert line
    deciding.decide(made.pk, line.pk, verdict="stay", reason="tvist", by="user 9", now=LATER)  # a colleague's
    answer = privacy.post(path, {"mark": seen})
    assert answer.status_code == 409
    assert "Something has changed" in shown(answer)
    assert privacy.post(path, {}).status_code == 409
    made.refresh_from_db()
    assert made.state == "deciding"
    now_seen = mark(answer.content.decode())
    assert now_seen != seen
    assert privacy.post(path, {"mark": now_seen}).status_code == 302
    again = privacy.post(path, {"mark": now_seen})  # pressed twice, or by two
    assert again.status_code == 409
    assert "is being carried out" in shown(again)
    assert events(made).count("approved") == 1
    assert privacy.get(path).status_code == 302


@pytest.mark.usefixtures("files")
def test_the_letter_is_taken_out_by_privacy_alone_and_each_time_recorded(privacy: Client) -> None:
    contact(BO)
    made = looked_up("access", said="Allt")
    path = f"{QUEUE}{made.pk}/letter"
    assert privacy.post(path).status_code == 404
    deciding.approve(made.pk, by="user 1", now=LATER)
    world.work(now=LATER)
    for _time in range(2):
        answer = privacy.post(path)
        assert answer.status_code == 200
        assert answer.content == world.package(made)["letter.pdf"]
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "no-store" in answer.headers["Cache-Control"]
        assert BO not in answer.headers["Content-Disposition"]
    taken = [e for e in book.receipts(made.pk) if e.body.get("event") == "fetched"]
    made.refresh_from_db()
    who = f"user {User.objects.get(role=Role.PRIVACY).pk}"
    assert [matches(e.body["by"], who, salt=bytes(made.salt)) for e in taken] == [True, True]
    assert taken[0].body["file"] == Answer.objects.get().digest
    assert Answer.objects.get().fetched_at is None, "the person has not fetched it"
    assert privacy.get(path).status_code == 405
    Answer.objects.update(expires_at=LATER)
    assert privacy.post(path).status_code == 404
