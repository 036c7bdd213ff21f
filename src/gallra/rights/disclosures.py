"""Disclosures: to whom data went, on what ground, how much, who approved (M14, M15, S13), and who is told when it
changes (Article 19).

Every disclosure is an entry of the ledger: the declared recipient, the ground and the record kinds as they are, the
person, the document, the extent and the approver as commitments under the disclosure's salt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.mail import sending
from gallra.rights import registered_again
from gallra.rights.book import address_of, reason_of, text_of, today
from gallra.rights.errors import Refused
from gallra.rights.models import Disclosure, Notice, Request
from gallra.rights.words import Right
from gallra.running import foreign, persons
from gallra.running.installed import running

To, Ground = Disclosure.To, Disclosure.Ground
TO_AUTHORITY = (Ground.LAW, Ground.PROCESS, Ground.AUTHORITY)
"""The grounds on which a policy that gives nothing to others still may (M15)."""
TOLD_OF = (Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION, Right.OBJECTION)
"""Rights whose recipients are told (Article 19); of an objection, of what was erased for it."""
LOOKING_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Counts:
    """Disclosures of the last year, in numbers, and recipients who are still to be told of a change."""

    recipients: int
    authorities: int
    staff: int
    to_tell: int


def record(
    *,
    to: str,
    recipient: str,
    ground: str,
    by: str,
    now: datetime,
    why: str = "",
    extent: str = "",
    kinds: Collection[str] = (),
    address: str = "",
    on: date | None = None,
    approved_by: str = "",
    file: str = "",
) -> Disclosure:
    """Write down that data was given to somebody. recipient: the policy's key for a recipient, an authority's name;
    on: when, today if not said; file: SHA-256 of what was given, where it was a file.

    To an authority the ground is one of TO_AUTHORITY, and why, extent and approver are needed. Refused("no_recipient",
    "not_a_ground", "reason_needed", "extent_needed", "approver_needed", "not_a_kind", "received_later",
    "not_an_address", "too_long"). Raises NoPolicy.
    """
    policy, day, salt = running(), on or today(now), new_salt()
    named = _checked(to, recipient.strip(), ground, why, extent, approved_by)
    if set(kinds) - set(foreign.kinds_of(policy)):
        raise Refused("not_a_kind")
    if day > today(now):
        raise Refused("received_later")
    with transaction.atomic():
        made = Disclosure.objects.create(
            to=to, recipient=named, ground=ground, why=text_of(why), extent=text_of(extent), kinds=sorted(kinds),
            address=address_of(address), on=day, added_at=now, by=by, approved_by=approved_by.strip(), salt=salt,
        )  # fmt: skip
        body: dict[str, object] = {
            "recipient": named if to == To.RECIPIENT else to, "ground": ground, "kinds": made.kinds,
            "by": commit(by, salt=salt),
        }  # fmt: skip
        said = {
            "person": made.address,
            "document": made.why,
            "extent": made.extent,
            "approver": made.approved_by,
        }
        body |= {name: commit(value, salt=salt) for name, value in said.items() if value}
        if file:
            body["file"] = file
        number = append(action="disclosure", body=body, now=now, policy=policy.rules.version)
        registered_again.noted(number, {"disclosure": made})
    return made


def exported(
    *, address: str, kinds: Collection[str], by: str, now: datetime, digest: str, extent: str = ""
) -> Disclosure:
    """A member of staff has taken data out as a file. Raises as `record`."""
    return record(
        to=To.STAFF, recipient="staff", ground=Ground.PERSON if address else Ground.PURPOSE, by=by, now=now,
        kinds=kinds, address=address, file=digest, extent=extent,
    )  # fmt: skip


def of(address: str) -> QuerySet[Disclosure]:
    """What was given out about one person, the newest first; exports that staff made are not to others."""
    return (
        Disclosure.objects.filter(address=address)
        .exclude(address="")
        .exclude(to=To.STAFF)
        .order_by("-on", "-pk")
    )


def disclosures() -> QuerySet[Disclosure]:
    """All, the newest first."""
    return Disclosure.objects.order_by("-on", "-pk")


def name_of(disclosure: Disclosure) -> str:
    """The recipient as people call it."""
    stated = running().policy.recipient.get(disclosure.recipient) if disclosure.to == To.RECIPIENT else None
    return stated.name if stated else disclosure.recipient


def counts(now: datetime) -> Counts:
    """For the board. Raises NoPolicy."""
    since = today(now) - LOOKING_BACK
    found = Disclosure.objects.filter(on__gte=since).aggregate(
        **{to.name.lower(): Count("pk", filter=Q(to=to)) for to in To}
    )
    waiting = Notice.objects.filter(state=Notice.State.TO_TELL).count()
    return Counts(found["recipient"], found["authority"], found["staff"], waiting)


def kinds_with(address: str, *, now: datetime) -> set[str]:
    """The record kinds of the systems that have the person. Raises NoPolicy."""
    found = persons.find(address, now=now).systems.values()
    hits = {hit.kind.name for each in found for hit in each.hits}
    tables = {contact.of.table.name for each in found for contact in each.contacts}
    return hits | kinds_of(tables)


def kinds_of(contacts: Iterable[str]) -> set[str]:
    """The record kinds whose people stand in these tables of contacts."""
    tables = set(contacts)
    known = foreign.kinds_of(running()).values()
    return {kind.name for kind in known if kind.contacts and kind.contacts.table.name in tables}


def to_tell(request: Request, kinds: Iterable[str], *, now: datetime) -> list[Notice]:
    """Who is to be told of what was done under the request, in the caller's transaction: the recipients of the systems
    in which it was done, and whoever got data about the person. Those with an address in the policy are mailed at
    once, the others wait for staff. Twice is once. Raises NoPolicy."""
    if request.right not in TOLD_OF:
        return []
    policy = running().policy
    systems = {policy.records().get(kind, "") for kind in kinds}
    keys = {key for name in systems if name in policy.system for key in policy.system[name].recipients}
    names = {key: policy.recipient[key].name if key in policy.recipient else key for key in keys}
    names |= {each.recipient: name_of(each) for each in of(request.address)}
    made = []
    for key, name in sorted(names.items()):
        notice, new = Notice.objects.get_or_create(
            request=request, recipient=key, defaults={"name": name[:200]}
        )
        if new:
            _mailed(notice, request, now)
            _noticed(notice, now)
        made.append(notice)
    return made


def tell(notice: int, *, how: str, by: str, now: datetime, impossible: bool = False) -> Notice:
    """Staff have told the recipient, or cannot: how, or why not. Refused("no_such_line", "told_already",
    "reason_needed")."""
    said = reason_of(how)
    with transaction.atomic():
        found = Notice.objects.select_for_update().filter(pk=notice).first()
        if found is None:
            raise Refused("no_such_line")
        if found.state == Notice.State.TOLD:
            raise Refused("told_already")
        found.state = Notice.State.IMPOSSIBLE if impossible else Notice.State.TOLD
        found.how, found.by, found.told_at = said, by, None if impossible else now
        found.save(update_fields=["state", "how", "by", "told_at"])
        _noticed(found, now)
    return found


def forget(address: str) -> None:
    """An erased person's disclosures stay as numbers: without the address, in the caller's transaction."""
    Disclosure.objects.filter(address=address).exclude(address="").update(address="")


def _checked(to: str, recipient: str, ground: str, why: str, extent: str, approved_by: str) -> str:
    """The recipient, where everything is said that this kind of disclosure needs."""
    if to not in To.values or ground not in Ground.values:
        raise Refused("not_a_ground")
    if to == To.RECIPIENT and recipient not in running().policy.recipient:
        raise Refused("no_recipient")
    if not recipient:
        raise Refused("no_recipient")
    if to == To.AUTHORITY:
        if ground not in TO_AUTHORITY:
            raise Refused("not_a_ground")
        reason_of(why)
        if not extent.strip():
            raise Refused("extent_needed")
        if not approved_by.strip():
            raise Refused("approver_needed")
    return recipient


def _noticed(notice: Notice, now: datetime) -> None:
    """How it stands with the recipient, as an entry: by their name where the policy declares them."""
    policy = running()
    body: dict[str, object] = {"notice": notice.pk, "request": notice.request_id, "event": notice.state}
    if notice.recipient in policy.policy.recipient:
        body["recipient"] = notice.recipient
    number = append(action="notice", body=body, now=now, policy=policy.rules.version)
    registered_again.noted(number, {"notice": notice})


def _mailed(notice: Notice, request: Request, now: datetime) -> None:
    """Tell the recipient by mail where the policy has an address. The person's own leaves our copy when it is sent."""
    policy = running().policy
    stated = policy.recipient.get(notice.recipient)
    if stated is None or stated.email is None:
        return
    wishes: Mapping[str, str] = request.wishes if request.right == Right.RECTIFICATION else {}
    context = {
        "number": request.pk, "right": request.right, "person": request.address, "wishes": wishes,
        "controller": policy.controller.name, "contact": policy.controller.email or "", "on": today(now),
    }  # fmt: skip
    sent = sending.post(
        to=stated.email, text="rights/notice", language=policy.controller.language, context=context, now=now,
        about=f"rights.notice {notice.pk}", secrets=[request.address, *wishes.values()],
    )  # fmt: skip
    notice.state, notice.mail, notice.told_at = Notice.State.MAILED, sent.pk, now
    notice.save(update_fields=["state", "mail", "told_at"])
