"""A customer's case from both sides, as they do it: in browsers, by mail through a real server, code and passkey."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from gallra.registers.given import Firm, Origin, Person
from gallra.registers.support import accounts
from gallra.registers.support.models import Account, Case
from gallra.site.models import Role, User
from tests.mail.servers import Mail
from tests.web.conftest import Open
from tests.web.portal import BO, policy
from tests.web.test_passkeys import Device
from tests.web.test_passkeys import device as device
from tests.web.test_rights_in_the_browser import newest, press


def _account(settings: Settings, mail: Mail, folder: Path) -> User:
    """A mail server, Bo with an account, and Eva, who works with support."""
    from django.utils import timezone

    settings.SMTP_SERVER, settings.DOCUMENTS_ROOT = mail.plain, folder / "documents"
    policy("munkeby-mended")
    accounts.create_account(
        Person(name="Bo Ek", email=BO, phone="08-505 000 17"), firm=Firm(name="Exempelbolaget AB"),
        origin=Origin(where="account"), actor="form", now=timezone.now(),
    )  # fmt: skip
    User.objects.create_user(email=BO)
    return User.objects.create_user(email="eva@gallra.example", name="Eva Ek", role=Role.SUPPORT)


def by_code(page: Page, mail: Mail) -> None:
    page.get_by_label("E-postadress").or_(page.get_by_label("Din e-postadress")).fill(BO)
    press(page, "Skicka mig en kod")
    said = re.search(r"\d{8}", newest(mail))
    assert said is not None
    page.get_by_label("Kod").fill(said[0])
    press(page, "Logga in")


@pytest.mark.promise("M6")
def test_a_case_with_nothing_to_fill_in_but_the_matter(
    device: Device, open_page: Open, site: str, mail: Mail, settings: Settings, tmp_path: Path
) -> None:
    eva, page = _account(settings, mail, tmp_path), device.page
    settings.ADDRESS = device.address
    device.open("/support/new/")
    by_code(page, mail)
    device.reaches("/support/")
    page.get_by_role("link", name="Anmäl något").click()
    for known in ("Bo Ek", BO, "08-505 000 17", "Exempelbolaget AB"):
        assert page.get_by_text(known, exact=True).is_visible()
    asked = page.locator("main form input:visible, main form textarea:visible, main form select:visible")
    labels = asked.evaluate_all("all => all.map(one => one.labels[0].textContent)")
    assert labels == [
        "Vad det gäller, med några få ord", "Vad som har hänt", "Vilket program, om det gäller ett",
        "Bifoga ett dokument", "Vad dokumentet är",
    ]  # fmt: skip
    page.get_by_label("Vad det gäller").fill("Startar inte")
    page.get_by_label("Vad som har hänt").fill("Fel 17")
    page.get_by_label("Bifoga").set_input_files(
        {"name": "fel.txt", "mimeType": "text/plain", "buffer": b"rad 17"}
    )
    page.get_by_label("Vad dokumentet är").fill("Loggen")
    press(page, "Skicka")
    made = Case.objects.select_related("contact", "company").get()
    assert made.contact is not None
    assert made.company is not None
    assert (made.contact.email, made.company.name) == (BO, "Exempelbolaget AB")
    assert f"nummer {made.number}" in page.inner_text("main")
    with page.expect_download() as download:
        page.get_by_role("link", name="fel.txt").click()
    assert download.value.path().read_bytes() == b"rad 17"

    office = open_page("/office/cases/", user=eva, lang="sv")
    office.get_by_role("link", name=f"Ärende {made.number}").click()
    office.get_by_label("Ditt svar").fill("Starta om datorn")
    press(office, "Skicka svaret")
    said = newest(mail)
    assert "Starta om" not in said
    follow = re.search(rf"{device.address}(/support/cases/\d+)", said)
    assert follow is not None
    device.open(follow[1])
    assert "Starta om datorn" in page.inner_text("main")
    page.get_by_label("Ditt meddelande").fill("Nu går det")
    press(page, "Skicka")
    office.goto(f"{site}/office/cases/{made.number}")
    assert "Nu går det" in office.inner_text("main")

    device.open("/account/2fa/webauthn/add/")
    page.get_by_label("Namn").fill("Bos dator")
    press(page, "Lägg till")
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    page.context.clear_cookies()
    device.open("/support/")
    before = Account.objects.get().signed_in_at
    press(page, "Använd en lösennyckel")
    device.reaches("/support/")
    assert page.get_by_role("link", name=f"Ärende {made.number}").is_visible()
    now = Account.objects.get().signed_in_at
    assert now is not None
    assert before is not None
    assert now > before
    device.open("/my/")
    assert device.path == "/my/address/", "a passkey is no proof that the mailbox is theirs today"
