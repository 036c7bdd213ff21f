"""A mailing that comes back is told to the newsletter: the third in a row ends the subscription."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from gallra.mail.models import Outgoing
from gallra.mail.signals import returned
from gallra.registers.errors import Refused
from gallra.registers.newsletter import actions as newsletter

ABOUT = "newsletter.subscription"


def listen() -> None:
    """From now on."""
    returned.connect(_returned, dispatch_uid="gallra.mail.newsletters")


def about(subscription: int) -> str:
    """What a mailing to a subscription is `about`, in `sending.post`."""
    return f"{ABOUT} {subscription}"


def _returned(*, mail: Outgoing, hard: bool, now: datetime, **rest: Any) -> None:
    kind, _, number = mail.about.partition(" ")
    if kind != ABOUT or not number.isdigit():
        return
    with suppress(Refused):  # the subscription has gone
        newsletter.record_bounce(int(number), hard=hard, actor="mail", now=now)
