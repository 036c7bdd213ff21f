"""My data: shown to whoever has the mailbox, for half an hour, and what can be asked for from there."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallra.portal import holdings, limits
from gallra.rights import requests
from gallra.rights.models import Answer, Request
from tests.person.world import Seed, database_text
from tests.rights.world import work
from tests.running.world import case, contact
from tests.web.portal import BO, CLEO, code, enter, everything, policy, visitor

PAGES = ("/my/", "/my/records/support.case/")


@pytest.fixture(autouse=True)
def _policy(db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    policy("munkeby-mended", **{"[rights]\n": '[rights]\nautomatic = ["access"]\n'})


@pytest.mark.promise("M22", "M23", "S15")
def test_everything_is_shown_by_system_with_purpose_day_and_reason() -> None:
    seed = Seed("Marke", BO).everything()
    client = enter(BO)
    html = client.get("/my/").content.decode()
    for said in (
        "SupportControl",
        "CRM",
        seed.said["support_contact", "name"],
        "Article 6(1)",
    ):
        assert said in html, said
    assert len(html) < 100_000
    kinds = set(re.findall(r'href="/my/records/([\w.]+)/', html))
    assert {"support.case", "finance.invoice", "newsletter.subscription"} <= kinds
    for kind in kinds:
        page = client.get(f"/my/records/{kind}/")
        assert page.status_code == 200
        assert len(page.content) < 100_000
        assert BO not in page.request["PATH_INFO"]
    case = client.get("/my/records/support.case/").content.decode()
    assert seed.said["support_case", "description"] in case
    assert seed.said["support_message", "body"] in case
    assert "Goes:" in case
    invoice = client.get("/my/records/finance.invoice/").content.decode()
    assert "Goes:" in invoice


def test_another_persons_data_is_not_there() -> None:
    Seed("Marke", BO).everything()
    client = enter(CLEO)
    html = client.get("/my/").content.decode()
    assert "Nothing is held under" in html
    assert set(re.findall(r'href="/my/records/([\w.]+)/', html)) == {"gallra.mail"}  # the code itself
    assert "Marke" not in html
    assert client.get("/my/records/support.case/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_kept_by_no_cache_and_closed_to_others(path: str) -> None:
    Seed("Marke", BO).everything()
    assert visitor().get(path).headers["Location"] == "/my/address/"
    client = enter(BO)
    answer = client.get(path)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    before = everything()
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    assert everything() == before
    assert not [q for q in captured.captured_queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    client.post("/my/leave/")
    assert client.get(path).headers["Location"] == "/my/address/"


def test_it_closes_after_half_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    client, now = enter(BO), timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=29))
    assert client.get("/my/").status_code == 200
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=31))
    assert client.get("/my/").status_code == 302


def test_no_table_of_sessions_says_who_it_is() -> None:
    client = enter(BO)
    assert client.get("/my/").status_code == 200
    [session] = Session.objects.all()
    assert BO not in str(session.get_decoded())
    assert BO not in database_text()["django_session"]


def test_a_known_and_an_unknown_address_are_mailed_alike() -> None:
    Seed("Marke", BO).everything()
    seen = []
    for address in ("alva@okand.example", BO, CLEO):
        client = visitor()
        with CaptureQueriesContext(connection) as captured:
            client.post("/my/address/", {"address": address})
        html = client.get("/my/code/").content.decode().replace(address, "?")
        seen.append((re.sub(r'value="\w{64}"', "", html), len(captured)))
        assert len(code(address)) == 8
    assert seen[1] == seen[2]


def test_wrong_codes_use_the_right_one_up() -> None:
    client = visitor()
    client.post("/my/address/", {"address": BO})
    right = code(BO)
    for _ in range(5):
        answer = client.post("/my/code/", {"code": "1" * 8 if right != "1" * 8 else "2" * 8})
        assert "The code is not right" in answer.content.decode()
    assert client.post("/my/code/", {"code": right}).status_code == 200
    assert client.get("/my/").status_code == 302
    limits.CODE.forget()
    assert enter(BO).get("/my/").status_code == 200


def test_a_code_is_of_its_visitor_alone_and_works_once() -> None:
    mine, stranger = visitor(), visitor()
    mine.post("/my/address/", {"address": BO})
    stolen = code(BO)
    assert stranger.post("/my/code/", {"code": stolen}).headers["Location"] == "/my/address/"
    mine.post("/my/code/", {"code": stolen})
    assert mine.get("/my/").status_code == 200
    assert mine.post("/my/code/", {"code": stolen}).headers["Location"] == "/my/address/"


def test_codes_are_not_mailed_without_end() -> None:
    for _ in range(limits.ADDRESS.most):
        assert visitor().post("/my/address/", {"address": BO}).status_code == 302
    assert visitor().post("/my/address/", {"address": BO}).status_code == 429


@pytest.mark.promise("S15", "M23")
def test_what_is_asked_for_there_is_confirmed_and_its_answer_fetched_there() -> None:
    case(closed=timezone.now() - timedelta(days=40), contact=contact(BO))
    client = enter(BO)
    client.post("/rights/access/", {"said": ""})
    made = Request.objects.get()
    assert (made.identity, made.state) == ("account", "deciding")
    assert "Take it back" in client.get("/my/").content.decode()
    assert work(now=timezone.now())
    assert f"/my/answers/{made.pk}" in client.get("/my/").content.decode()
    got = client.post(f"/my/answers/{made.pk}")
    assert got.headers["Content-Type"] == "application/zip"
    assert len(got.getvalue()) == int(got.headers["Content-Length"])
    assert Answer.objects.get().fetched_at is not None
    assert client.get(f"/my/answers/{made.pk}").status_code == 405


def test_somebody_elses_requests_do_not_exist() -> None:
    theirs = requests.receive(right="access", channel="web", address=CLEO, now=timezone.now())
    client = enter(BO)
    assert f">{theirs.pk}<" not in client.get("/my/").content.decode()
    for number in (theirs.pk, theirs.pk + 1, 10**18, 10**30):
        assert client.post(f"/my/answers/{number}").status_code == 404
        assert client.post(f"/my/requests/{number}/withdraw").status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "waiting for confirmation"


def test_a_request_is_taken_back_until_it_is_decided() -> None:
    client = enter(BO)
    client.post("/rights/erasure/", {})
    made = Request.objects.get()
    assert client.post(f"/my/requests/{made.pk}/withdraw").headers["Location"] == "/my/"
    made.refresh_from_db()
    assert made.state == "withdrawn"
    assert "Nothing was changed" in client.post(f"/my/requests/{made.pk}/withdraw").content.decode()


def test_many_records_are_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "PAGE", 2)
    seed = Seed("Marke", BO)
    from gallra.systems import own

    for _ in range(5):
        seed.record(own.kinds()["support.case"], parts=False)
    client, path, seen = enter(BO), "/my/records/support.case/", 0
    while path:
        html = client.get(path).content.decode()
        seen += html.count('class="panel"')
        further = re.search(r'href="(\?from=\d+)[^"]*">Further', html)
        path = f"/my/records/support.case/{further[1]}" if further else ""
    assert seen == 5
    assert client.get("/my/records/support.case/?from=x").status_code == 200
