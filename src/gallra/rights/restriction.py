"""Restriction (Article 18): the person's data is only stored, until it is lifted and the person has been told first.

The block itself is the registers' and the database's (registers/directory/restricting.py, running/holds.py): no verb
and no statement changes the data, no mailing goes, no sweep takes it. Here is who asked, why, and how it ends: staff
decide a day with a reason, the person is told, and only when they have been told, on a day after that, it is lifted.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from gallra.kinds import Text
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.mail import sending
from gallra.mail.models import Outgoing
from gallra.registers.directory import restricting
from gallra.rights import disclosures, objecting, registered_again, twins
from gallra.rights.book import address_of, entered, post, reason_of, today
from gallra.rights.complaining import complaint
from gallra.rights.errors import Refused
from gallra.rights.models import Request, Restriction
from gallra.rights.words import Right, TwinVerdict
from gallra.running import holds
from gallra.running.foreign import kinds_of as kinds_declared
from gallra.running.installed import running
from gallra.running.models import Hold

log = logging.getLogger(__name__)

NOTICE = timedelta(days=7)
"""From the day that staff decide that it ends until it ends, unless they name a later day."""
REQUEST = "request"


def restrict(request: Request, *, now: datetime) -> Restriction:
    """What the request asks for, in the caller's transaction: under its address, and those that staff found to be the
    same person's; and the list of recipients to be told (Article 19). Twice is once."""
    by = request.approved_by or REQUEST
    made = add(request.address, ground=request.said, by=by, now=now, request=request)
    for twin in request.twins.filter(verdict=TwinVerdict.SAME).order_by("pk"):
        other = twins.address_of(twin)
        if other and other != request.address:
            add(other, ground=request.said, by=by, now=now, request=request)
    disclosures.to_tell(request, disclosures.kinds_with(request.address, now=now), now=now)
    return made


def while_examined(request: Request, *, now: datetime, address: str = "") -> Restriction:
    """An objection is examined: meanwhile what it contests is only stored (Article 18(1)(d)), record kinds that stand
    on what can be objected to alone; the rest goes on. In the caller's transaction. address: another one of the same
    person's."""
    policy = running().policy
    with translation.override(policy.controller.language):
        why = _("The person objects: what that contests is only stored while it is examined (Article 18).")
    made = add(
        address or request.address, ground=request.said, by=REQUEST, now=now, request=request, held_for=why,
        kinds=objecting.contested_kinds(policy),
    )  # fmt: skip
    if not address and made.request == request.pk and made.kinds is not None:
        listed = [kind[request.language] for kind in kinds_of(made)]
        post(request, "examining", now=now, context={"kinds": listed})
    return made


def pending(request: Request) -> dict[str, int]:
    """The holds of the restrictions that last while the request is examined, by address."""
    mine = Restriction.objects.filter(request=request.pk, lifted_at=None)
    return dict(mine.values_list("address", "hold"))


def examined(request: Request, *, by: str, now: datetime, gone: Collection[str] = ()) -> None:
    """The objection has been decided: what was restricted for it is so no longer, once the person has been told (by a
    mail of its own, a week before), in the caller's transaction. gone: addresses of which nothing is left: there it
    ends at once."""
    mine = Restriction.objects.filter(request=request.pk, lifted_at=None, ends_on=None).order_by("pk")
    for found in mine.select_for_update():
        with translation.override(found.language):
            why = _("Your objection (request %(number)d) has been examined.") % {"number": request.pk}
        if found.address in gone:
            found.reason, found.ending_by = why, by or REQUEST
            _lift(found, now)
        else:
            end(found.pk, reason=why, by=by or REQUEST, now=now)


def add(
    address: str, *, ground: str, by: str, now: datetime, request: Request | None = None, language: str = "",
    held_for: str = "", kinds: Collection[str] | None = None,
) -> Restriction:  # fmt: skip
    """Restrict the person with that address from now on; where they are restricted already, that is about what this
    one asks for too. kinds: in records of these only (None: in all); ground: why, in words; held_for: what the hold
    says instead of its usual words. Refused("not_an_address", "address_needed"). Raises NoPolicy."""
    person = address_of(address)
    if not person:
        raise Refused("address_needed")
    with transaction.atomic():
        holds.alone()  # two who restrict the same person at once wait for each other
        found = Restriction.objects.filter(address=person, lifted_at=None).first()
        if found is not None:
            return _widened(found, kinds, ground=ground, by=by, now=now, request=request)
        spoken = language or (request.language if request else running().policy.controller.language)
        with translation.override(running().policy.controller.language):
            usual = _("The person asked that their data is only stored (Article 18).")
            held = holds.hold_person(
                person, ground=held_for or usual, now=now, by=by, restriction=True, kinds=kinds
            )
        made = Restriction.objects.create(
            address=person, language=spoken, hold=held.pk, request=request.pk if request else None,
            ground=ground.strip(), since=now, by=by, salt=new_salt(), kinds=None if kinds is None else sorted(kinds),
        )  # fmt: skip
        _entered(made, "began", now=now, by=by)
        return made


def _widened(
    found: Restriction,
    kinds: Collection[str] | None,
    *,
    ground: str,
    by: str,
    now: datetime,
    request: Request | None,
) -> Restriction:
    """The one there is, about these kinds as well. Of one that is about some only and shall be about all, the new
    ground holds: it does not end with what the old one waited for."""
    if found.kinds is None or (kinds is not None and set(kinds) <= set(found.kinds)):
        return found
    holds.widen(found.hold, kinds=kinds, now=now, by=by)
    if kinds is None:
        found.ground, found.by, found.request = ground.strip(), by, request.pk if request else None
        found.reason, found.ends_on, found.ending_by = "", None, ""
        found.mail, found.told_at, found.told_how = None, None, ""
    found.kinds = None if kinds is None else sorted({*found.kinds, *kinds})
    found.save()
    _entered(found, "began", now=now, by=by)
    return found


def kinds_of(found: Restriction) -> list[Text]:
    """What records of the kinds are called that a restriction is about; none where it is about everything."""
    known = kinds_declared(running())
    return [known[kind].noun.many if kind in known else Text(kind, kind) for kind in found.kinds or ()]


def end(
    number: int, *, reason: str, by: str, now: datetime, on: date | None = None, told_how: str = ""
) -> Restriction:
    """Decide that a restriction ends on a day (a week from now, or `on` if that is later than today), and tell the
    person of it and why: by mail, or as `told_how` says staff did. Nothing is lifted yet.

    Refused("no_restriction", "ends_already", "ends_too_soon", "reason_needed").
    """
    why, day = reason_of(reason), today(now)
    with transaction.atomic():
        found = _locked(number)
        if found.ends_on is not None:
            raise Refused("ends_already")
        ends_on = on or day + NOTICE
        if ends_on <= day:
            raise Refused("ends_too_soon")
        found.reason, found.ends_on, found.ending_by = why, ends_on, by
        if told_how.strip():
            found.told_how, found.told_at = told_how.strip(), now
        else:
            found.mail = _tell(found, now)
        found.save()
        _entered(found, "ending", now=now, by=by)
    return found


def told(number: int, *, how: str, by: str, now: datetime) -> Restriction:
    """Staff have told the person in another way, where the mail did not arrive. Refused("no_restriction",
    "not_ending", "reason_needed")."""
    said = reason_of(how)
    with transaction.atomic():
        found = _locked(number)
        if found.ends_on is None:
            raise Refused("not_ending")
        found.told_how, found.told_at = said, now
        found.save(update_fields=["told_how", "told_at"])
        _entered(found, "told", now=now, by=by)
    return found


def go_on(number: int, *, by: str, now: datetime) -> Restriction:
    """It does not end after all. Refused("no_restriction", "not_ending")."""
    with transaction.atomic():
        found = _locked(number)
        if found.ends_on is None:
            raise Refused("not_ending")
        found.reason, found.ends_on, found.ending_by = "", None, ""
        found.mail, found.told_at, found.told_how = None, None, ""
        found.save()
        _entered(found, "going on", now=now, by=by)
    return found


def lift_due(now: datetime) -> int:
    """Lift the restrictions whose day has come and whose person was told on an earlier day; how many. The others wait,
    with staff, until the person has been told. Raises NoPolicy."""
    _known_again(now)
    done, day = 0, today(now)
    ending = Restriction.objects.filter(lifted_at=None).exclude(ends_on=None).order_by("pk")
    for number in list(ending.values_list("pk", flat=True)):
        with transaction.atomic():
            found = Restriction.objects.select_for_update().filter(pk=number, lifted_at=None).first()
            if found is None or found.ends_on is None:
                continue
            _seen_to_be_told(found, now)
            if found.told_at is None or today(found.told_at) >= day or found.ends_on > day:
                continue
            _lift(found, now)
            done += 1
    return done


def restrictions(*, lifted: bool = False) -> QuerySet[Restriction]:
    """Those in force, the newest first; with `lifted` all."""
    found = Restriction.objects.order_by("-pk")
    return found if lifted else found.filter(lifted_at=None)


def of(address: str) -> Restriction | None:
    """The person's restriction, if there is one now."""
    return Restriction.objects.filter(address=address, lifted_at=None).first() if address else None


def is_restricted(addresses: Iterable[str], *, kind: str = "") -> bool:
    """Whether one of them is restricted now, in records of the kind: what pages ask before they show anything of a
    person to others than those who answer for privacy."""
    return restricting.is_restricted(*(address for address in addresses if address), kind=kind)


def _locked(number: int) -> Restriction:
    found = Restriction.objects.select_for_update().filter(pk=number, lifted_at=None).first()
    if found is None:
        raise Refused("no_restriction")
    return found


def _tell(found: Restriction, now: datetime) -> int:
    """The message that tells the person; its number."""
    who = running().policy.controller
    objected = Request.objects.filter(pk=found.request or 0, right=Right.OBJECTION).exists()
    context = {
        "kinds": [kind[found.language] for kind in kinds_of(found)],
        "objected": objected, "number": found.request, "since": today(found.since), "ends": found.ends_on,
        "reason": found.reason,
        "controller": who.name, "contact": who.email or "", "address": settings.ADDRESS, **complaint(found.language),
    }  # fmt: skip
    sent = sending.post(
        to=found.address, text=registered_again.TOLD_BY, language=found.language, context=context,
        request=found.request, now=now,
    )  # fmt: skip
    return int(sent.pk)


def _seen_to_be_told(found: Restriction, now: datetime) -> None:
    """Note when the message went: it has gone itself before long. One that a restore lost is written again."""
    if found.told_at is not None:
        return
    if found.mail is None:
        found.mail = _tell(found, now)
        found.save(update_fields=["mail"])
        return
    sent = Outgoing.objects.filter(pk=found.mail, fate=Outgoing.Fate.SENT).first()
    if sent is not None and sent.sent_at is not None:
        found.told_at = sent.sent_at
        found.save(update_fields=["told_at"])
        _entered(found, "told", now=now)


def _lift(found: Restriction, now: datetime) -> None:
    holds.lift(found.hold, now=now, by=found.ending_by)
    request = Request.objects.filter(pk=found.request).first() if found.request else None
    if request is not None:
        entered(request, "lifted", now=now, by=found.ending_by, reason=found.reason)
    found.lifted_at, found.address = now, ""
    found.save(update_fields=["lifted_at", "address"])
    _entered(found, "lifted", now=now, by=found.ending_by)


def _entered(found: Restriction, event: str, *, now: datetime, by: str = "") -> None:
    """Write what became of a restriction into the ledger, and the row as it is now, sealed, into the list to replay."""
    salt = bytes(found.salt)
    body: dict[str, object] = {"restriction": found.pk, "event": event, "hold": found.hold}
    if found.address:
        body["person"] = commit(found.address, salt=salt)
    if found.ground:
        body["ground"] = commit(found.ground, salt=salt)
    if found.reason:
        body["reason"] = commit(found.reason, salt=salt)
    if found.ends_on:
        body["until"] = found.ends_on.isoformat()
    if by:
        body["by"] = commit(by, salt=salt)
    if found.request:
        body["request"] = found.request
    if found.kinds is not None:
        body["kinds"] = found.kinds
    number = append(action="restriction", body=body, now=now, policy=running().rules.version)
    registered_again.noted(number, {"restriction": found})


def _known_again(now: datetime) -> None:
    """Where a restore brought the hold of a restriction and its line was not in the list, what stood here is begun
    anew, so that staff see it and can end it. What holds for a corrected address belongs to the one there is."""
    known = Hold.objects.filter(pk__in=Restriction.objects.filter(lifted_at=None).values("hold"))
    lost = (
        Hold.objects.filter(restriction=True, released_at=None)
        .exclude(salt__in=known.values("salt"))
        .order_by("pk")
    )
    language = running().policy.controller.language
    for hold in lost:
        try:
            with transaction.atomic():
                made = Restriction.objects.create(
                    address=hold.email, language=language, hold=hold.pk, since=hold.added_at, by=hold.by,
                    salt=new_salt(), kinds=hold.kinds,
                )  # fmt: skip
                _entered(made, "began", now=now)
        except IntegrityError:
            continue  # under this address it is known
        log.warning("restriction of hold %d was not known here; it is again", hold.pk)
