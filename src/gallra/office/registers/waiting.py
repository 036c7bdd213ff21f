"""What waits for a person in these registers, for the board: three queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gallra.mail.models import Outgoing
from gallra.office.registers.breaches import clock
from gallra.office.registers.pages import Mark
from gallra.rights import breaches
from gallra.rights.models import Breach, Notice


@dataclass(frozen=True, slots=True)
class Waiting:
    """breaches: open ones; next: how the one stands whose clock runs out first, where one runs; to_tell: recipients;
    failed: messages that did not arrive."""

    breaches: int
    next: Mark | None
    to_tell: int
    failed: int

    @property
    def nothing(self) -> bool:
        return not (self.breaches or self.to_tell or self.failed)


def waiting(now: datetime) -> Waiting:
    """As it is now."""
    known = [breaches.standing(each, now) for each in Breach.objects.filter(closed_at=None)]
    running = [each for each in known if each.left is not None]
    first = min(running, key=lambda each: each.left or 0.0, default=None)
    return Waiting(
        len(known),
        clock(first) if first else None,
        Notice.objects.filter(state=Notice.State.TO_TELL).count(),
        Outgoing.objects.filter(fate=Outgoing.Fate.FAILED).count(),
    )
