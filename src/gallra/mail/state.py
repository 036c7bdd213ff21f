"""How mail goes, for staff: what waits, what failed, and whether the privacy mailbox is looked into. Numbers, names of
texts, codes and times; never an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from gallra.mail import looking
from gallra.mail.models import Look, Outgoing

MOST = 50
NEWLY = timedelta(days=7)
"""How long what came back counts as new."""
Show = Literal["failed", "waiting", "bounced"]
_SHOWN: dict[Show, Q] = {
    "failed": Q(fate=Outgoing.Fate.FAILED), "waiting": Q(fate=Outgoing.Fate.UNDERWAY),
    "bounced": Q(state=Outgoing.State.BOUNCED),
}  # fmt: skip


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


def counts(now: datetime) -> dict[str, int]:
    """How many messages `listed` has of each, and newly: those that came back within `NEWLY`; one statement."""
    newly = Q(state=Outgoing.State.BOUNCED, failed_at__gte=now - NEWLY)
    wanted: dict[str, Q] = {**{str(show): which for show, which in _SHOWN.items()}, "newly": newly}
    live = Outgoing.objects.exclude(fate=Outgoing.Fate.SENT)
    return live.aggregate(**{name: Count("pk", filter=which) for name, which in wanted.items()})


def listed(show: Show) -> QuerySet[Outgoing]:
    """Messages that were given up or came back ("failed"), of these those that came back ("bounced"), or that are
    underway ("waiting"); the newest first, without what they say and to whom."""
    return Outgoing.objects.filter(_SHOWN[show]).order_by("-pk").only(
        "pk", "text", "language", "state", "fate", "status", "attempts", "added_at", "next_at", "tried_at", "failed_at",
        "request", "about",
    )  # fmt: skip
