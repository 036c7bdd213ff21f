"""A visitor who has shown that an address is theirs, by a code that was mailed to it: for half an hour, without an
account. Whether the address is known is asked, and told, only after that.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from gallra.mail import sending
from gallra.portal import limits, sealed
from gallra.rights.book import address_of as normal

SESSION, CODE = timedelta(minutes=30), timedelta(minutes=15)
"""How long a visitor is signed in, and how long a code can be used."""
DIGITS = 8
TRIES = limits.Limit("tries", most=5, within=CODE)
"""Of one code; counted apart from the session, so that many tries at once are many tries."""
_SIGNED_IN, _ASKED = "visitor", "code"


def address_of(request: HttpRequest, *, now: datetime) -> str:
    """The address that the visitor has shown to be theirs; empty where there is none, or the time is up."""
    found = sealed.get(request, _SIGNED_IN, now=now)
    return str(found["address"]) if found else ""


def ask(request: HttpRequest, given: str, *, now: datetime, text: str = "portal/code") -> None:
    """Mail a code to the address, whether or not anybody knows it; a code asked for before no longer works here. text:
    which mail it stands in. Refused("not_an_address")."""
    address = normal(given)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    asked = {"address": address, "code": code, "number": secrets.token_hex(16)}
    with transaction.atomic():
        sending.post(
            to=address, text=text, language="en" if (get_language() or "").startswith("en") else "sv",
            context={"code": code}, secrets=[code], now=now,
        )  # fmt: skip
    sealed.put(request, _ASKED, asked, until=now + CODE, now=now)


def asked_for(request: HttpRequest, *, now: datetime) -> str:
    """The address to which a code was mailed that can still be used; empty where there is none."""
    found = sealed.get(request, _ASKED, now=now)
    return str(found["address"]) if found else ""


def enter(request: HttpRequest, code: str, *, now: datetime) -> bool:
    """Sign in by the code, which works once; False for a wrong one. After five wrong ones it no longer works."""
    found = sealed.get(request, _ASKED, now=now)
    if found is None or not TRIES.spend(str(found["number"])):
        return False
    said = "".join(code.split())[: 2 * DIGITS].encode(errors="replace")
    if not hmac.compare_digest(said, str(found["code"]).encode()):
        return False
    sealed.put(request, _SIGNED_IN, {"address": found["address"]}, until=now + SESSION, now=now)
    sealed.drop(request, _ASKED)
    return True


def leave(request: HttpRequest) -> None:
    """Sign out."""
    sealed.drop(request, _ASKED)
    sealed.drop(request, _SIGNED_IN)
