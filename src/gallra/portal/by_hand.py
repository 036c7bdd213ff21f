"""Forms that staff must deal with by hand: which wait, and what the board says of them (S4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from gallra.portal.models import Arrival
from gallra.running import evidence

LOST = timedelta(minutes=10)
"""So long after it came in, with nothing done, a form's job is asked for again, and staff see the form."""
WITHIN = timedelta(hours=48)
"""How long a form may wait for a hand before it is late: as what is due (design: waiting, then broken)."""


def listen() -> None:
    """From now on the board asks here."""
    evidence.by_hand_by(counted)


def waiting(now: datetime) -> QuerySet[Arrival]:
    """Forms that no job will take in, the oldest first: a verb refused them, or their job was lost."""
    open_ones = Arrival.objects.filter(fate=Arrival.Fate.FORM, settled_at=None)
    underway = Q(state=Arrival.State.UNDERWAY, came_at__gt=now - LOST)
    return open_ones.exclude(underway).order_by("came_at", "pk")


def counted(now: datetime) -> evidence.ByHand:
    """How many wait, and how many of them too long; one query."""
    late = Count("pk", filter=Q(came_at__lte=now - WITHIN))
    found = waiting(now).order_by().aggregate(waiting=Count("pk"), late=late)
    return evidence.ByHand(found["waiting"], found["late"])
