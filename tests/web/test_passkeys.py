"""A passkey from end to end, in a browser with an authenticator of its own: made, signed in with, removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from gallra.site.models import User
from tests.web.conftest import alva
from tests.web.test_sign_in import code


class Device:
    """A browser with an authenticator in it, as Alva's laptop has one: it asks for nothing and always agrees."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self.hear)
        self.session = context.new_cdp_session(self.page)
        self.session.send("WebAuthn.enable")
        made = self.session.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }},
        )  # fmt: skip
        self.authenticator = made["authenticatorId"]

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.troubles.append(said.text)

    def credentials(self) -> list[dict[str, Any]]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return list(found["credentials"])

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def reaches(self, path: str) -> None:
        """Wait until that page is shown."""
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path


@pytest.fixture
def device(browser: Browser, site: str) -> Iterator[Device]:
    """Passkeys belong to a name, never to a number: the site is asked for as localhost."""
    cache.clear()
    context = browser.new_context(locale="sv-SE", reduced_motion="reduce")
    device = Device(context, site.replace("127.0.0.1", "localhost"))
    yield device
    context.close()
    assert device.troubles == []


@pytest.fixture
def user(site: str) -> User:
    return alva()


def sign_in_by_code(device: Device, user: User) -> None:
    device.open("/account/login/")
    device.page.get_by_label("E-postadress").fill(user.email)
    device.page.get_by_role("button", name="Skicka en kod").click()
    device.page.get_by_role("textbox").fill(code())
    device.page.get_by_role("button", name="Logga in").click()
    device.reaches("/office/")


def test_a_passkey_is_made_signed_in_with_renamed_and_removed(device: Device, user: User) -> None:
    page = device.page
    sign_in_by_code(device, user)

    device.open("/account/2fa/webauthn/add/")
    page.get_by_label("Namn").fill("Alvas dator")
    page.get_by_role("button", name="Lägg till").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    made = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)
    [credential] = device.credentials()
    assert (credential["rpId"], credential["isResidentCredential"]) == ("localhost", True)
    assert (credential["userName"], credential["userDisplayName"]) == (user.email, user.name)

    mails = len(mail.outbox)
    page.context.clear_cookies()
    device.open("/office/")
    page.get_by_role("button", name="Använd en lösennyckel").click()
    device.reaches("/office/")
    assert page.get_by_role("button", name="Logga ut").is_visible()
    assert len(mail.outbox) == mails, "no code was asked for"
    made.refresh_from_db()
    assert made.last_used_at is not None
    assert [found["signCount"] for found in device.credentials()] > [credential["signCount"]]

    device.open("/account/2fa/webauthn/")
    page.get_by_role("link", name="Byt namn").click()
    assert "reauthenticate" in device.path, "an open window alone changes no way in"
    device.open(reverse("mfa_reauthenticate_webauthn") + "?next=/account/2fa/webauthn/")
    page.locator("#mfa_webauthn_reauthenticate").click()
    device.reaches("/account/2fa/webauthn/")
    page.get_by_role("link", name="Byt namn").click()
    page.get_by_label("Namn").fill("Alvas telefon")
    page.get_by_role("button", name="Spara").click()
    device.reaches("/account/2fa/webauthn/")
    assert page.get_by_role("cell", name="Alvas telefon").is_visible()
    page.get_by_role("link", name="Ta bort").click()
    page.get_by_role("button", name="Ta bort").click()
    device.reaches("/account/2fa/webauthn/")
    assert not Authenticator.objects.filter(user=user).exists()

    page.context.clear_cookies()
    device.open("/account/login/")
    with page.expect_navigation():
        page.get_by_role("button", name="Använd en lösennyckel").click()
    page.context.clear_cookies()
    device.open("/office/")
    assert device.path == "/account/login/", "the device still has its key, and it opens nothing"
