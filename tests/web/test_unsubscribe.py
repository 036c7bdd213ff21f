"""One click ends a subscription (RFC 8058); opening the link does not. And whom to tell of a weakness (RFC 9116)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from gallra.mail import composing, newsletters
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Subscription
from gallra.running.persons import suppression_key
from tests.person.world import Seed
from tests.web.portal import BO, CLEO, everything, policy, visitor


@pytest.fixture(autouse=True)
def _policy(db: object) -> None:
    policy("munkeby-mended")


def subscriber(address: str = BO) -> Subscription:
    from gallra.systems import own

    seed = Seed(address.partition("@")[0], address)
    made = Subscription.objects.get(pk=seed.record(own.kinds()["newsletter.subscription"]))
    Subscription.objects.filter(pk=made.pk).update(confirmed_at=timezone.now(), ended_at=None)
    return made


def path(subscription: int) -> str:
    return newsletters.link_to_leave(subscription).removeprefix(settings.ADDRESS)


@pytest.mark.promise("S19")
def test_one_click_ends_it_without_cookies_sign_in_or_redirect() -> None:
    mine, other = subscriber(), subscriber(CLEO)
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):  # mail programs may do it twice
        answer = client.post(
            path(mine.pk), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
        assert not answer.cookies
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.ended_at is not None
    assert other.ended_at is None


def test_opening_the_link_changes_nothing() -> None:
    made = subscriber()
    before = everything()
    for act in ("get", "head"):
        answer = getattr(visitor(), act)(path(made.pk))
        assert answer.status_code == 200
        assert not answer.cookies
    assert "Nothing has happened" in visitor().get(path(made.pk)).content.decode()
    assert everything() == before


def test_a_link_that_is_not_whole_ends_nothing_and_says_so() -> None:
    made = subscriber()
    whole = path(made.pk)
    before = everything()
    for wrong in (
        whole[:-1],
        whole[:-2] + "AA",
        path(made.pk + 1)[:-3] + whole[-3:],
        "/unsubscribe/1",
        "/unsubscribe/å",
    ):
        answer = Client(headers={"Accept-Language": "en"}).post(wrong)
        assert answer.status_code == 200
        assert "not whole" in answer.content.decode()
    assert everything() == before
    assert whole != path(made.pk + 1)


def test_one_that_has_gone_is_ended_too() -> None:
    assert "You no longer get it" in visitor().post(path(987_654_321)).content.decode()


def test_every_newsletter_mail_has_the_way_out(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "news.subject").write_text("News")
    for kind in ("txt", "html"):
        words = f'{{% extends "mail/newsletter.{kind}" %}}{{% block news %}}Hello{{% endblock %}}'
        (tmp_path / "mail" / f"news.{kind}").write_text(words)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    made, now = subscriber(), timezone.now()
    sent = post(made.pk, now)
    assert sent is not None
    text = composing.message(sent, controller="Munkeby").decode()
    assert f"List-Unsubscribe: <{newsletters.link_to_leave(made.pk)}>" in text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in text
    assert newsletters.link_to_leave(made.pk) in sent.plain
    assert newsletters.link_to_leave(made.pk) in sent.html
    newsletter.unsubscribe(made.pk, actor="form", now=now)
    assert post(made.pk, now) is None
    stopped = subscriber(CLEO)
    newsletter.suppress(CLEO, key=suppression_key(), actor="form", now=now)
    assert post(stopped.pk, now) is None


def post(subscription: int, now: datetime) -> Any:
    return newsletters.post(subscription, text="news", context={}, now=now)


def test_whom_to_tell_of_a_weakness_stands_where_it_is_looked_for(settings: Settings) -> None:
    answer = Client().get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"].startswith("mailto:")
    assert timezone.now() < datetime.fromisoformat(lines["Expires"]) < timezone.now().replace(year=2028)
    assert lines["Canonical"] == f"{settings.ADDRESS}/.well-known/security.txt"
    settings.SECURITY_CONTACT = "https://munkeby.example/security"
    assert (
        "Contact: https://munkeby.example/security\n"
        in Client().get("/.well-known/security.txt").content.decode()
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM running_adoption")
    settings.SECURITY_CONTACT = ""
    assert Client().get("/.well-known/security.txt").status_code == 404
