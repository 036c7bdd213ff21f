"""What tests of requests have in common: a policy, a moment, the mail that went out, the jobs that were put off."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from pypdf import PdfReader

from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.rights import book, carrying, looking, requests
from gallra.rights.answer import storing
from gallra.rights.models import Answer, Request
from tests.running.world import adopted

POLICY = (Path(__file__).parents[2] / "policies" / "munkeby-mended.toml").read_text("utf-8")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday; the month ends on Wednesday 23 December."""
DAY = timedelta(days=1)
BO, CLEO = "bo@kund.example", "cleo@annan.example"
ALVA = "user 7"
WORK: dict[str, Any] = {"look_up_request": looking.look_up, "carry_out_request": carrying.carry_out}


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


def work(*, now: datetime = NOW + 2 * DAY) -> list[str]:
    """Do the jobs of requests that are in the queue, the first first, until none is left; their names."""
    done: list[str] = []
    while waiting := [(name, args) for name, args in jobs() if name in WORK]:
        name, args = waiting[0]
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs"
                " WHERE status = 'todo' AND task_name = ANY(%s))",
                [list(WORK)],
            )
        WORK[name](args["request"], now=now)
        done.append(name)
    return done


def package(request: Request) -> dict[str, bytes]:
    """The files of an answer."""
    row = Answer.objects.get(request=request)
    whole = b"".join(storing.read(row.file, bytes(row.secret)))
    assert hashlib.sha256(whole).hexdigest() == row.digest
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def letter(request: Request) -> str:
    """What the letter says."""
    reader = PdfReader(io.BytesIO(package(request)["letter.pdf"]))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())
