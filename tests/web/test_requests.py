"""The queue of requests: what it counts, shows and to whom."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallra.rights import requests
from gallra.rights.models import Request
from gallra.site.models import Role, User
from tests.person.world import Seed
from tests.rights.world import BO, CLEO, DAY, NOW, ask, events
from tests.running.world import contact
from tests.web.office_requests import (
    QUEUE,
    by_phone,
    client,
    looked_up,
    shown,
)
from tests.web.office_requests import files as files
from tests.web.office_requests import policed as policed
from tests.web.office_requests import privacy as privacy


def many(count: int) -> None:
    """Open requests by every channel, each with another day."""
    rows = [
        Request(
            right=("access", "erasure")[number % 2], channel=("web", "phone")[number % 2], state="open", salt=b"0" * 32,
            address=f"p{number}@kund.example", received_at=NOW, entered_at=NOW,
            due_on=(NOW + timedelta(days=number % 60)).date(),
        )
        for number in range(count)
    ]  # fmt: skip
    Request.objects.bulk_create(rows, batch_size=1000)


@pytest.mark.promise("S15", "M23")
def test_the_queue_asks_as_often_for_ten_thousand_as_for_ten(privacy: Client) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = privacy.get(path)
        assert answer.status_code == 200
        assert len(answer.content) < 100_000
        assert "@kund" not in answer.content.decode()
        return len(captured)

    paths = (QUEUE, f"{QUEUE}?show=late&right=access", f"{QUEUE}?after=2026-12-01.5", f"{QUEUE}?show=closed")
    many(10)
    few = [queries(path) for path in paths]
    many(9_990)
    assert [queries(path) for path in paths] == few
    assert max(few) <= 10
    assert Request.objects.count() == 10_000


def test_the_queue_goes_on_from_page_to_page_the_nearest_day_first(
    privacy: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallra.office.requests.listing.PAGE", 2)
    many(7)
    for number in Request.objects.filter(right="erasure").values_list("pk", flat=True):
        requests.withdraw(number, by="user 1", reason="ingen begäran", now=NOW)

    def walk(path: str) -> list[int]:
        seen: list[int] = []
        while path:
            html = privacy.get(path).content.decode()
            seen += [int(number) for number in re.findall(r'href="/office/requests/(\d+)"', html)]
            following = re.search(r'<a href="(\?[^"]+)" rel="next"', html)
            path = QUEUE + following[1].replace("&amp;", "&") if following else ""
        return seen

    open_ = Request.objects.filter(closed_at=None).order_by("due_on", "pk")
    assert walk(QUEUE) == list(open_.values_list("pk", flat=True))
    closed = Request.objects.exclude(closed_at=None).order_by("-closed_at", "-pk")
    assert walk(f"{QUEUE}?show=closed") == list(closed.values_list("pk", flat=True))
    assert walk(f"{QUEUE}?right=erasure") == []
    for odd in (
        "after=x",
        "after=2026-13-01.2",
        "after=9.9999999999999999999999",
        "show=x",
        "right=x&channel=y",
    ):
        assert privacy.get(f"{QUEUE}?{odd}").status_code == 200
        assert privacy.get(f"{QUEUE}?{odd}&show=closed").status_code == 200


def test_the_queue_counts_what_it_shows_and_says_what_comes_next(privacy: Client) -> None:
    ask("erasure", now=NOW - 40 * DAY)
    ask("unsorted", channel="mail", said="Hej")
    paused = ask("access", channel="phone", address=CLEO)
    requests.ask_identity(paused.pk, reason="tvivel", by="user 1", now=NOW)
    looked_up("erasure", address="ny@kund.example")
    html = privacy.get(QUEUE).content.decode()
    numbers = {
        word: int(count) for count, word in re.findall(r"<b>(\d+)</b><span class=\"muted\">([^<]+)<", html)
    }
    assert numbers == {
        "Open": 4, "Late": 1, "Within a week": 0, "To be sorted": 1, "Identity": 2, "To be decided": 1,
        "Clock stands": 1,
    }  # fmt: skip
    for words in ("days late", "Say what is asked for", "The clock stands", "Decide"):
        assert words in html
    late = privacy.get(f"{QUEUE}?show=late").content.decode()
    assert len(re.findall(r'href="/office/requests/\d+"', late)) == 1


@pytest.mark.promise("S15")
def test_a_request_is_for_privacy_and_what_a_statute_keeps_for_finance(policed: None) -> None:
    Seed("Mark", BO, year_ends=datetime(2024, 12, 31, tzinfo=UTC).date()).everything()
    made = looked_up("erasure", said="Allt om Mark")
    page, preview = f"{QUEUE}{made.pk}", f"{QUEUE}{made.pk}/preview"
    posts = [f"{page}/{act}" for act in ("extend", "refuse", "withdraw", "letter", "preview")]
    line = made.decisions.filter(proposed="erase").first()
    assert line
    posts.append(f"{page}/decide/{line.pk}")
    expected = {
        Role.PRIVACY: (200, 200), Role.FINANCE: (200, 403), Role.SUPPORT: (403, 403), Role.SALES: (403, 403),
        Role.MARKETING: (403, 403), Role.OPERATOR: (403, 403), "": (403, 403),
    }  # fmt: skip
    for role, (of_page, of_preview) in expected.items():
        reader = client(role)
        assert reader.get(QUEUE).status_code == (200 if role else 403)
        assert (reader.get(page).status_code, reader.get(preview).status_code) == (of_page, of_preview), role
        if role != Role.PRIVACY:
            assert {reader.post(path, {"reason": "x"}).status_code for path in posts} == {403}
        said = reader.get(page).content.decode()
        records = re.findall(r"/office/records/(finance\.\w+)/", said)
        assert bool(records) == (role == Role.FINANCE)
        assert (BO in said) == ("Allt om Mark" in said) == (role == Role.PRIVACY)
        if role == Role.FINANCE:
            assert {"finance.invoice"} <= set(records)
            assert "Bookkeeping Act" in said
    stranger = Client()
    assert all("/account/login/" in stranger.get(path).headers["Location"] for path in (QUEUE, page, preview))
    assert stranger.post(posts[0]).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.extended) == ("deciding", False)


def test_nothing_of_the_person_is_in_an_address_or_a_title(privacy: Client) -> None:
    contact(BO)
    contact("bo.ek@annan.example")
    made = looked_up("access", name="Bo Ek")
    html = privacy.get(f"{QUEUE}{made.pk}").content.decode()
    for found in (*re.findall(r'(?:href|action)="([^"]+)"', html), *re.findall(r"<title>([^<]+)", html)):
        for personal in ("bo", "ek", "kund"):
            assert not re.search(rf"\b{personal}\b", found, re.IGNORECASE), found


@pytest.mark.promise("S16")
def test_a_call_or_a_letter_is_entered_with_its_time_by_whoever_takes_it(policed: None) -> None:
    support = client(Role.SUPPORT)
    form = {
        "right": "erasure", "channel": "phone", "received_at": "2026-11-20T10:15", "address": "Bo@Kund.example ",
        "said": "Vill bli borttagen", "language": "sv", "link": "on", "stop_mailings": "on",
    }  # fmt: skip
    answer = support.post(f"{QUEUE}enter", form)
    assert answer.headers["Location"] == QUEUE
    made = Request.objects.get()
    assert made.received_at == datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
    assert (made.channel, made.address, made.state) == ("phone", BO, "waiting for confirmation")
    assert made.due_on.isoformat() == "2026-12-21"
    assert made.entered_by == f"user {User.objects.get(role=Role.SUPPORT).pk}"
    assert events(made) == ["received", "link sent"]
    assert f"Request {made.pk} is entered" in shown(support.get(QUEUE))
    for wrong, status in (
        ({"received_at": "2026-11-30T10:00"}, 409), ({"address": "bo"}, 409), ({"right": "x"}, 400),
        ({"channel": "web"}, 400), ({"received_at": "x"}, 400), ({"address": "", "link": "on"}, 409),
    ):  # fmt: skip
        refused = support.post(f"{QUEUE}enter", {**form, **wrong})
        assert refused.status_code == status, wrong
        assert "Vill bli borttagen" in refused.content.decode(), "what was typed stays"
        assert "Nothing was" in shown(refused)
    assert Request.objects.count() == 1


def test_what_is_not_there_is_not_found(privacy: Client) -> None:
    made = by_phone()
    for path in ("999999", "99999999999999999999", "999999/preview", f"{made.pk}/no-such-act"):
        assert privacy.get(f"{QUEUE}{path}").status_code in (404, 405)
        assert privacy.post(f"{QUEUE}{path}").status_code in (404, 405)
    for act in ("sort/1", "decide", "twin", "mention"):
        assert privacy.post(f"{QUEUE}{made.pk}/{act}").status_code == 404
    assert privacy.get(f"{QUEUE}{made.pk}/extend").status_code == 405


def test_before_the_first_policy_the_queue_says_what_to_run(db: object) -> None:
    reader = client(Role.PRIVACY)
    for path in (QUEUE, f"{QUEUE}enter"):
        assert "gallra adopt" in reader.get(path).content.decode()
    assert reader.get(f"{QUEUE}1").status_code == 404
