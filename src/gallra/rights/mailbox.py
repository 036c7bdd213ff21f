"""A mail to the privacy mailbox becomes a request for staff to sort (M24).

A reply to one of our own mails belongs to the request that one was about, and shows there; automatic replies and
returned mail are no requests. The mailbox is open to everybody, so that what comes proves nothing about who sent it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gallra.mail.models import Incoming
from gallra.mail.signals import received
from gallra.rights.book import LONGEST, address_of
from gallra.rights.errors import Refused
from gallra.rights.models import Request
from gallra.rights.words import Channel, Right
from gallra.running.installed import NoPolicy, running


def listen() -> None:
    """From now on what the mailbox takes in becomes requests, in the same transaction."""
    received.connect(take_in, dispatch_uid="gallra.rights.mailbox")


def take_in(*, message: Incoming, now: datetime, **rest: Any) -> Request | None:
    """The request made of a message; None where it is none, or belongs to one."""
    if message.kind != Incoming.Kind.MESSAGE or _belongs(message):
        return None
    try:
        language = running().policy.controller.language
    except NoPolicy:
        return None  # nothing is promised yet, and staff read the mailbox itself
    from gallra.rights import requests  # it needs the queue, which is set up after the apps

    made = requests.receive(
        right=Right.UNSORTED, channel=Channel.MAIL, address=_address(message), name=message.name[:200],
        said=f"{message.subject}\n\n{message.said}".strip()[:LONGEST], language=language,
        received_at=min(message.received_at, now), by="mailbox", now=now,
    )  # fmt: skip
    message.request = made.pk
    message.save(update_fields=["request"])
    return made


def _belongs(message: Incoming) -> bool:
    """Whether it answers a mail of ours about a request that is open; what comes after its end is a new one."""
    return message.request is not None and Request.objects.filter(pk=message.request, closed_at=None).exists()


def _address(message: Incoming) -> str:
    """The sender's address where it is one; a message without it is a request all the same."""
    try:
        return address_of(message.address)
    except Refused:
        return ""
