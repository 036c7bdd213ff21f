"""What tests of the public pages have in common: a policy that runs, visitors, and the mail that went to them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from gallra.mail.models import Outgoing
from gallra.portal import limits
from gallra.rights.models import Link, Request
from tests.running.world import POLICIES, adopted

BO, CLEO = "bo@kund.example", "cleo@annan.example"


def policy(name: str = "swinx-mended", **changes: str) -> None:
    """A policy of the repository runs, with words in it changed; nobody has asked for anything yet."""
    text = (POLICIES / f"{name}.toml").read_text("utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    adopted(text, at=timezone.now() - timedelta(days=300))
    for limit in limits.LIMITS.values():
        limit.forget()


def visitor(lang: str = "en") -> Client:
    return Client(headers={"Accept-Language": lang})


def mailed(address: str, pattern: str) -> str:
    """What the pattern finds in the newest mail to an address."""
    row = Outgoing.objects.filter(address=address).order_by("-pk").first()
    assert row is not None
    found = re.search(pattern, row.plain)
    assert found is not None, row.plain
    return found[1]


def link(address: str) -> str:
    """The path of the link in the newest mail to an address."""
    return mailed(address, r"https?://[^/\s]+(/rights/\w+/[\w-]{43})")


def code(address: str) -> str:
    return mailed(address, r"(?m)^ *(\d{8})$")


def enter(address: str = BO, lang: str = "en") -> Client:
    """A visitor who has shown the address to be theirs."""
    client = visitor(lang)
    assert client.post("/my/address/", {"address": address}).status_code == 302
    answer = client.post("/my/code/", {"code": code(address)})
    assert answer.headers["Location"] == "/my/"
    return client


def everything() -> dict[str, Any]:
    """Every row that a request hangs on, and every message, job, entry and session: what a visit could change."""
    found: dict[str, Any] = {
        "requests": list(Request.objects.order_by("pk").values()),
        "links": list(Link.objects.order_by("pk").values()),
        "mail": list(Outgoing.objects.order_by("pk").values()),
    }
    with connection.cursor() as cursor:
        for table in ("ledger_entry", "procrastinate_jobs", "django_session", "newsletter_subscription",
                      "newsletter_suppression", "rights_answer", "rights_stopreason"):  # fmt: skip
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found
