"""Every right from end to end, as somebody asks and somebody at the controller answers: in a browser, by mail through a
real server.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader
from pytest_django import Settings

from gallra.mail import delivering
from gallra.mail.models import Outgoing
from gallra.rights.models import Request
from gallra.running import persons
from tests.conftest import Database
from tests.mail.servers import Mail
from tests.rights.world import work
from tests.running.world import case, contact
from tests.web.conftest import Open, alva
from tests.web.portal import BO, policy
from tests.web.test_browser import faults


@pytest.fixture(autouse=True)
def _installation(
    fresh_database: Database,
    mail: Mail,
    settings: Settings,
    tmp_path: Path,
) -> None:
    """A policy that lets clear cases go by themselves, a mail server, and Bo with an old case."""
    settings.SMTP_SERVER, settings.DOCUMENTS_ROOT = mail.plain, tmp_path / "documents"
    policy("swinx-mended", **{"[rights]\n": '[rights]\nautomatic = ["access", "erasure"]\n'})
    case(closed=timezone.now() - timedelta(days=40), contact=contact(BO))


def newest(mail: Mail, who: str = "bo") -> str:
    """Let the worker send what waits; what Bo, or somebody else, reads then."""
    for row in Outgoing.objects.filter(fate=Outgoing.Fate.UNDERWAY).order_by("pk"):
        delivering.deliver(row.pk, now=timezone.now())
    found: EmailMessage = max(mail.office.read(who), key=lambda each: each["Message-ID"] == _last_id())
    body = found.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _last_id() -> str:
    row = Outgoing.objects.order_by("-pk").first()
    assert row is not None
    return f"<{row.message_id}>"


def follow(page: Page, site: str, said: str) -> None:
    """Open the link of a mail."""
    found = re.search(r"https?://[^/\s]+(/rights/\S+)", said)
    assert found is not None, said
    page.goto(site + found[1])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


@pytest.mark.promise("S15", "S21", "M23")
def test_somebody_gets_their_copy(open_page: Open, site: str, mail: Mail, tmp_path: Path) -> None:
    page = open_page("/sv/", lang="sv")
    page.locator('a.use[href^="/rights/access/"]').click()
    page.get_by_label("Din e-postadress").fill(BO)
    press(page, "Skicka begäran")
    assert "Vi har fått din begäran" in page.inner_text("h1")
    assert faults(page) == []
    follow(page, site, newest(mail))
    assert faults(page) == []
    press(page, "Ja, adressen är min")
    assert page.url.startswith(f"{site}/rights/confirmed/")
    assert work(now=timezone.now()) == ["look_up_request", "carry_out_request"]
    follow(page, site, newest(mail))
    press(page, "Skicka mig en kod")
    said = re.search(r"\d{8}", newest(mail))
    assert said is not None
    page.get_by_label("Kod").fill(said[0])
    assert faults(page) == []
    with page.expect_download() as download:
        press(page, "Hämta svaret")
    download.value.save_as(tmp_path / "answer.zip")
    with zipfile.ZipFile(tmp_path / "answer.zip") as answer:
        assert {"letter.pdf", "data.json"} <= set(answer.namelist())


@pytest.mark.promise("S19", "S20", "S21", "S22")
def test_somebody_leaves_and_is_erased(open_page: Open, site: str, mail: Mail) -> None:
    page = open_page("/rights/?lang=en", lang="en", width=360, dark=True)
    page.get_by_role("link", name="Stop mailings").click()
    page.get_by_label("Your e-mail address").fill(BO)
    page.get_by_label("Why do you want to leave?").fill("I have another supplier now")
    assert faults(page) == []
    press(page, "Stop the mailings")
    assert "no mailings are sent" in page.inner_text("main")
    assert persons.find(BO, now=timezone.now()).suppressed
    follow(page, site, newest(mail))
    assert not persons.find(BO, now=timezone.now()).nothing
    press(page, "Yes, erase my data")
    work(now=timezone.now())
    assert Request.objects.get().state == "answered"
    assert persons.find(BO, now=timezone.now()).nothing
    assert "answer" in newest(mail)


@pytest.mark.promise("M22")
def test_somebody_reads_their_data(open_page: Open, site: str, mail: Mail) -> None:
    page = open_page("/en/", lang="en", width=360)
    page.get_by_role("link", name="My data").click()
    page.get_by_label("Your e-mail address").fill(BO)
    press(page, "Send me a code")
    assert faults(page) == []
    said = re.search(r"\d{8}", newest(mail))
    assert said is not None
    page.get_by_label("Code").fill(said[0])
    press(page, "See my data")
    for path in ("/my/?lang=en", "/my/records/support.case/?lang=en", "/rights/erasure/?lang=en"):
        page.goto(site + path)
        assert faults(page) == [], path
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/my/")
    assert page.url.startswith(f"{site}/my/address/")


@pytest.mark.promise("S15", "M21", "M23")
@pytest.mark.parametrize(
    ("right", "fields", "heading"),
    [
        ("rectification", {"Phone": "08-123 45 67"}, "correct"),
        ("portability", {}, "data"),
        ("restriction", {}, "restrict"),
        ("objection", {}, "objection"),
    ],
)
def test_somebody_asks_and_staff_answer(
    right: str, fields: dict[str, str], heading: str, open_page: Open, site: str, mail: Mail, tmp_path: Path
) -> None:
    page = open_page(f"/rights/{right}/?lang=en", lang="en")
    page.get_by_label("Your e-mail address").fill(BO)
    for label, value in fields.items():
        page.get_by_label(label).fill(value)
    page.locator("form .button").click()
    follow(page, site, newest(mail))
    press(page, "Yes, the address is mine")
    work(now=timezone.now())
    staff = open_page("/office/requests/", user=alva(), lang="en")
    staff.locator("tbody th a").click()
    staff.get_by_role("link", name="See what will happen").click()
    assert faults(staff) == []
    staff.locator("form .button").click()
    work(now=timezone.now())
    assert Request.objects.get().state == "answered", right
    follow(page, site, newest(mail))
    press(page, "Send me a code")
    said = re.search(r"\d{8}", newest(mail))
    assert said is not None
    page.get_by_label("Code").fill(said[0])
    with page.expect_download() as download:
        press(page, "Fetch the answer")
    download.value.save_as(tmp_path / "answer.zip")
    with zipfile.ZipFile(tmp_path / "answer.zip") as answer:
        letter = PdfReader(io.BytesIO(answer.read("letter.pdf")))
    assert heading in letter.pages[0].extract_text().lower()
