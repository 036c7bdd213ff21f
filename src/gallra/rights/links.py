"""Single-use links: 256 random bits in the mail, their SHA-256 here (S21).

Looking at a link (a GET, a mail scanner) changes nothing; using it takes the row's lock, so that of two who use it at
once one is refused. A new link of the same purpose ends the older ones of the request.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from gallra.rights.errors import Refused
from gallra.rights.models import Link, Request

CONFIRM, ANSWER = Link.Purpose.CONFIRM, Link.Purpose.ANSWER
VALID = {CONFIRM: timedelta(hours=48), ANSWER: timedelta(days=30)}
"""How long a link can be used; the answer's file lives as long as its link."""
PATHS = {CONFIRM: "/rights/confirm/", ANSWER: "/rights/answer/"}
"""Where the portal serves them; the token follows."""
_LONGEST = 100


def issue(request: Request, purpose: Link.Purpose, *, now: datetime) -> str:
    """Make a link in the caller's transaction; its whole address, for the mail, shown once."""
    token = secrets.token_urlsafe(32)
    Link.objects.filter(request=request, purpose=purpose, used_at=None).delete()
    Link.objects.create(
        request=request,
        purpose=purpose,
        digest=_digest(token),
        made_at=now,
        expires_at=now + VALID[purpose],
    )
    return f"{settings.ADDRESS}{PATHS[purpose]}{token}"


def look(token: str, purpose: Link.Purpose, *, now: datetime) -> Request:
    """Whose request a link is of, if it can be used now; changes nothing. Refused("link_unknown", "link_used",
    "link_expired")."""
    return _checked(Link.objects.filter(digest=_digest(token), purpose=purpose).first(), now)


def use(token: str, purpose: Link.Purpose, *, now: datetime) -> Request:
    """Use the link in the caller's transaction: it works once. Its request, for the caller to lock. Refused as
    `look`."""
    link = Link.objects.select_for_update().filter(digest=_digest(token), purpose=purpose).first()
    request = _checked(link, now)
    Link.objects.filter(digest=_digest(token)).update(used_at=now)
    return request


def _checked(link: Link | None, now: datetime) -> Request:
    if link is None or link.request is None:
        raise Refused("link_unknown")
    if link.used_at is not None:
        raise Refused("link_used")
    if now >= link.expires_at:
        raise Refused("link_expired")
    return link.request


def _digest(token: str) -> bytes:
    """Of a token of any length and content; what is too long to be one is no token."""
    return hashlib.sha256(token[:_LONGEST].encode(errors="replace")).digest()
