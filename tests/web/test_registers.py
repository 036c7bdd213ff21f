"""The registers beside requests on the staff's side: restrictions, disclosures, recipients to tell, breaches, mail, and
what came with a mail; who may, what each act does and what it refuses."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from gallra.ledger.models import Entry
from gallra.mail.models import Attachment, Incoming, Outgoing
from gallra.mail.servers import Server
from gallra.registers import documents
from gallra.registers.directory import restricting
from gallra.rights import breach_telling, breaches, disclosures, opened, restriction
from gallra.rights.models import Breach, Disclosure, Notice, Request, Restriction
from gallra.running import adopting
from gallra.site.models import Role
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, ask
from tests.running.world import case, contact
from tests.systems.world import DOCS
from tests.web.office_requests import client, looked_up, shown
from tests.web.office_requests import files as files
from tests.web.office_requests import policed as policed
from tests.web.office_requests import privacy as privacy

OFFICE = "/office/"
LISTS = ("restrictions/", "disclosures/", "notices/", "breaches/", "mail/")
HOUR = timedelta(hours=1)


def numbered(count: int) -> None:
    """So many of everything."""
    request = ask("erasure", channel="phone", by=ALVA)
    at = {"added_at": NOW, "by": ALVA, "salt": b"0" * 32}
    Disclosure.objects.bulk_create(
        Disclosure(
            to="authority", recipient=f"Myndighet {n}", ground="law", why="x", extent="y", on=NOW.date(), **at
        )
        for n in range(count)
    )
    Notice.objects.bulk_create(
        Notice(request=request, recipient=f"r{n}", name=f"R {n}") for n in range(count)
    )
    Breach.objects.bulk_create(
        Breach(what="x", known_at=NOW, entered_at=NOW, entered_by=ALVA, salt=b"0" * 32) for _n in range(count)
    )
    Restriction.objects.bulk_create(
        Restriction(
            address=f"p{count}-{n}@kund.example", hold=10_000 * count + n, since=NOW, by=ALVA, salt=b"0" * 32
        )
        for n in range(count)
    )
    Outgoing.objects.bulk_create(
        Outgoing(address=f"p{n}@kund.example", text="rights/link", language="sv", message_id=f"{count}-{n}@x",
                 state="failed", fate="failed", added_at=NOW, next_at=NOW, failed_at=NOW)
        for n in range(count)
    )  # fmt: skip


def test_each_list_has_pages_and_asks_as_often_for_many_as_for_few(
    privacy: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallra.office.registers.pages.PAGE", 8)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = privacy.get(OFFICE + path)
        assert answer.status_code == 200, path
        assert len(answer.content) < 100_000, path
        assert "@kund" not in answer.content.decode(), "a list names nobody"
        return len(captured)

    assert all('class="empty"' in privacy.get(OFFICE + path).content.decode() for path in LISTS)
    numbered(3)
    few = [queries(path) for path in LISTS]
    numbered(14)
    assert [queries(path) for path in LISTS] == few
    assert max(few) <= 10
    for path in LISTS:
        seen: list[str] = []
        following: str | None = ""
        while following is not None:
            html = privacy.get(f"{OFFICE}{path}{following}").content.decode()
            seen += re.findall(r'<th scope="row" class="num">(?:<a[^>]+>)?(\d+)', html)
            found = re.search(r'<a href="(\?[^"]+)" rel="next"', html)
            following = found[1].replace("&amp;", "&") if found else None
        assert len(seen) == len(set(seen)) == 17, path
        assert [int(number) for number in seen] == sorted(map(int, seen), reverse=True)
        for odd in ("before=x", "before=99999999999999999999", "show=x&to=y", "before=1"):
            assert privacy.get(f"{OFFICE}{path}?{odd}").status_code == 200


def test_they_are_for_those_who_answer_for_privacy_and_mail_for_the_operator_too(policed: None) -> None:
    made = breaches.enter(what="x", known_at=NOW, by=ALVA, now=NOW)
    pages = [OFFICE + path for path in (*LISTS, "breaches/enter", f"breaches/{made.pk}", f"breaches/{made.pk}/people",
             f"breaches/{made.pk}/report.json", f"breaches/{made.pk}/report-sv.pdf")]  # fmt: skip
    for role in ("", Role.SUPPORT, Role.SALES, Role.FINANCE, Role.MARKETING, Role.OPERATOR):
        reader = client(role)
        allowed = {f"{OFFICE}mail/"} if role == Role.OPERATOR else set()
        assert {path for path in pages if reader.get(path).status_code == 200} == allowed
        assert reader.post(f"{OFFICE}breaches/{made.pk}/close").status_code == 403
        assert reader.post(f"{OFFICE}disclosures/enter", {}).status_code == 403
    menu = client(Role.PRIVACY).get(OFFICE + "requests/").content.decode()
    assert all(f'href="{OFFICE}{path}"' in menu for path in LISTS), "the menu reaches them"
    assert "/account/login/" in Client().get(pages[0]).headers["Location"]
    for path in ("restrictions/999", "disclosures/999", "notices/999", "breaches/999", "breaches/999/people"):
        assert client_of_privacy().get(OFFICE + path).status_code == 404


def client_of_privacy() -> Client:
    from gallra.site.models import User

    made = Client(headers={"Accept-Language": "en"})
    made.force_login(User.objects.get(role=Role.PRIVACY))
    return made


@pytest.mark.article("18")
def test_a_restriction_is_set_and_lifted_once_the_person_knows(privacy: Client) -> None:
    case(contact=contact(BO))
    path = f"{OFFICE}restrictions/"
    assert privacy.post(path + "enter", {"address": "bo", "ground": "x", "language": "sv"}).status_code == 409
    made = privacy.post(path + "enter", {"address": BO, "ground": "Bestrider", "language": "en"})
    found = Restriction.objects.get()
    assert made.headers["Location"] == f"{path}{found.pk}"
    assert restricting.is_restricted(BO)
    page = privacy.get(f"{path}{found.pk}")
    for words in (BO, "Bestrider", "In force", "Newsletters do not go", "Cases"):
        assert words in shown(page), words
    assert [each.role for each in opened.of(BO)] == [Role.PRIVACY], "that somebody looked is noted"
    assert privacy.post(f"{path}{found.pk}/end", {}).status_code == 400
    soon = privacy.post(f"{path}{found.pk}/end", {"reason": "Rättat", "on": "2026-11-24"})
    assert soon.status_code == 409
    assert "later day than today" in shown(soon)
    assert "Rättat" in soon.content.decode(), "what was typed stays"
    assert privacy.post(f"{path}{found.pk}/told", {"how": "x"}).status_code == 409
    assert privacy.post(f"{path}{found.pk}/end", {"reason": "Rättat"}).status_code == 302
    mail = Outgoing.objects.get(text="rights/lifting")
    assert (mail.language, mail.address) == ("en", BO)
    Outgoing.objects.update(state="bounced", fate="failed")
    assert "did not arrive" in shown(privacy.get(path))
    assert privacy.post(f"{path}{found.pk}/told", {"how": "Ringde"}).status_code == 302
    assert "the person knows" in shown(privacy.get(f"{path}{found.pk}"))
    assert restriction.lift_due(NOW + 5 * DAY) == 0
    assert privacy.post(f"{path}{found.pk}/go-on").status_code == 302
    assert privacy.post(f"{path}{found.pk}/end", {"reason": "Rättat", "told_how": "Brev"}).status_code == 302
    assert restriction.lift_due(NOW + 9 * DAY) == 1
    assert "Lifted" in shown(privacy.get(f"{path}{found.pk}"))
    assert "Nobody's data is restricted" in shown(privacy.get(path)).replace("&#x27;", "'")
    assert "Lifted" in shown(privacy.get(path + "?show=all"))
    assert privacy.post(f"{path}{found.pk}/end", {"reason": "x"}).status_code == 409


@pytest.mark.promise("M14", "M15", "S13")
def test_a_disclosure_to_an_authority_needs_ground_extent_and_approver(privacy: Client) -> None:
    path = f"{OFFICE}disclosures/"
    form = {"to": "authority", "authority": "Polisen", "ground": "law", "why": "Beslut 1", "extent": "ett ärende",
            "approved_by": "vd", "address": BO, "kinds": ["support.case"], "on": ""}  # fmt: skip
    for lacking, words in (("why", "Say why"), ("extent", "how much"), ("approved_by", "who approved"),
                           ("authority", "declares no such recipient")):  # fmt: skip
        no = privacy.post(path + "enter", {**form, lacking: ""})
        assert (no.status_code, words in shown(no)) == (409, True), lacking
        assert "Polisen" in no.content.decode() or lacking == "authority"
    assert privacy.post(path + "enter", {**form, "ground": "purpose"}).status_code == 409
    assert privacy.post(path + "enter", {**form, "kinds": ["crm.gossip"]}).status_code == 400
    assert not Disclosure.objects.exists()
    done = privacy.post(path + "enter", form)
    made = Disclosure.objects.get()
    assert done.headers["Location"] == f"{path}{made.pk}"
    page = privacy.get(f"{path}{made.pk}")
    number = Entry.objects.get(action="disclosure").number
    for words in ("Polisen", "Beslut 1", "ett ärende", BO, "Cases", f"entry {number}"):
        assert words in shown(page), words
    assert privacy.post(
        path + "enter", {"to": "recipient", "recipient": "mailchimp", "ground": "processor"}
    ).status_code == 302  # fmt: skip
    disclosures.exported(address=BO, kinds=(), by=ALVA, now=NOW, digest="0" * 64)
    html = privacy.get(path).content.decode()
    numbers = re.findall(r"<b>(\d+)</b><span class=\"muted\">([^<]+)<", html)
    assert numbers == [
        ("1", "To authorities"),
        ("1", "To recipients"),
        ("1", "Taken out by staff"),
        ("0", "Recipients to tell"),
    ]
    assert "MailChimp" in html
    assert len(re.findall(rf'href="{path}\d+"', privacy.get(path + "?to=staff").content.decode())) == 1


@pytest.mark.article("19")
def test_a_recipient_is_ticked_off_once_told(privacy: Client) -> None:
    request = ask("rectification", channel="phone", by=ALVA, wishes={"phone": "08-1"})
    with transaction.atomic():
        disclosures.record(to="authority", recipient="Polisen", ground="law", why="x", extent="y", approved_by="vd",
                           address=BO, by=ALVA, now=NOW)  # fmt: skip
        disclosures.to_tell(request, ["support.case", "newsletter.subscription"], now=NOW)
    path = f"{OFFICE}notices/"
    first, other = Notice.objects.order_by("pk")[:2]
    page = privacy.get(f"{path}{first.pk}")
    for words in (first.name, BO, "08-1", "corrected"):
        assert words in shown(page), words
    assert privacy.post(f"{path}{first.pk}/told", {"how": ""}).status_code == 400
    assert privacy.post(f"{path}{first.pk}/told", {"how": "Ringde"}).status_code == 302
    again = privacy.post(f"{path}{first.pk}/told", {"how": "igen"})
    assert (again.status_code, "told already" in shown(again)) == (409, True)
    privacy.post(f"{path}{other.pk}/told", {"how": "Finns inte", "impossible": "on"})
    assert "Nobody is to be told" in shown(privacy.get(path))
    every = shown(privacy.get(path + "?show=all"))
    assert "Told" in every
    assert "Cannot be told" in every
    told = [entry.body["event"] for entry in Entry.objects.filter(action="notice").order_by("number")]
    assert told[-2:] == ["told", "impossible"]


@pytest.mark.article("33", "34")
def test_a_breach_from_the_clock_to_its_end(privacy: Client) -> None:
    case(contact=contact(BO))
    case(contact=contact(CLEO))
    path = f"{OFFICE}breaches/"
    assert privacy.post(path + "enter", {"what": ""}).status_code == 400
    assert privacy.post(path + "enter", {"what": "x", "known_at": "2027-01-01T10:00"}).status_code == 409
    privacy.post(
        path + "enter",
        {"what": "En dator är borta", "known_at": "2026-11-23T09:00", "kinds": ["support.case"]},
    )
    made = Breach.objects.get()
    assert "hours left" in shown(privacy.get(path))
    page = f"{path}{made.pk}"

    def first() -> str:
        """What stands at the top of the page, its only primary button."""
        html = privacy.get(page).content.decode()
        assert html.count('class="button"') == (made.closed_at is None)
        found = re.search(r'<section class="panel" id="([a-z-]+)"', html)
        return found[1] if found else ""

    def do(act: str, **form: Any) -> None:
        answer = privacy.post(f"{page}/{act}", form)
        assert answer.status_code == 302, shown(answer)
        made.refresh_from_db()

    assert first() == "judge"
    no = privacy.post(f"{page}/close")
    assert (no.status_code, "Judge the risk first" in shown(no)) == (409, True)
    do("judge", risk="high", consequences="Obehöriga kan läsa", measures="Spärrad", kinds=["support.case"])
    assert first() == "reported"
    do("look")
    assert "2 people" in shown(privacy.get(page))
    do("note", text="Polisanmäld")
    do("reported", at="2026-11-24T09:30", reference="IMY-1")
    assert first() == "tell"
    words = {
        "message": "Vi har tappat en dator.",
        "other": "We lost a computer.",
        "consequences": "",
        "measures": "",
    }
    assert privacy.post(f"{page}/tell", {**words, "people": 1}).status_code == 409, "others than were shown"
    assert privacy.post(f"{page}/tell", {**words, "people": 2, "message": " "}).status_code == 400
    do("tell", **words, people=2)
    assert breach_telling.send(made.pk, now=NOW + 2 * DAY) == 2
    mail = Outgoing.objects.filter(text="rights/breach").first()
    assert mail is not None
    assert "We lost a computer." in mail.plain
    assert "Obehöriga kan läsa" in mail.plain
    people = shown(privacy.get(f"{page}/people"))
    assert BO in people
    assert "Mailed" in people
    assert [each.role for each in opened.of(CLEO)] == [Role.PRIVACY]
    said = json.loads(privacy.get(f"{page}/report.json").content)
    assert (said["reference"], said["people"], said["people_told"]) == ("IMY-1", 2, 2)
    for lang, title in (("sv", "Anmälan av en personuppgiftsincident"), ("en", "Report of a breach")):
        letter = privacy.get(f"{page}/report-{lang}.pdf")
        assert title in PdfReader(BytesIO(letter.content)).pages[0].extract_text()
        assert BO.encode() not in letter.content
    assert privacy.get(f"{page}/report-de.pdf").status_code == 404
    assert privacy.get(f"{page}/message-de.pdf").status_code == 404
    posted = PdfReader(BytesIO(privacy.get(f"{page}/message-en.pdf").content))
    assert "We lost a computer." in posted.pages[0].extract_text()
    assert "letter to post" in shown(privacy.get(page))
    assert first() == "close"
    do("close")
    assert first() == ""
    assert privacy.post(f"{page}/note", {"text": "mer"}).status_code == 409
    assert "Reported" in shown(privacy.get(path + "?show=closed"))


@pytest.mark.article("33")
def test_staff_read_how_to_find_the_people_of_a_database_that_does_not_answer(privacy: Client) -> None:
    adopting.adopt(DOCS / "desk.toml", reason="test", now=NOW)
    made = breaches.enter(what="En kopia kom bort", known_at=NOW, by=ALVA, now=NOW, kinds=["desk.case"])
    at = f"{OFFICE}breaches/{made.pk}"
    assert privacy.post(f"{at}/look").status_code == 302
    html = privacy.get(at).content.decode()
    assert "The support desk did not answer" in html
    assert "SELECT DISTINCT lower(" in html
    assert "DESK_DATABASE_URL is not set" in html or "DESK_DATABASE_URL är inte angiven" in html, (
        "why, among the steps"
    )
    said = {"system": "desk", "addresses": "bo@example.com\nno one\n"}
    wrong = privacy.post(f"{at}/list", said)
    assert (wrong.status_code, "on line 2" in wrong.content.decode()) == (400, True)
    assert not made.affected.exists()
    assert (
        privacy.post(f"{at}/list", said | {"addresses": "Bo@Example.com\n\n<cleo@example.com>,"}).status_code
        == 302
    )
    assert {row.address for row in made.affected.all()} == {"bo@example.com", "cleo@example.com"}
    assert "did not answer" not in privacy.get(at).content.decode()


def test_mail_that_failed_is_sent_again_and_what_waits_is_given_up(
    privacy: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SMTP_SERVER", Server("127.0.0.1", 9))
    ask("access")
    [row] = Outgoing.objects.all()
    path = f"{OFFICE}mail/"
    waiting = privacy.get(path + "?show=waiting")
    assert "The link that confirms the request" in shown(waiting)
    assert "Give up" in shown(waiting)
    assert privacy.post(f"{path}{row.pk}/now").headers["Location"] == path + "?show=waiting"
    privacy.post(f"{path}{row.pk}/give-up")
    row.refresh_from_db()
    assert (row.state, row.status) == ("failed", "given up")
    assert "given up by staff" in shown(privacy.get(path))
    assert "waits no longer" in shown(privacy.post(f"{path}{row.pk}/give-up", follow=True))
    privacy.post(f"{path}{row.pk}/again")
    row.refresh_from_db()
    assert row.state == "waiting"
    Outgoing.objects.update(state="bounced", fate="failed", failed_at=NOW)
    said = shown(privacy.get(path))
    assert "1 message came back within the last week" in said
    assert BO not in said
    assert privacy.get(f"{path}{row.pk}/again").status_code == 405
    assert privacy.post(f"{path}{row.pk}/burn").status_code == 404


@pytest.mark.promise("M24", "M10")
def test_what_came_with_a_mail_is_fetched_from_the_request(privacy: Client, files: Path) -> None:
    made = ask("unsorted", channel="mail", said="Hej", by="mailbox")
    come = Incoming.objects.create(
        digest=b"1" * 32, kind="message", address=BO, subject="Bevis", said="Se bilagan", request=made.pk, size=9,
        received_at=NOW, stored_at=NOW, left_out=1,
    )  # fmt: skip
    stored = documents.store([b"<script>hej</script>"])
    file = Attachment.objects.create(
        message=come,
        name="bevis.html",
        media_type="text/html",
        size=stored.size,
        file=stored.file,
        secret=stored.secret,
    )
    page = privacy.get(f"{OFFICE}requests/{made.pk}").content.decode()
    address = f"{OFFICE}requests/{made.pk}/attachments/{file.pk}"
    assert f'href="{address}"' in page
    assert "in the mailbox only" in page
    answer = privacy.get(address)
    assert b"".join(answer) == b"<script>hej</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream", "never what the sender called it"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    assert [each.role for each in opened.of(BO)] == [Role.PRIVACY]
    other = ask("access")
    assert privacy.get(f"{OFFICE}requests/{other.pk}/attachments/{file.pk}").status_code == 404
    for role in (Role.SUPPORT, Role.FINANCE, Role.OPERATOR):
        assert client(role).get(address).status_code == 403
    (documents.root() / stored.file).unlink()
    assert privacy.get(address).status_code == 410


@pytest.mark.promise("M21")
def test_two_contacts_are_merged_or_refused_on_the_page_of_the_request(privacy: Client) -> None:
    new = "bo.ny@kund.example"
    contact(BO)
    contact(new)
    made = looked_up("rectification", wishes={"email": new})
    page = f"{OFFICE}requests/{made.pk}"
    said = shown(privacy.get(page))
    assert "belongs to this contact" in said
    twin = made.twins.get()
    privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "other", "reason": "En kollega"})
    assert "somebody else" in shown(privacy.get(page + "/preview"))
    assert "Refuse" in said
    privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "same", "reason": "Samma telefon"})
    assert "becomes one with the other contact" in shown(privacy.get(page + "/preview"))
    Request.objects.filter(pk=made.pk).update(result={**made.result, "put back": "double"})
    assert "could not be carried out" in shown(privacy.get(page))
