"""What comes in by a public form (S4): taken down as it is, and taken in by a job.

The form looks nobody up: it writes one row and puts a job into the queue, or mails a link, so that text, status and
statements are the same whoever is written about. The job calls the registers' verbs with the declared source. What they
refuse, as for a restricted person (Article 18), stays for staff to deal with; the sender is told the same.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gallra.mail import case_news, sending
from gallra.portal import by_hand, jobs
from gallra.portal.models import Arrival
from gallra.portal.ways import (
    DEMO,
    NEWSLETTER,
    ORDER,
    SUPPORT,
    WAYS,
    WayIn,
    firm_of,
    person_of,
    ways_in,
)
from gallra.registers.crm import asked
from gallra.registers.errors import Refused
from gallra.registers.given import Origin
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.joining import join
from gallra.registers.newsletter.models import Subscription
from gallra.registers.support import actions as support
from gallra.rights.answer.context import SOURCES
from gallra.running.installed import running
from gallra.running.persons import suppression_key

log = logging.getLogger(__name__)

VALID = timedelta(hours=48)
"""How long the link that confirms a sign-up can be used."""
PATH = "/ways/newsletter/confirm/"
"""Where the portal serves it; the token follows."""
_LONGEST = 100
BY_WORD = {way.word: way for way in WAYS}


def receive(
    way: str,
    *,
    given: Mapping[str, str],
    subject: str,
    said: str,
    language: str,
    no_news: bool = False,
    now: datetime,
) -> Arrival:
    """Take down an order, a request for a demonstration or a case, for the job. way: the policy's word; given: fields
    by the policy's words; no_news: the sender wants no offers. Refused("not_an_address")."""
    found = _arrival(way, given, language, now, fate=Arrival.Fate.FORM, subject=subject, said=said)
    found.no_news = no_news
    with transaction.atomic():
        found.save(force_insert=True)
        jobs.start(found.pk)
    return found


def sign_up(
    *, given: Mapping[str, str], topics: Sequence[str], wording: str, language: str, now: datetime
) -> Arrival:
    """Take down a sign-up and mail the link that confirms it; nobody is subscribed before. wording: what the person
    agreed to. Refused("not_an_address")."""
    token = secrets.token_urlsafe(32)
    found = _arrival(NEWSLETTER.word, given, language, now, fate=Arrival.Fate.SIGN_UP)
    found.state, found.expires_at = Arrival.State.UNCONFIRMED, now + VALID
    found.topics, found.wording, found.digest = list(topics), wording, _digest(token)
    link = f"{settings.ADDRESS}{PATH}{token}"
    with transaction.atomic():
        found.save(force_insert=True)
        _post(found, "signup", now=now, link=link, secret=link)
    return found


def acknowledge_case(number: int, *, to: str, language: str, now: datetime) -> bool:
    """Mail whoever a case was opened for by staff what the form's sender gets, in the caller's transaction; whether the
    policy has the form, and so the mail. Raises NoPolicy."""
    if SUPPORT not in ways_in(running()):
        return False
    _write("arrived", SUPPORT, to, language, now, number=number)
    return True


def look(token: str, *, now: datetime) -> Arrival:
    """The sign-up of a link that can be used now; changes nothing. Refused("unknown_token", "sign_up_expired")."""
    return _checked(Arrival.objects.filter(digest=_digest(token)).first(), now)


def confirm(token: str, *, now: datetime) -> list[Subscription]:
    """The person confirms, once: the subscriptions begin, and an earlier objection of theirs ends. Refused as `look`,
    and by the verb: then the link can be used again."""
    with transaction.atomic():
        waiting = Arrival.objects.select_for_update().filter(digest=_digest(token)).first()
        found = _checked(waiting, now)
        begun = join(
            person_of(found.given), topics=found.topics, firm=firm_of(found.given), wording=found.wording,
            language=found.language, origin=Origin(where=found.way), asked_at=found.came_at,
            key=suppression_key(), actor="form", now=now,
        )  # fmt: skip
        Arrival.objects.filter(pk=found.pk).delete()
    return begun


def take_in(number: int, *, now: datetime) -> None:
    """What the job does: the verb, the mail that says so, and the row goes, in one transaction. Twice is once."""
    with transaction.atomic():
        waiting = Arrival.objects.select_for_update().filter(pk=number, state=Arrival.State.UNDERWAY)
        found = waiting.first()
        if found is None:
            return
        if found.no_news and found.address:
            newsletter.stop(found.address, channel="form", key=suppression_key(), actor="form", now=now)
        try:
            made = _make(found, now)
        except Refused as refused:
            found.state, found.reason = Arrival.State.BY_HAND, refused.code
            found.save(update_fields=["state", "reason"])
            _post(found, "arrived", now=now, number=None)
            _tell_staff(found, now)
            return
        _post(found, "arrived", now=now, number=made)
        Arrival.objects.filter(pk=found.pk).delete()


def take_up(now: datetime) -> int:
    """Forms whose job was lost get another; how many."""
    late = Arrival.objects.filter(state=Arrival.State.UNDERWAY, came_at__lte=now - by_hand.LOST)
    return sum(jobs.again(number) for number in list(late.values_list("pk", flat=True)))


def settle(number: int, *, by: str, now: datetime) -> None:
    """Staff have dealt with a form by hand; its period begins, and no job takes it in any more. Refused("unknown")."""
    with transaction.atomic():
        found = by_hand.waiting(now).select_for_update().filter(pk=number).first()
        if found is None:
            raise Refused("unknown")
        found.state, found.settled_at, found.settled_by = Arrival.State.BY_HAND, now, by
        found.save(update_fields=["state", "settled_at", "settled_by"])


def _make(found: Arrival, now: datetime) -> int:
    """Call the verb; the number of the case it made."""
    person, firm, origin = person_of(found.given), firm_of(found.given), Origin(where=found.way)
    with transaction.atomic():
        if found.way == SUPPORT.word:
            case = support.open_case(
                person, firm=firm, subject=found.subject, description=found.said, origin=origin, actor="form",
                now=now,
            )  # fmt: skip
            case_news.came(case, opened=True, now=now)
            return case.number
        if found.way not in (ORDER.word, DEMO.word):
            raise ValueError("no such way in")
        sale = asked.ask(
            person, firm=firm, kind=found.way, subject=found.subject, description=found.said, origin=origin,
            actor="form", now=now,
        )  # fmt: skip
        return sale.number


def _arrival(
    way: str,
    given: Mapping[str, str],
    language: str,
    now: datetime,
    *,
    fate: Arrival.Fate,
    subject: str = "",
    said: str = "",
) -> Arrival:
    values = {word: value.strip() for word, value in given.items() if value.strip()}
    address = sending.address_of(values["email"]) if "email" in values else ""
    return Arrival(
        way=way, fate=fate, language=language, address=address, given=values, subject=subject.strip(),
        said=said.strip(), came_at=now,
    )  # fmt: skip


def _post(
    found: Arrival,
    text: str,
    *,
    now: datetime,
    number: int | None = None,
    link: str = "",
    secret: str = "",
) -> None:
    """Mail the sender. Nothing of what they wrote stands in it: anybody can write anybody's address in a form."""
    if found.address:
        way, to, language = BY_WORD[found.way], found.address, found.language
        _write(text, way, to, language, now, number=number, link=link, secret=secret)


def _write(
    text: str,
    way: WayIn,
    to: str,
    language: str,
    now: datetime,
    *,
    number: int | None,
    link: str = "",
    secret: str = "",
) -> None:
    who = running().policy.controller
    context = {
        "what": way.title, "way": way.slug, "number": number, "link": link,
        "controller": who.name, "contact": who.email or "", "phone": who.phone or "",
    }  # fmt: skip
    sending.post(
        to=to, text=f"portal/{text}", language=language, context=context, now=now,
        secrets=[secret] if secret else [],
    )  # fmt: skip


def _tell_staff(found: Arrival, now: datetime) -> None:
    """To whoever answers for privacy, by number only; nobody's address is known where the policy names none."""
    who = running().policy.controller
    to = (who.officer.email if who.officer else None) or who.email
    if to is None:
        log.warning("form %d is to be dealt with by hand, and the policy names no address to tell", found.pk)
        return
    context = {"number": found.pk, "what": SOURCES[found.way][who.language], "controller": who.name}
    sending.post(to=to, text="portal/by_hand", language=who.language, context=context, now=now)


def _checked(found: Arrival | None, now: datetime) -> Arrival:
    if found is None:
        raise Refused("unknown_token")
    if found.expires_at is None or now >= found.expires_at:
        raise Refused("sign_up_expired")
    return found


def _digest(token: str) -> bytes:
    """Of a token of any length and content; what is too long to be one is no token."""
    return hashlib.sha256(token[:_LONGEST].encode(errors="replace")).digest()
