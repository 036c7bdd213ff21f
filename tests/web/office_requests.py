"""What tests of requests in the office have in common: staff, the day, requests as far as they have come."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gallra.rights import looking, requests
from gallra.rights.models import Request
from gallra.site.models import Role, User
from tests.person.world import LONG_AGO
from tests.rights import world
from tests.rights.world import BO, CLEO, DAY, NOW, ask, confirmed
from tests.running.world import case, contact

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
