"""What pages cost, what they may not do, and who sees what: asked of Django itself, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

import gallra
from gallra.ledger.models import Entry
from gallra.running import adopting
from gallra.running import board as running_board
from gallra.running.models import Adoption, Checked
from gallra.running.report import Board
from gallra.site.models import User
from tests.web import boards
from tests.web.conftest import CUSTOMER, EVERYONE, OFFICE, adopt, alva, ledger_entries, whole

WRITES = re.compile(r"^\s*(insert|update|delete|truncate|merge|create|alter|drop|copy|lock)\b", re.IGNORECASE)

MANY = {
    "/office/requests/ERASURE": 25, "/office/requests/COPY": 60, "/office/requests/MAIL": 20,
    "/office/requests/ERASURE/preview": 60, "/office/records/support.case/RECORD": 20,
    "/office/cases/NUMBER": 20, "/office/restrictions/RESTRICTION": 20, "/office/breaches/BREACH": 15,
}  # fmt: skip
"""Pages that ask several registers about one person: so many queries at most, however many people there are."""


@pytest.fixture
def signed_in(company: User) -> Client:
    client = Client()
    client.force_login(company)
    return client


@pytest.mark.parametrize("path", [*OFFICE, *EVERYONE, "/"])
def test_a_get_changes_nothing(path: str, signed_in: Client) -> None:
    address = whole(path)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(address)
    written = [query["sql"] for query in queries if WRITES.match(query["sql"])]
    # Sessions, and that somebody of this role looked (M10): docs/decisions/openings.md.
    assert [sql for sql in written if "django_session" not in sql and "rights_opening" not in sql] == []


@pytest.mark.parametrize("path", OFFICE)
def test_a_page_asks_as_often_for_many_as_for_few(
    path: str, signed_in: Client, told: Callable[[Board], None]
) -> None:
    address = whole(path)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(address).status_code == 200
        return len(captured)

    few = queries()
    ledger_entries(40)
    board = boards.board("munkeby")
    told(replace(board, runs=board.runs * 20, findings=board.findings * 3))
    assert queries() == few
    assert few <= MANY.get(path, 10)


@pytest.mark.parametrize("name", ["munkeby", "swinx"])
@pytest.mark.parametrize("path", ["/", "/en/", "/office/", *OFFICE])
def test_pages_are_under_100_kb(name: str, path: str, company: User, told: Callable[[Board], None]) -> None:
    Adoption.objects.all().delete()
    adopt(name)
    told(boards.board(name))
    client = Client()
    client.force_login(company)
    path = whole(path)
    if name == "swinx":
        path = path.replace("M16+support", "S18+support").replace("M16", "S17").replace("M7", "S12")
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("path", OFFICE)
def test_the_office_is_for_staff(path: str, company: User) -> None:
    bo = User.objects.create_user(email="bo@company.example", name="Bo Lind")
    stranger, customer = Client(), Client()
    customer.force_login(bo)
    assert stranger.get(whole(path)).headers["Location"].startswith("/account/login/?next=/office/")
    assert customer.get(whole(path)).status_code == 403


@pytest.mark.parametrize("path", OFFICE)
def test_office_pages_are_kept_by_no_cache(path: str, signed_in: Client) -> None:
    assert "no-store" in signed_in.get(whole(path)).headers["Cache-Control"]


@pytest.mark.parametrize("path", [*OFFICE, "/", "/account/login/"])
def test_the_browser_is_told_to_trust_nothing_else(path: str, signed_in: Client) -> None:
    answer = signed_in.get(whole(path), follow=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    html = answer.content.decode()
    assert re.findall(r"<[^>]+\sstyle=", html) == []
    assert re.findall(r"<[^>]+\son\w+=", html) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', html) == []


def test_a_customers_pages_change_nothing_and_are_small_closed_and_their_own(company: User) -> None:
    client = Client(headers={"Accept-Language": "sv"})
    client.force_login(User.objects.get(email="bo@example.com"))
    for path in map(whole, CUSTOMER):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        assert (answer.status_code, len(answer.content) < 100_000) == (200, True), path
        assert [one["sql"] for one in queries if WRITES.match(one["sql"])] == [], path
        assert "no-store" in answer.headers["Cache-Control"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        html = answer.content.decode()
        assert re.findall(r"<[^>]+\s(?:style|on\w+)=", html) == []
        assert len(re.findall(r'class="button"', html)) <= 1, path
        assert "{{" not in html
        assert Client().get(path).headers["Location"].split("?")[0] in (
            "/support/sign-in/",
            "/account/login/",
        )


def test_the_outbox_exists_in_the_demo_only(signed_in: Client) -> None:
    assert signed_in.get("/office/outbox/").status_code == 404


@pytest.mark.parametrize("path", ["/office/promises/X1", "/office/ledger/999999999", "/office/ledger/0"])
def test_what_is_not_there_is_not_found(path: str, signed_in: Client) -> None:
    assert signed_in.get(whole(path)).status_code == 404


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "٣"])
def test_a_place_in_the_ledger_that_is_none_shows_the_newest(before: str, signed_in: Client) -> None:
    answer = signed_in.get("/office/ledger/", {"before": before})
    assert answer.status_code == 200
    assert f"/office/ledger/{Entry.objects.latest('number').number}" in answer.content.decode()


def test_the_ledger_goes_on_from_page_to_page(signed_in: Client) -> None:
    ledger_entries(60)
    seen: list[str] = []
    path = "/office/ledger/"
    while path:
        html = signed_in.get(path).content.decode()
        seen += re.findall(r'href="/office/ledger/(\d+)"', html)
        older = re.search(r'href="/office/ledger/(\?before=\d+)"', html)
        path = f"/office/ledger/{older[1]}" if older else ""
    assert seen == [
        str(number) for number in Entry.objects.order_by("-number").values_list("number", flat=True)
    ]


def test_the_public_sees_marks_only_if_the_policy_says_so(db: object, told: Callable[[Board], None]) -> None:
    told(boards.board("munkeby"))
    adoption = adopt("munkeby")
    assert 'class="mark' in Client().get("/").content.decode()
    text = f"{adoption.text}\n[page]\nshow_promises = false\n"
    Adoption.objects.filter(pk=adoption.pk).update(text=text, version="b" * 64)
    page = Client().get("/").content.decode()
    assert 'class="mark' not in page
    assert "arkiveras tre månader" in page
    client = Client()
    client.force_login(alva())
    assert 'class="mark' in client.get("/").content.decode()


def test_strangers_see_neither_lines_nor_statements(company: User) -> None:
    page = Client().get("/").content.decode()
    assert "SELECT" not in page
    assert "records = [" not in page
    client = Client()
    client.force_login(company)
    page = client.get("/").content.decode()
    assert "SELECT" in page
    assert "keep = &quot;3 months&quot;" in page


def test_each_language_has_an_address_and_the_first_is_the_policys(company: User) -> None:
    for path, lang, words in (
        ("/", "sv", "Hur länge vi sparar"),
        ("/sv/", "sv", "Hur länge vi sparar"),
        ("/en/", "en", "How long we keep"),
    ):
        answer = Client(headers={"Accept-Language": "en"}).get(path)
        html = answer.content.decode()
        assert f'<html lang="{lang}">' in html
        assert answer.headers["Content-Language"] == lang
        assert words in html


def test_the_office_is_in_the_language_one_chose(signed_in: Client) -> None:
    assert "Varje löfte" in signed_in.get("/office/", headers={"Accept-Language": "sv"}).content.decode()
    signed_in.post("/language/setlang/", {"language": "en", "next": "/office/"})
    assert "Every promise" in signed_in.get("/office/", headers={"Accept-Language": "sv"}).content.decode()


def test_before_the_first_policy_the_pages_say_what_to_run(db: object) -> None:
    client = Client()
    client.force_login(alva())
    for path in ("/", "/en/", "/office/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "gallra adopt" in answer.content.decode()


def test_before_the_first_check_the_board_says_so_and_does_not_check(db: object) -> None:
    adopt("munkeby")
    client = Client()
    client.force_login(alva())
    answer = client.get("/office/")
    assert "gallra promises" in answer.content.decode()
    assert "arkiveras tre månader" in client.get("/").content.decode()
    assert not Checked.objects.exists()


def test_a_status_shows_its_promises_alone(signed_in: Client) -> None:
    html = signed_in.get("/office/?status=broken").content.decode()
    broken = [promise.id for promise in boards.board("munkeby").promises if promise.status == "broken"]
    assert re.findall(r'<th scope="row"><a href="/office/promises/(\w+)"', html) == broken
    every = signed_in.get("/office/?status=<b>").content.decode()
    assert len(re.findall(r'<th scope="row"><a href="/office/promises/', every)) == len(
        boards.board("munkeby").promises
    )


def test_every_table_has_at_most_seven_columns(signed_in: Client) -> None:
    for path in OFFICE:
        for head in re.findall(
            r"<thead>(.*?)</thead>", signed_in.get(whole(path)).content.decode(), re.DOTALL
        ):
            assert head.count("<th ") <= 7


def test_no_number_and_no_line_of_a_template_is_left_unfilled(signed_in: Client) -> None:
    for path in (*OFFICE, "/", "/en/"):
        html = signed_in.get(whole(path)).content.decode()
        assert "{{" not in html
        assert "{%" not in html


def test_no_english_stands_on_a_swedish_page(signed_in: Client) -> None:
    catalogue = Path(gallra.__file__).parent / "locale" / "sv" / "LC_MESSAGES" / "django.po"
    with catalogue.open("rb") as stream:
        english = [
            one.id for one in read_po(stream, locale="sv") if isinstance(one.id, str) and one.id != one.string
        ]
    # A word such as "name" is Swedish in other words; a phrase without a place to fill is unmistakable.
    phrases = [text for text in english if len(text.split()) > 1 and "%" not in text and "<" not in text]
    assert len(phrases) > 100
    for path in (*OFFICE, *(path for path in EVERYONE if path != "/en/"), "/account/2fa/"):
        reader = signed_in if path.startswith(("/office", "/account/2fa")) else Client()
        html = reader.get(whole(path), headers={"Accept-Language": "sv"}).content.decode()
        # The policy file's own words: its lines, and those that a finding quotes.
        html = re.sub(r"<pre>.*?</pre>|&quot;[a-z ]+&quot;", "", html, flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", "\n", html)
        assert [phrase for phrase in phrases if re.search(rf"\b{re.escape(phrase)}(?!\w)", text)] == [], path
        assert 'lang="sv"' in html


@pytest.mark.parametrize("name", ["munkeby", "swinx", "munkeby-mended", "swinx-mended"])
def test_what_a_real_check_found_is_shown_whole_and_small(name: str, db: object) -> None:
    """No invented board: the policy adopted, checked and measured as in use."""
    now = timezone.now()
    adopting.adopt(boards.POLICIES / f"{name}.toml", reason="first version", now=now, by="command line")
    found = running_board.check(now)
    client = Client()
    client.force_login(alva())
    for path in (
        "/sv/",
        "/en/",
        "/office/",
        *(f"/office/promises/{promise.id}" for promise in found.promises),
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert len(answer.content) < 100_000, (path, len(answer.content))
    shown = client.get("/office/").content.decode()
    assert found.own
    assert 'id="own"' in shown
    assert not re.search(
        r"gallra\.(job|session|hold|user)", re.sub(r'href="[^"]*"', "", shown).partition('id="findings"')[0]
    )
    page = client.get("/en/").content.decode()
    for promise in found.promises:
        assert f'href="/office/promises/{promise.id}"' in page
        assert not promise.statements or escape(promise.statements[0]) in page
        for number, statement in enumerate(promise.statements):
            picked = client.get(f"/office/promises/{promise.id}?statement={number}")
            assert escape(statement) in picked.content.decode()
