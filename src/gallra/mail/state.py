"""How mail goes, for staff: what waits, what failed, and whether the privacy mailbox is looked into. Numbers, names of
texts, codes and times; never an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from gallra.mail import looking
from gallra.mail.models import Look, Outgoing

MOST = 50


@dataclass(frozen=True, slots=True)
class State:
    """waiting: messages underway; since: when the oldest was written. failed: those that were given up or came back,
    newest first, at most `MOST`. look: the last look into the mailbox; None before the first, or without a mailbox."""

    waiting: int
    since: datetime | None
    failed: Sequence[Outgoing]
    failures: int
    look: Look | None
    server: bool
    mailbox: bool


def state() -> State:
    """How mail goes now; five statements at most, whatever there is."""
    underway = Outgoing.objects.filter(fate=Outgoing.Fate.UNDERWAY)
    failed = Outgoing.objects.filter(fate=Outgoing.Fate.FAILED)
    return State(
        waiting=underway.count(),
        since=underway.order_by("added_at").values_list("added_at", flat=True).first(),
        failed=list(failed.order_by("-failed_at", "-pk").defer("plain", "html", "subject")[:MOST]),
        failures=failed.count(),
        look=looking.last() if settings.MAILBOX else None,
        server=settings.SMTP_SERVER is not None,
        mailbox=settings.MAILBOX is not None,
    )
