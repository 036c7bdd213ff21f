"""Mailings to subscribers: each can be ended by one click (RFC 8058), and one that comes back is told to the
newsletter: the third in a row ends the subscription.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from gallra.mail import sending
from gallra.mail.models import Outgoing
from gallra.mail.signals import returned
from gallra.registers.directory.restricting import is_restricted
from gallra.registers.errors import Refused
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Subscription
from gallra.running.persons import suppression_key

ABOUT = "newsletter.subscription"
PATH = "/unsubscribe/"
"""Where the portal serves the links; the token follows."""
_NUMBER = struct.Struct(">Q")


def listen() -> None:
    """From now on."""
    returned.connect(_returned, dispatch_uid="gallra.mail.newsletters")


def about(subscription: int) -> str:
    """What a mailing to a subscription is `about`, in `sending.post`."""
    return f"{ABOUT} {subscription}"


def post(subscription: int, *, text: str, context: Mapping[str, Any], now: datetime) -> Outgoing | None:
    """Mail a newsletter to a subscriber, in the caller's transaction; None where the subscription is not confirmed, has
    ended, or the address must not be mailed (M4, S12) or is restricted (Article 18).

    The link to leave it is in its header, and in the template as `unsubscribe`; a text extends mail/newsletter.txt and
    mail/newsletter.html, which show it."""
    found = Subscription.objects.select_related("contact").filter(pk=subscription).first()
    if found is None or found.confirmed_at is None or found.ended_at is not None or found.contact is None:
        return None
    to = found.contact.email or ""
    if (
        not to
        or newsletter.is_suppressed(to, key=suppression_key())
        or is_restricted(to, kind="newsletter.subscription")
    ):
        return None
    link = link_to_leave(subscription)
    return sending.post(
        to=to, text=text, language=found.language, context={**context, "unsubscribe": link}, now=now,
        about=about(subscription), headers=headers(subscription),
    )  # fmt: skip


def headers(subscription: int) -> dict[str, str]:
    """What lets a mail program offer one click (RFC 8058; both under the signature of DKIM, where there is one)."""
    return {
        "List-Unsubscribe": f"<{link_to_leave(subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def link_to_leave(subscription: int) -> str:
    """The whole address by which a subscription is ended. It says nothing to whoever has not our key, and works for as
    long as people keep their mail."""
    sealed = _cipher().encrypt(_NUMBER.pack(subscription), [b"unsubscribe"])
    return f"{settings.ADDRESS}{PATH}{base64.urlsafe_b64encode(sealed).decode()}"


def subscription_of(token: str) -> int | None:
    """The subscription of a link; None for one that is not whole, or not ours."""
    try:
        sealed = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        number: int = _NUMBER.unpack(_cipher().decrypt(sealed, [b"unsubscribe"]))[0]
    except (UnicodeEncodeError, binascii.Error, InvalidTag, ValueError, struct.error):
        return None
    return number


def _cipher() -> AESSIV:
    return AESSIV(sha256(b"unsubscribe\n" + suppression_key()).digest())


def _returned(*, mail: Outgoing, hard: bool, now: datetime, **rest: Any) -> None:
    kind, _, number = mail.about.partition(" ")
    if kind != ABOUT or not number.isdigit():
        return
    with suppress(Refused):  # the subscription has gone
        newsletter.record_bounce(int(number), hard=hard, actor="mail", now=now)
