"""An authenticator app beside the code by mail: taken into use, asked for, its recovery codes, and without it again."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from gallra.site.models import User
from tests.web.conftest import alva
from tests.web.test_sign_in import ask, code

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def no_limits_yet() -> None:
    cache.clear()


def shown(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def by_mail(client: Client, user: User) -> str:
    """Sign in with a code by mail; where that leads."""
    ask(client, user.email)
    return client.post("/account/login/code/confirm/", {"code": code()}).headers["Location"]


def with_app() -> tuple[User, str]:
    """Alva with an authenticator app in use, and its secret."""
    user, client = alva(), Client()
    by_mail(client, user)
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert client.post("/account/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists(), "a wrong code takes nothing into use"
    assert client.post("/account/2fa/totp/activate/", {"code": shown(secret)}).status_code == 302
    cache.clear()  # a code of the app works once: the next may be the same
    return user, str(secret)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_app_is_asked_for_beside_the_code_by_mail() -> None:
    user, secret = with_app()
    client = Client()
    assert by_mail(client, user).startswith("/account/2fa/authenticate/")
    assert not signed_in(client)
    assert client.get("/office/").headers["Location"].startswith("/account/login/")
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not signed_in(client)
    answer = client.post("/account/2fa/authenticate/", {"code": shown(secret)})
    assert (answer.headers["Location"], signed_in(client)) == ("/office/", True)


def test_a_code_of_the_app_works_once() -> None:
    user, secret = with_app()
    first, second = Client(), Client()
    for client in (first, second):
        by_mail(client, user)
    now = shown(secret)
    first.post("/account/2fa/authenticate/", {"code": now})
    second.post("/account/2fa/authenticate/", {"code": now})
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_a_recovery_code_works_once() -> None:
    user, _ = with_app()
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    first, second = Client(), Client()
    for client in (first, second):
        by_mail(client, user)
        client.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert (signed_in(first), signed_in(second)) == (True, False)
    left = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert left == codes[1:]


def test_without_the_app_again_the_code_by_mail_is_enough() -> None:
    user, secret = with_app()
    client = Client()
    by_mail(client, user)
    client.post("/account/2fa/authenticate/", {"code": shown(secret)})
    assert signed_in(client)
    again = client.post("/account/2fa/totp/deactivate/").headers["Location"]
    assert "reauthenticate" in again, "an open window alone does not take the second check away"
    cache.clear()
    client.post("/account/2fa/reauthenticate/", {"code": shown(secret)})
    assert client.post("/account/2fa/totp/deactivate/").headers["Location"] == "/account/2fa/"
    assert not Authenticator.objects.filter(user=user).exists(), "the recovery codes go with it"
    client = Client()
    assert by_mail(client, user) == "/office/"
    assert signed_in(client)
