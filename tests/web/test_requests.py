"""Requests on the staff's side: the queue, one request from receipt to answer, every act and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallra.ledger.commitments import matches
from gallra.rights import book, deciding, looking, requests
from gallra.rights.models import Answer, Request
from gallra.site.models import Role, User
from tests.person.world import LONG_AGO, Seed
from tests.rights import world
from tests.rights.world import BO, CLEO, DAY, NOW, ask, confirmed, events
from tests.running.world import adopted, case, contact
from tests.web.conftest import Open

QUEUE = "/office/requests/"
LATER = NOW + DAY


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    return tmp_path


@pytest.fixture
def policed(db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day after NOW, under a policy that offers every right."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    world.policy()


@pytest.fixture
def privacy(policed: None) -> Client:
    return client(Role.PRIVACY)


def client(role: str) -> Client:
    """Somebody who works with that at the controller; "" is a customer."""
    made = Client(headers={"Accept-Language": "en"})
    made.force_login(
        User.objects.create_user(email=f"{role or 'bo'}@gallra.example", name="Alva Ek", role=role)
    )
    return made


def looked_up(right: str = "erasure", **more: Any) -> Request:
    """Confirmed and looked up, an hour later."""
    made = confirmed(right, **more)
    looking.look_up(made.pk, now=NOW + timedelta(hours=1))
    made.refresh_from_db()
    return made


def mark(html: str) -> str:
    found = re.search(r'name="mark" value="(\w{32})"', html)
    assert found, html
    return found[1]


def shown(answer: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- the queue ---------------------------------------------------------------------------------------------------


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


# --- who may -----------------------------------------------------------------------------------------------------


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


# --- from receipt to answer --------------------------------------------------------------------------------------


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


# --- every act ---------------------------------------------------------------------------------------------------


def by_phone(**more: Any) -> Request:
    return ask("access", channel="phone", address=CLEO, by="user 1", **more)


def with_mention(right: str = "erasure") -> Request:
    """Bo has a likeness, and two cases of Cleo's mention him."""
    contact(BO)
    contact("bo.ek@annan.example")
    cleo = contact(CLEO)
    type(cleo).objects.filter(pk=cleo.pk).update(name="Cleo Al")
    for _number in range(2):
        theirs = case(contact=cleo, opened=LONG_AGO, messages=0)
        type(theirs).objects.filter(pk=theirs.pk).update(description="Bo Ek ringde. Hälsa Cleo.")
    return looked_up(right)


def paused() -> Request:
    return requests.ask_identity(by_phone().pk, reason="tvivel", by="user 1", now=NOW)


WHY = {"reason": "Vi känner igen rösten."}
ACTS: list[tuple[str, Callable[[], Request], dict[str, str], str]] = [
    ("sort", lambda: ask("unsorted", channel="mail"), {"right": "access", "address": BO}, "sorted"),
    ("link", by_phone, {}, "link sent"),
    ("identify", by_phone, WHY, "identified"),
    ("identify", lambda: ask("access", channel="letter", address=""), {**WHY, "address": BO}, "identified"),
    ("ask", by_phone, WHY, "identity asked"),
    ("resume", paused, {}, "resumed"),
    ("extend", by_phone, WHY, "extended"),
    ("wishes", lambda: looked_up("rectification"), {"phone": "08-1", "emptied": "town"}, "wishes set"),
    ("refuse", by_phone, {"reasons": "Samma svar lämnades i förra veckan."}, "refused"),
    ("withdraw", by_phone, WHY, "withdrawn"),
]


@pytest.mark.promise("M24")
@pytest.mark.parametrize(("act", "begun", "form", "event"), ACTS)
def test_every_act_is_done_once_and_refused_after(
    privacy: Client, act: str, begun: Callable[[], Request], form: dict[str, str], event: str
) -> None:
    made = begun()
    page = privacy.get(f"{QUEUE}{made.pk}")
    assert f'action="/office/requests/{made.pk}/{act}"' in page.content.decode()
    assert page.content.decode().count('class="button"') == 1, "one primary button a page"
    if form:
        empty = privacy.post(f"{QUEUE}{made.pk}/{act}", {})
        assert empty.status_code in (400, 409)
    assert event not in events(made)
    done = privacy.post(f"{QUEUE}{made.pk}/{act}", form)
    assert (done.status_code, events(made)[-1]) == (302, event)
    following = privacy.get(done.headers["Location"].partition("#")[0])
    assert following.status_code == 200
    assert 'role="status"' in following.content.decode()
    if act not in ("link", "wishes"):
        twice = privacy.post(f"{QUEUE}{made.pk}/{act}", {**form, "address": BO})
        assert twice.status_code in (400, 409)
        assert events(made).count(event) == 1
        if twice.status_code == 409:
            assert "Nothing was changed" in shown(twice)


def test_what_was_written_is_kept_with_the_request(privacy: Client) -> None:
    made = looked_up("rectification")
    privacy.post(f"{QUEUE}{made.pk}/wishes", {"phone": "08-1", "emptied": ["town"]})
    made.refresh_from_db()
    assert made.wishes == {"phone": "08-1", "town": ""}
    long = privacy.post(f"{QUEUE}{made.pk}/refuse", {"reasons": "x" * 20_001})
    assert long.status_code == 400
    html = privacy.post(
        f"{QUEUE}{made.pk}/extend", {"reason": "<b>Två system</b>"}, follow=True
    ).content.decode()
    assert "&lt;b&gt;Två system&lt;/b&gt;" in html


@pytest.mark.promise("S20")
def test_likenesses_and_mentions_are_seen_and_decided_each_with_a_reason(privacy: Client) -> None:
    made = with_mention()
    page = f"{QUEUE}{made.pk}"
    html = privacy.get(page).content.decode()
    twin, (one, other) = made.twins.get(), made.mentions.order_by("pk")
    for words in ("bo.ek@annan.example", "The same name", "<mark>Bo Ek</mark> ringde.", "Leave the rest"):
        assert words in html
    assert "See what will happen" not in html
    assert privacy.get(f"{page}/preview").status_code == 302
    assert privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "same"}).status_code == 400
    assert privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "x", "reason": "y"}).status_code == 400
    assert privacy.post(f"{page}/twin/{one.pk + 999}", {"verdict": "same", "reason": "y"}).status_code == 404
    assert (
        privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "other", "reason": "En kollega"}).status_code
        == 302
    )
    assert (
        privacy.post(f"{page}/mention/{one.pk}", {"verdict": "blank", "reason": "Hör inte dit"}).status_code
        == 302
    )
    assert privacy.post(f"{page}/rest", {"reason": "Hör till Cleos ärende"}).status_code == 302
    assert {row.verdict for row in made.mentions.all()} == {"blank", "leave"}
    assert made.mentions.get(pk=other.pk).reason == "Hör till Cleos ärende"
    assert "See what will happen" in privacy.get(page).content.decode()
    assert "In 1 text of somebody else" in shown(privacy.get(f"{page}/preview"))
    stranger = looked_up("erasure", address="ny@kund.example")  # another request's rows are not this one's
    assert (
        privacy.post(f"{QUEUE}{stranger.pk}/twin/{twin.pk}", {"verdict": "same", "reason": "y"}).status_code
        == 404
    )


def test_a_copy_includes_a_mention_as_it_was_redacted(privacy: Client) -> None:
    made = with_mention("access")
    one = made.mentions.order_by("pk").first()
    assert one
    page = f"{QUEUE}{made.pk}"
    assert ">Bo Ek ringde.</textarea>" in privacy.get(page).content.decode().replace("\n", "")
    answer = privacy.post(
        f"{page}/mention/{one.pk}", {"verdict": "include redacted", "reason": "rätt", "text": " "}
    )
    assert answer.status_code == 409
    assert "Give the text" in shown(answer)
    said = {"verdict": "include redacted", "reason": "Rör Bo", "text": "Bo Ek ringde."}
    assert privacy.post(f"{page}/mention/{one.pk}", said).status_code == 302
    assert made.mentions.get(pk=one.pk).text == "Bo Ek ringde."


def test_what_a_statute_keeps_has_no_form_and_cannot_be_decided_away(privacy: Client) -> None:
    Seed("Mark", BO, year_ends=datetime(2024, 12, 31, tzinfo=UTC).date()).everything()
    made = looked_up()
    html = privacy.get(f"{QUEUE}{made.pk}").content.decode()
    kept = made.decisions.filter(proposed="keep").first()
    free = made.decisions.filter(proposed="erase").first()
    assert kept
    assert free
    assert f"/decide/{kept.pk}" not in html
    assert f"/decide/{free.pk}" in html
    refused = privacy.post(f"{QUEUE}{made.pk}/decide/{kept.pk}", {"verdict": "stay", "reason": "x"})
    assert refused.status_code == 409
    assert "A statute or a hold keeps this" in shown(refused)
    assert privacy.post(f"{QUEUE}{made.pk}/decide/{free.pk}", {"verdict": "stay"}).status_code == 409
    assert (
        privacy.post(f"{QUEUE}{made.pk}/decide/{free.pk}", {"verdict": "stay", "reason": "Tvist"}).status_code
        == 302
    )
    assert "stays, by decision" in shown(privacy.get(f"{QUEUE}{made.pk}/preview"))


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


# --- in a browser ------------------------------------------------------------------------------------------------


@pytest.mark.promise("S20")
def test_a_clear_erasure_takes_four_clicks_from_the_queue(
    open_page: Open, fresh_database: object, files: Path
) -> None:
    began = datetime.now(UTC)
    adopted(world.POLICY, at=began - 300 * DAY)
    bo = contact(BO)
    case(contact=bo, opened=LONG_AGO, closed=began - 40 * DAY)
    made = requests.receive(
        right="erasure", channel="web", address=BO, signed_in=True, received_at=began - DAY, now=began
    )
    looking.look_up(made.pk, now=began)
    user = User.objects.create_user(email="alva@gallra.example", name="Alva Ek", role=Role.PRIVACY)
    page = open_page(QUEUE, user=user, lang="sv")
    page.locator("tbody th a").click()
    page.get_by_role("link", name="Visa vad som kommer att hända").click()
    page.get_by_role("button", name=re.compile("^Radera")).click()
    world.work(now=datetime.now(UTC))
    page.get_by_role("link", name="Titta igen").click()
    assert "Besvarad" in page.locator(".lead").inner_text()
    assert not type(bo).objects.filter(pk=bo.pk).exists()


def test_a_form_is_filled_by_keyboard_and_keeps_what_was_typed(open_page: Open, company: User) -> None:
    made = Request.objects.get(right="access")
    page = open_page(f"{QUEUE}{made.pk}", user=company, lang="en")
    summary = page.locator("#refuse > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Wir haben das schon beantwortet.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{QUEUE}{made.pk}")
    assert page.get_by_role("status").inner_text().startswith("Refused")
