"""The verbs of a request: received, confirmed, sorted, identified, paused, extended, withdrawn.

Each is one transaction with its entry in the ledger. `by`: "user 12", "command line"; empty for the person. What they
refuse is Refused (errors.py); NoPolicy where no policy is adopted. Deciding is in deciding.py.

`receive` looks nobody up: it does and says the same for an address that is known and one that is not (the job does the
looking up, jobs.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gallra.ledger.commitments import new_salt
from gallra.registers.newsletter import actions as newsletter
from gallra.rights import clock, jobs, links, restriction
from gallra.rights.book import (
    address_of,
    due_of,
    entered,
    locked,
    post,
    reason_of,
    text_of,
    today,
)
from gallra.rights.errors import Refused
from gallra.rights.models import Request
from gallra.rights.words import SORTED, Channel, Identity, Right, State
from gallra.running.installed import running
from gallra.running.persons import suppression_key

STOPS = (Right.STOP, Right.OBJECTION)
"""Rights that end mailings at once: an objection to direct marketing is absolute (Article 21(2)–(3))."""


def receive(
    *,
    right: str,
    channel: str,
    now: datetime,
    address: str = "",
    name: str = "",
    said: str = "",
    language: str = "sv",
    wishes: Mapping[str, str] | None = None,
    stop_mailings: bool = False,
    wants_told: bool = False,
    received_at: datetime | None = None,
    signed_in: bool = False,
    by: str = "",
) -> Request:
    """Take a request in, by any channel; its clock starts at `received_at` (now, if not given).

    By the form, a link goes to the address and the request waits for it (S21); signed_in: the person had a session
    under the address, so that no link is needed. Mailings are stopped at once where that is asked for (S19), and a
    request that asks for nothing else is carried out without more. By telephone and letter (S16) staff settle who it
    is. A mail to the privacy mailbox is `unsorted` (M24).

    Refused("not_a_right", "not_an_address", "address_needed", "received_later", "wishes_needed", "too_long").
    """
    made = _made(right, channel, address, name, said, language, wishes, received_at or now, by, now)
    made.stop_mailings, made.wants_told = stop_mailings or right in STOPS, wants_told
    made.due_on = clock.due(today(made.received_at)).day
    with transaction.atomic():
        _begin(made, now, signed_in=signed_in)
        made.save(force_insert=True)
        entered(made, "received", now=now, by=by)
        _go_on(made, now)
    return made


def confirm(token: str, *, now: datetime) -> Request:
    """The person has pressed the button behind the link: the address is theirs, and the request goes on (S21).
    Refused("link_unknown", "link_used", "link_expired", "closed")."""
    with transaction.atomic():
        found = locked(links.use(token, links.CONFIRM, now=now).pk)
        if found.state not in (State.WAITING, State.OPEN):
            raise Refused("identified")
        found.identity = Identity.LINK
        _identified(found, now)
        entered(found, "confirmed", now=now, identity=Identity.LINK)
        _go_on(found, now)
    return found


def send_link(request: int, *, by: str, now: datetime) -> Request:
    """Mail a (new) link to the request's address: so that a request by telephone or mail, or one whose link expired,
    can be confirmed. Refused("unknown", "closed", "not_sorted", "identified", "address_needed")."""
    with transaction.atomic():
        found = locked(request)
        if found.right == Right.UNSORTED:
            raise Refused("not_sorted")
        if found.identity:
            raise Refused("identified")
        if not found.address:
            raise Refused("address_needed")
        found.state = State.WAITING
        found.save(update_fields=["state"])
        entered(found, "link sent", now=now, by=by)
        _mail_link(found, now)
    return found


def sort(
    request: int,
    *,
    right: str,
    by: str,
    now: datetime,
    address: str | None = None,
    name: str | None = None,
    wishes: Mapping[str, str] | None = None,
    stop_mailings: bool = False,
) -> Request:
    """Say what a mail asks for (M24). A mail's sender proves nothing, so that a link goes to the address.
    Refused("unknown", "closed", "sorted", "not_a_right", "not_an_address", "wishes_needed")."""
    with transaction.atomic():
        found = locked(request)
        if found.state != State.UNSORTED:
            raise Refused("sorted")
        if right not in SORTED:
            raise Refused("not_a_right")
        found.right = right
        found.address = found.address if address is None else address_of(address)
        found.name = found.name if name is None else name.strip()[:200]
        found.wishes = _wishes(right, wishes)
        found.stop_mailings = stop_mailings or right in STOPS
        _begin(found, now)
        found.save()
        entered(found, "sorted", now=now, by=by)
        _go_on(found, now)
    return found


def identify(request: int, *, reason: str, by: str, now: datetime, address: str = "") -> Request:
    """Staff vouch that whoever asks is the person, and say how they know; a pause ends with it. address: where the
    request has none. Refused("unknown", "closed", "not_sorted", "identified", "reason_needed", "not_an_address",
    "address_needed")."""
    why = reason_of(reason)
    with transaction.atomic():
        found = locked(request)
        if found.right == Right.UNSORTED:
            raise Refused("not_sorted")
        if found.identity:
            raise Refused("identified")
        found.address = found.address or address_of(address)
        if not found.address:
            raise Refused("address_needed")
        found.identity, found.identity_reason = Identity.VOUCHED, why
        _identified(found, now)
        entered(found, "identified", now=now, by=by, reason=why, identity=Identity.VOUCHED)
        _go_on(found, now)
    return found


def ask_identity(request: int, *, reason: str, by: str, now: datetime) -> Request:
    """Ask whoever asks to show who they are: only on reasonable doubt, which the reason names (Article 12(6)). The
    clock stands until `resume`, `identify` or the link. Refused("unknown", "closed", "paused", "identified",
    "reason_needed")."""
    why = reason_of(reason)
    with transaction.atomic():
        found = locked(request)
        if found.paused:
            raise Refused("paused")
        if found.identity:
            raise Refused("identified")
        found.paused_on, found.pause_reason = today(now), why
        found.save(update_fields=["paused_on", "pause_reason"])
        entered(found, "identity asked", now=now, by=by, reason=why)
        post(found, "identity", now=now, context={"reason": why})
    return found


def resume(request: int, *, by: str, now: datetime) -> Request:
    """The clock goes on, the days it stood are added. Refused("unknown", "closed", "not_paused")."""
    with transaction.atomic():
        found = locked(request)
        if not found.paused:
            raise Refused("not_paused")
        _unpause(found, now)
        found.save(update_fields=["paused_on", "paused_days", "due_on"])
        entered(found, "resumed", now=now, by=by)
    return found


def extend(request: int, *, reason: str, by: str, now: datetime) -> Request:
    """Two months more, for what is complex or many, once; the person is told why, within the first month (Article
    12(3)). Refused("unknown", "closed", "extended", "too_late_to_extend", "reason_needed")."""
    why = reason_of(reason)
    with transaction.atomic():
        found = locked(request)
        if found.extended:
            raise Refused("extended")
        stood = found.paused_days + (clock.days_paused(found.paused_on, today(now)) if found.paused_on else 0)
        if not clock.may_extend(due_of(found).received, today(now), paused=stood):
            raise Refused("too_late_to_extend")
        found.extended, found.extended_at, found.extension_reason = True, now, why
        found.reminded = None
        found.due_on = due_of(found).day
        found.save(update_fields=["extended", "extended_at", "extension_reason", "reminded", "due_on"])
        entered(found, "extended", now=now, by=by, reason=why)
        post(found, "extended", now=now, context={"reason": why})
    return found


def withdraw(request: int, *, by: str, now: datetime, reason: str = "") -> Request:
    """The person takes it back, or it was none (an advertisement in the mailbox). What was stopped stays stopped.
    Refused("unknown", "closed", "decided", "reason_needed" for staff)."""
    why = reason_of(reason) if by else text_of(reason)
    with transaction.atomic():
        found = locked(request)
        if found.state == State.WORKING:
            raise Refused("decided")
        found.links.all().delete()
        found.state, found.closed_at = State.WITHDRAWN, now
        found.save(update_fields=["state", "closed_at"])
        entered(found, "withdrawn", now=now, by=by, reason=why)
        if found.right == Right.OBJECTION:
            restriction.examined(found, by=by, now=now)
    return found


def _made(
    right: str, channel: str, address: str, name: str, said: str, language: str,
    wishes: Mapping[str, str] | None, received_at: datetime, by: str, now: datetime,
) -> Request:  # fmt: skip
    if right not in Right.values or channel not in Channel.values:
        raise Refused("not_a_right")
    if received_at > now:
        raise Refused("received_later")
    made = Request(
        right=right, channel=channel, language=language if language in ("sv", "en") else "sv",
        address=address_of(address), name=text_of(name)[:200], said=text_of(said), wishes=_wishes(right, wishes),
        salt=new_salt(), received_at=received_at, entered_at=now, entered_by=by,
    )  # fmt: skip
    if channel == Channel.WEB and not made.address:
        raise Refused("address_needed")
    return made


def _wishes(right: str, given: Mapping[str, str] | None) -> dict[str, str]:
    """The fields to correct; a form may leave them to the free text, staff then fill them in when deciding."""
    if right != Right.RECTIFICATION:
        return {}
    return {word.strip().lower(): text_of(value) for word, value in (given or {}).items() if word.strip()}


def _begin(made: Request, now: datetime, *, signed_in: bool = False) -> None:
    """The state in which a request begins; mailings stop here."""
    if made.stop_mailings and made.address:
        newsletter.suppress(made.address, key=suppression_key(), actor=_actor(made.entered_by), now=now)
    if made.right == Right.UNSORTED:
        made.state = State.UNSORTED
    elif made.right == Right.STOP and made.address:
        made.state, made.automatic, made.approved_at = State.WORKING, True, now
    elif signed_in:
        made.identity = Identity.ACCOUNT
        _to_decide(made, now)
    elif made.channel in (Channel.WEB, Channel.MAIL) and made.address:
        made.state = State.WAITING
    else:
        made.state = State.OPEN


def _go_on(request: Request, now: datetime) -> None:
    """What follows by itself: a letter with the link, or a job."""
    if request.state == State.WAITING:
        _mail_link(request, now)
    elif request.state == State.WORKING:
        jobs.start_carrying_out(request.pk)
    elif request.state == State.DECIDING:
        jobs.start_looking_up(request.pk)


def _mail_link(request: Request, now: datetime) -> None:
    link = links.issue(request, links.CONFIRM, now=now)
    said = {"link": link, "stopped": request.stop_mailings}
    post(request, "link", now=now, context=said, secrets=[link])


def _identified(request: Request, now: datetime) -> None:
    """Who it is has been settled, in the caller's transaction."""
    if request.paused:
        _unpause(request, now)
    _to_decide(request, now)
    request.save()


def _to_decide(request: Request, now: datetime) -> None:
    request.state, request.identified_at = State.DECIDING, now


def _unpause(request: Request, now: datetime) -> None:
    if request.paused_on is not None:
        request.paused_days += clock.days_paused(request.paused_on, today(now))
    request.paused_on = None
    request.due_on = due_of(request).day


def _actor(by: str) -> str:
    """Who it is as the registers' verbs know them."""
    kind, _, number = by.partition(" ")
    if kind == "user" and number.isdigit():
        return f"user:{number}"
    return "form" if not by else "system"


def zone() -> str:
    """The controller's time zone. Raises NoPolicy."""
    return running().rules.timezone
