"""The demo's outbox: mail that stays in the database, because there is no mail server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gallra.mail.models import Outgoing

MOST = 50


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it was written: when, to whom, about what, its plain text, and its number."""

    at: datetime
    to: str
    subject: str
    text: str
    number: int


def messages() -> Sequence[Mail]:
    """The newest messages of the outbox, newest first; at most `MOST`."""
    rows = Outgoing.objects.filter(state=Outgoing.State.OUTBOX).order_by("-pk")[:MOST]
    return [Mail(row.added_at, row.address, row.subject, row.plain.strip(), row.pk) for row in rows]
