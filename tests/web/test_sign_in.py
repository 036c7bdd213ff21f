"""Signing in: a code by mail, no passwords, and nothing that tells a stranger who has an account."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from gallra.site.models import User
from tests.web.conftest import alva

pytestmark = pytest.mark.usefixtures("db", "no_limits_yet")


@pytest.fixture
def no_limits_yet() -> None:
    """How often an address may ask for a code is counted in the cache, which outlives a test."""
    cache.clear()


def ask(client: Client, address: str, lang: str = "sv") -> str:
    """Ask for a code; the page that follows, with the address left out."""
    answer = client.post(
        "/account/login/code/", {"email": address}, follow=True, headers={"Accept-Language": lang}
    )
    assert answer.status_code == 200
    html = answer.content.decode().replace(address, "ADDRESS")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def code() -> str:
    """The code in the last mail."""
    found = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def test_a_code_by_mail_signs_in() -> None:
    user, client = alva(), Client()
    ask(client, user.email)
    answer = client.post("/account/login/code/confirm/", {"code": code()})
    assert answer.headers["Location"] == "/office/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_code_does_not() -> None:
    client = Client()
    ask(client, alva().email)
    answer = client.post(
        "/account/login/code/confirm/", {"code": "WRONG1"}, headers={"Accept-Language": "sv"}
    )
    assert "_auth_user_id" not in client.session
    assert "Inget har skickats eller ändrats" in answer.content.decode()


def test_a_known_and_an_unknown_address_are_answered_alike() -> None:
    alva()
    known = ask(Client(), "alva@gallra.example")
    unknown = ask(Client(), "cleo@stranger.example")
    assert known == unknown
    assert [message.to for message in mail.outbox] == [["alva@gallra.example"]]


@pytest.mark.parametrize(
    ("lang", "subject"), [("sv", "Din kod för att logga in"), ("en", "Your code for signing in")]
)
def test_the_mail_is_in_the_language_of_the_page(lang: str, subject: str) -> None:
    ask(Client(), alva().email, lang)
    assert mail.outbox[-1].subject == subject


def test_only_our_own_pages_are_gone_to_after_signing_in() -> None:
    user, client = alva(), Client()
    client.post("/account/login/code/", {"email": user.email, "next": "https://elsewhere.example/"})
    answer = client.post(
        "/account/login/code/confirm/", {"code": code(), "next": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/office/"


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "password/change/", "password/set/", "email/", "confirm-email/"]
)
def test_what_needs_passwords_or_open_doors_does_not_exist(path: str) -> None:
    client = Client()
    client.force_login(alva())
    assert client.get(f"/account/{path}").status_code == 404
    assert Client().post(f"/account/{path}", {"email": "cleo@stranger.example"}).status_code == 404
    assert not User.objects.filter(email="cleo@stranger.example").exists()


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_an_authenticator_app_and_a_passkey_can_be_added(lang: str) -> None:
    client = Client(headers={"Accept-Language": lang})
    user = alva()
    ask(client, user.email, lang)
    client.post("/account/login/code/confirm/", {"code": code()})
    for path in ("2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/"):
        answer = client.get(f"/account/{path}")
        assert answer.status_code == 200, path
        assert "look" in answer.content.decode()
