"""The form of every right: which there are, what sending one makes, and that it tells nobody who is known."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallra.mail.models import Outgoing
from gallra.portal import limits
from gallra.registers.newsletter import actions as newsletter
from gallra.rights.models import Request, StopReason
from gallra.running.persons import suppression_key
from tests.person.world import Seed
from tests.web.portal import BO, CLEO, enter, policy, visitor

ALL = ("access", "rectification", "erasure", "restriction", "objection", "portability", "stop")


@pytest.fixture(autouse=True)
def _policy(db: object) -> None:
    policy()


def send(right: str, client: Client | None = None, **fields: str) -> Request:
    """Send the form of a right, as somebody who writes Bo's address; what it made."""
    answer = (client or visitor()).post(f"/rights/{right}/", {"address": BO, **fields})
    assert answer.status_code == 302, answer.content.decode()
    return Request.objects.latest("pk")


@pytest.mark.promise("M1", "S15", "M21", "M23")
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_each_right_of_the_policy_page_leads_to_its_form(lang: str) -> None:
    client = Client()
    page = client.get(f"/{lang}/").content.decode()
    paths = set(re.findall(rf'href="(/rights/[\w-]+/\?lang={lang})"', page))
    assert paths == {f"/rights/{right}/?lang={lang}" for right in ALL}
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == lang
        assert "no-store" in answer.headers["Cache-Control"]
        assert len(answer.content) < 100_000
        assert answer.content.decode().count('class="button"') == 1


@pytest.mark.promise("M1")
def test_what_the_law_gives_has_a_form_though_the_policy_does_not_mention_it() -> None:
    policy("munkeby")
    html = visitor().get("/rights/").content.decode()
    assert re.findall(r'href="/rights/(\w+)/', html) == [
        "access", "rectification", "erasure", "restriction", "objection", "portability", "stop"
    ], "what the policy names stands first"  # fmt: skip
    assert html.count("the policy does not mention it") == 4
    for right in ALL:
        form = visitor().get(f"/rights/{right}/")
        assert form.status_code == 200
        assert "also_erase" not in form.content.decode(), "what only a form of the policy's asks for"
    page = visitor().get("/en/").content.decode()
    assert re.search(r'href="/rights/\?lang=en">To the forms', page.partition("does not mention")[2])
    assert visitor().get("/rights/unsorted/").status_code == 404


@pytest.mark.promise("S15", "S21", "M21", "M23")
@pytest.mark.parametrize("right", ["access", "erasure", "restriction", "portability"])
def test_a_form_makes_a_request_that_waits_for_its_link(right: str) -> None:
    made = send(right, said="Everything of last year")
    assert (made.right, made.channel, made.address, made.language) == (right, "web", BO, "en")
    assert (made.state, made.identity, made.said) == (
        "waiting for confirmation", "", "Everything of last year",
    )  # fmt: skip
    assert [row.text for row in Outgoing.objects.all()] == ["rights/link"]


@pytest.mark.promise("M21")
def test_a_correction_says_which_field_becomes_what() -> None:
    html = visitor("sv").get("/rights/rectification/").content.decode()
    assert "Telefonnummer" in html
    assert "wish_company" not in html  # a company is no field of a contact
    assert send("rectification", wish_phone="+46 40 123 456", wish_name="").wishes == {
        "phone": "+46 40 123 456"
    }
    answer = visitor("sv").post("/rights/rectification/", {"address": BO})
    assert "vad som ska rättas" in answer.content.decode()
    assert Request.objects.count() == 1


@pytest.mark.promise("S19", "S20", "S21", "S22")
def test_the_stop_form_stops_at_once_and_asks_for_the_erasure_by_mail() -> None:
    made = send("stop", also_erase="on", why="Too many. Call 040-123 456")
    assert newsletter.is_suppressed(BO, key=suppression_key())
    assert (made.right, made.stop_mailings, made.state) == ("erasure", True, "waiting for confirmation")
    [reason] = StopReason.objects.all()
    assert reason.text == "Too many. Call …"
    assert BO not in str(list(StopReason.objects.values()))


@pytest.mark.promise("S19", "S22")
def test_mailings_can_be_stopped_alone_and_no_reason_is_required() -> None:
    made = send("stop")
    assert (made.right, made.state) == ("stop", "working")
    assert newsletter.is_suppressed(BO, key=suppression_key())
    assert not StopReason.objects.exists()
    policy("munkeby-mended")  # has no form that asks why, or erases as well
    html = visitor().get("/rights/stop/").content.decode()
    assert 'name="why"' not in html
    assert 'name="also_erase"' not in html


@pytest.mark.parametrize(
    "fields", [{"address": ""}, {"address": "bo"}, {"address": "bo@kund.example", "said": "x" * 5000}]
)
def test_what_cannot_be_sent_is_said_at_its_field(fields: dict[str, str]) -> None:
    answer = visitor().post("/rights/access/", fields)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in html
    assert 'aria-invalid="true"' in html
    assert not Request.objects.exists()


@pytest.mark.parametrize("right", ["access", "erasure", "stop", "objection"])
def test_the_answer_never_tells_whether_an_address_is_known(right: str) -> None:
    """By text, status, headers or statements (ASVS 6.3.8); the address is the only difference of the two."""
    Seed("Bo", BO).everything()
    seen = []
    for address in ("alva@okand.example", BO, CLEO):  # the first fills what is kept in memory
        client = visitor()
        with CaptureQueriesContext(connection) as captured:
            first = client.post(f"/rights/{right}/", {"address": address})
            shapes = [_shape(query["sql"].replace(address, "?")) for query in captured.captured_queries]
        page = client.get(first.headers["Location"])  # a new request begins the list of queries anew
        html = re.sub(r'value="\w{64}"', "", page.content.decode()).replace(address, "?")
        seen.append((first.status_code, first.headers["Location"], page.status_code, html, shapes))
    assert seen[1] == seen[2]
    assert len(seen[1][4]) > 10


def _shape(statement: str) -> str:
    said = re.sub(r"'(?:[^']|'')*'", "?", statement)
    return re.sub(r"\b\d+\b", "?", re.sub(r'"s\d+_x\d+"', "savepoint", said))


def test_nobody_is_flooded_with_mail_in_anothers_name() -> None:
    for _ in range(limits.ADDRESS.most):
        send("access")
    answer = visitor().post("/rights/access/", {"address": f" {BO.upper()}"})
    assert answer.status_code == 429
    assert "Come again in an hour" in answer.content.decode()
    assert Request.objects.count() == limits.ADDRESS.most
    assert send("access", address=CLEO).address == CLEO
    while limits.SOURCE.spend("127.0.0.1"):
        pass
    assert visitor().post("/rights/access/", {"address": "dan@kund.example"}).status_code == 429
    assert visitor().get("/rights/access/").status_code == 200


@pytest.mark.promise("S15", "S20")
def test_whoever_has_shown_the_address_neither_writes_nor_confirms_it() -> None:
    client = enter(BO)
    html = client.get("/rights/erasure/").content.decode()
    assert 'name="address"' not in html
    made = send("erasure", client, address=CLEO, wants_told="on")
    assert (made.address, made.identity, made.state, made.wants_told) == (BO, "account", "deciding", True)
    assert send("access", visitor(), address=CLEO).identity == ""


def test_no_address_stands_in_an_address_of_a_page() -> None:
    client, seen = visitor(), []
    for right in ALL:
        fields = {"address": BO, "wish_name": "Bo Ek"}
        seen.append(client.post(f"/rights/{right}/", fields).headers.get("Location", ""))
        limits.ADDRESS.forget()
    assert all(path.startswith("/rights/") for path in seen)
    assert not [path for path in seen if "kund" in path or "@" in path or "%40" in path]
