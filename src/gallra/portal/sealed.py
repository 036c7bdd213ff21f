"""What a visitor's session holds for the portal, encrypted: the table of sessions alone names nobody, nor does a backup
of it. It ends by itself at its time.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest


def put(request: HttpRequest, name: str, data: dict[str, Any], *, until: datetime, now: datetime) -> None:
    """Keep `data` until then. The session gets another key first, so that nobody can have planted it."""
    request.session.cycle_key()
    said = json.dumps({"until": until.timestamp(), "data": data})
    request.session[_key(name)] = _fernet().encrypt(said.encode()).decode()
    if not request.user.is_authenticated:  # a member of staff keeps the session of the office
        request.session.set_expiry(max(1, int((until - now).total_seconds())))


def get(request: HttpRequest, name: str, *, now: datetime) -> dict[str, Any] | None:
    """What was kept; None where there is nothing, or its time is up."""
    kept = request.session.get(_key(name))
    if not isinstance(kept, str):
        return None
    try:
        found = json.loads(_fernet().decrypt(kept.encode()))
    except (InvalidToken, ValueError):
        return None
    data: dict[str, Any] = found["data"]
    return data if now.timestamp() < found["until"] else None


def drop(request: HttpRequest, name: str) -> None:
    """End it; an empty session goes whole."""
    request.session.pop(_key(name), None)
    if not set(request.session.keys()) - {"_session_expiry"}:
        request.session.flush()


def _key(name: str) -> str:
    return f"portal.{name}"


def _fernet() -> Fernet:
    key = sha256(b"gallra portal session\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
