"""What every verb about a request has in common: the row locked, its day, its entry in the ledger, its mail.

An entry holds numbers, the right, the channel and commitments under the request's salt; nothing personal. Whoever has
the request can show that an entry is about it; once the request is gone, nobody can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from gallra.ledger.append import append
from gallra.ledger.commitments import commit
from gallra.ledger.models import Entry
from gallra.registers.errors import Refused as RegisterRefused
from gallra.registers.people import normal_email
from gallra.rights import again, clock, words
from gallra.rights.errors import Refused
from gallra.rights.models import Request
from gallra.running.installed import running

LONGEST = 20_000
"""Characters of a text that somebody writes."""


def locked(number: int, *, closed: bool = False) -> Request:
    """The request, locked until the transaction ends. closed: it may be. Refused("unknown", "closed")."""
    found = Request.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise Refused("unknown")
    if not closed and not found.open:
        raise Refused("closed")
    return found


def today(now: datetime) -> date:
    """The day in the controller's time zone. Raises NoPolicy."""
    return clock.day_of(now, running().rules.timezone)


def due_of(request: Request) -> clock.Due:
    """The request's last day, and how it came about. Raises NoPolicy."""
    received = clock.day_of(request.received_at, running().rules.timezone)
    return clock.due(received, extended=request.extended, paused=request.paused_days)


def entered(
    request: Request, event: str, *, now: datetime, by: str = "", reason: str = "", **more: object
) -> int:
    """Write what happened to the request into the ledger, as one of the last statements of the transaction; the
    entry's number."""
    salt = bytes(request.salt)
    body: dict[str, object] = {
        "request": request.pk, "event": event, "right": request.right, "channel": request.channel,
        "due": request.due_on.isoformat(), **more,
    }  # fmt: skip
    if request.address:
        body["person"] = commit(request.address, salt=salt)
    if by:
        body["by"] = commit(by, salt=salt)
    if reason:
        body["reason"] = commit(reason, salt=salt)
    number = append(action="request", body=body, now=now, policy=running().rules.version)
    again.noted(number, request, event=event)
    return number


def receipts(request: int) -> QuerySet[Entry]:
    """The ledger's entries about a request, of whatever action, the first first: one probe of an index."""
    return (
        Entry.objects.annotate(about=KeyTextTransform("request", "body"))
        .filter(about=str(request), body__has_key="request")
        .order_by("number")
    )


def post(
    request: Request,
    text: str,
    *,
    now: datetime,
    context: Mapping[str, Any] | None = None,
    secrets: Iterable[str] = (),
) -> None:
    """Mail the person one of our texts (templates/mail/rights/), in the caller's transaction; nothing where there is no
    address: then staff write a letter. secrets: of the text, which leave our copy once it has been sent."""
    from gallra.mail import sending

    if not request.address:
        return
    who = running().policy.controller
    known = {
        "number": request.pk, "what": words.Right(request.right).label, "received": today(request.received_at),
        "due": request.due_on, "controller": who.name, "contact": who.email or "", **(context or {}),
    }  # fmt: skip
    sending.post(
        to=request.address,
        text=f"rights/{text}",
        language=request.language,
        context=known,
        request=request.pk,
        secrets=secrets,
        now=now,
    )


def address_of(given: str) -> str:
    """The address as the registers store it; empty stays empty. Refused("not_an_address")."""
    if not given.strip():
        return ""
    try:
        return normal_email(given)
    except RegisterRefused:
        raise Refused("not_an_address") from None


def text_of(given: str) -> str:
    """What somebody wrote, without spaces around it. Refused("too_long")."""
    said = given.strip()
    if len(said) > LONGEST:
        raise Refused("too_long")
    return said


def reason_of(given: str) -> str:
    """The same where it must be there. Refused("reason_needed", "too_long")."""
    said = text_of(given)
    if not said:
        raise Refused("reason_needed")
    return said
