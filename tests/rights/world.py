"""What tests of requests have in common: a policy, a moment, the mail that went out, the jobs that were put off."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.rights import book, requests
from gallra.rights.models import Request
from tests.running.world import adopted

POLICY = (Path(__file__).parents[2] / "policies" / "munkeby-mended.toml").read_text("utf-8")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday; the month ends on Wednesday 23 December."""
DAY = timedelta(days=1)
BO, CLEO = "bo@kund.example", "cleo@annan.example"
ALVA = "user 7"


def policy(*automatic: str) -> None:
    """Munkeby's mended policy runs; clear cases of these rights go by themselves."""
    words = ", ".join(f'"{right}"' for right in automatic)
    text = POLICY.replace("[rights]\n", f"[rights]\nautomatic = [{words}]\n") if automatic else POLICY
    adopted(text, at=NOW - 300 * DAY)


def ask(right: str = "access", *, address: str = BO, channel: str = "web", **more: Any) -> Request:
    return requests.receive(right=right, channel=channel, address=address, now=more.pop("now", NOW), **more)


def token(request: Request) -> str:
    """The token of the newest link that was mailed."""
    mail = Outgoing.objects.filter(request=request.pk).order_by("-pk").first()
    assert mail is not None
    found = re.search(r"/rights/\w+/([\w-]{43})", mail.plain)
    assert found is not None
    return found[1]


def confirmed(right: str = "access", **more: Any) -> Request:
    """A request whose link has been used an hour later."""
    made = ask(right, **more)
    return requests.confirm(token(made), now=NOW + timedelta(hours=1))


def mails() -> list[tuple[str, str]]:
    """What went out: text and address, the first first."""
    return list(Outgoing.objects.order_by("pk").values_list("text", "address"))


def jobs() -> list[tuple[str, dict[str, Any]]]:
    """The queue, the first first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(str(name), json.loads(args)) for name, args in cursor.fetchall()]


def events(request: Request) -> list[str]:
    """What the ledger says happened to it."""
    return [str(e.body["event"]) for e in book.receipts(request.pk) if e.action == "request"]


def entries(request: Request) -> list[Entry]:
    return list(book.receipts(request.pk))
