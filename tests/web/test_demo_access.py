"""The link that opens the demo's office: a page with a button, once, for a while, from this machine."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from gallra.site import demo_access, demo_customer
from gallra.site.models import User
from tests.web.portal import policy

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object) -> str:
    """The link of a demo that was just started."""
    settings.DEMO = True  # type: ignore[attr-defined]
    settings.DOCUMENTS_ROOT = tmp_path / "documents"  # type: ignore[attr-defined]
    monkeypatch.setattr(demo_access, "_token_file", lambda who: tmp_path / who)
    return demo_access.make_link(now=timezone.now())


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_it_changes_nothing(link: str, method: str) -> None:
    client = Client()
    for _ in range(3):
        assert getattr(client, method)(link).status_code == 200
    assert not signed_in(client)
    assert not User.objects.exists()


def test_its_button_signs_in_once(link: str) -> None:
    client, second = Client(), Client()
    assert second.get(link).status_code == 200
    assert client.post(link).headers["Location"] == "/office/"
    assert signed_in(client)
    for answer in (second.post(link), second.get(link)):
        assert answer.status_code == 404
        assert "no-store" in answer.headers["Cache-Control"]
    assert not signed_in(second)


def test_the_customers_link_opens_the_portal_once_and_never_the_office(link: str) -> None:
    policy("munkeby-mended")
    own, client = demo_access.make_link(now=timezone.now(), who="customer"), Client()
    assert not demo_access.has_customer()
    assert client.post(own).status_code == 404
    own = demo_access.make_link(now=timezone.now(), who="customer")
    assert demo_customer.make_customer(timezone.now())
    assert demo_access.has_customer()
    assert "Bo Lind" in Client().get(own, headers={"Accept-Language": "sv"}).content.decode()
    assert client.post(own).headers["Location"] == "/support/"
    assert client.get("/support/").content.decode().count('<th scope="row"') == 2
    assert client.get("/office/").status_code == 403
    assert Client().post(own).status_code == 404
    assert Client().get(link).status_code == 200, "Alva's link is another"


def test_under_a_policy_without_accounts_there_is_no_customer(link: str) -> None:
    policy("swinx-mended")
    assert not demo_customer.make_customer(timezone.now())


def test_another_sites_form_does_not(link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(link)
    assert client.post(link).status_code == 403
    assert Client().get(link).status_code == 200


def test_it_runs_out(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    later: datetime = timezone.now() + demo_access.VALID + timedelta(seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    client = Client(headers={"Accept-Language": "sv"})
    assert "Länken fungerar inte längre" in client.get(link).content.decode()
    assert client.post(link).status_code == 404
    assert not signed_in(client)


@pytest.mark.parametrize("token", ["another", "%C3%A5", "x" * 500])
def test_another_token_does_nothing(link: str, token: str) -> None:
    client = Client()
    assert client.post(f"/demo/{token}").status_code == 404
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_it_and_the_outbox_are_there_for_this_machine_alone(link: str, elsewhere: dict[str, str]) -> None:
    assert Client().get("/office/outbox/").status_code == 200
    for path in (link, "/office/outbox/"):
        assert Client(**elsewhere).get(path).status_code == 404  # type: ignore[arg-type]
    assert Client(**elsewhere).post(link).status_code == 404  # type: ignore[arg-type]


def test_outside_the_demo_it_does_not_exist(link: str, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    assert Client().get(link).status_code == 404
    assert Client().post(link).status_code == 404
