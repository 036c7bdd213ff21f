"""Mail of ours that comes back: the report names the message by a number that only its reader could know, so what names
one is believed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from gallra.mail import ids, signals
from gallra.mail.models import Outgoing
from gallra.mail.reading import Report


def take_back(reports: Iterable[Report], *, now: datetime) -> list[Outgoing]:
    """Mark what did not arrive, in the caller's transaction; tells `signals.returned` of each. A report that a message
    is late, or has arrived, changes nothing."""
    marked = []
    for report in reports:
        if report.action != "failed":
            continue
        for row in _named(report):
            row.state, row.fate = Outgoing.State.BOUNCED, Outgoing.Fate.FAILED
            row.status, row.failed_at = report.status or "5", now
            row.save(update_fields=["state", "fate", "status", "failed_at"])
            signals.returned.send(Outgoing, mail=row, hard=not report.status.startswith("4"), now=now)
            marked.append(row)
    return marked


def _named(report: Report) -> list[Outgoing]:
    names = [name for name in report.names if ids.is_ours(name)]
    wanted = Q(message_id__in=names)
    if report.envelope and ids.is_ours(f"{report.envelope}@-"):
        wanted |= Q(message_id__startswith=f"{report.envelope}@")
    return list(Outgoing.objects.select_for_update().filter(wanted, state=Outgoing.State.SENT).order_by("pk"))
