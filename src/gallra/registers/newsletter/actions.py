"""The verbs of the newsletter: double opt-in, ending at once, and the suppression that no import undoes (M4,
M9, S12, S19).

`key` is the installation's key for hashing addresses: at least 32 bytes, never stored beside the hashes.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from gallra.registers import people
from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.restricting import own_wish
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.newsletter.models import Contact, Evidence, Subscription, Suppression, Topic
from gallra.registers.told import mailings_confirmed, mailings_stopped
from gallra.registers.verbs import lock, lock_all, needed, verb

CONTACTS = "newsletter_contact"
BOUNCES = 3  # hard ones in a row; then the address is dead


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A subscription that waits for its confirmation. token: for the link in the letter, shown once; None
    where it is confirmed.
    """

    subscription: Subscription
    token: str | None


@verb
def subscribe(
    person: Person,
    *,
    topics: Sequence[str],
    firm: Firm | None = None,
    wording: str,
    language: str = "sv",
    origin: Origin,
    key: bytes,
    actor: str,
    now: datetime,
) -> list[Asked]:
    """Ask for subscriptions, one per topic's code. Nothing is mailed but the letter that asks for
    confirmation.

    wording: the text that the person agreed to, kept as evidence; no IP address is. A suppressed address can
    come back by the person's own wish only: Refused("suppressed") for an import. Refused("missing",
    "unknown_topic", "not_an_address", "field_without_purpose").
    """
    needed(email=person.email, wording=wording)
    fields.refuse_kind("newsletter.subscription")
    if not origin.by_person and is_suppressed(person.email or "", key=key):
        raise Refused("suppressed")
    found = list(Topic.objects.filter(code__in=topics, active=True).order_by("pk"))
    if not found or len(found) != len(set(topics)):
        raise Refused("unknown_topic", "topics")
    company = directory.find_or_add(firm or Firm(), contacts=CONTACTS, origin=origin, now=now)
    contact = people.find_or_add(Contact, person, origin=origin, now=now, company=company)
    if contact is None:
        raise Refused("missing", "email")
    return [_ask(contact, topic, wording, language, origin, now) for topic in found]


@verb
def confirm(token: str, *, key: bytes, actor: str, now: datetime) -> Subscription:
    """The person follows the link in the letter: the subscription begins, and an earlier objection of the
    same person ends.

    Refused("unknown_token") for a token that was used, or is none.
    """
    key_of_row = Subscription.objects.filter(token=_hashed(token)).values_list("pk", flat=True).first()
    if key_of_row is None:
        raise Refused("unknown_token")
    subscription = lock(Subscription, key_of_row)
    if subscription.token is None or not hmac.compare_digest(bytes(subscription.token), _hashed(token)):
        raise Refused("unknown_token")
    address = subscription.contact.email if subscription.contact else None
    allowed = address_hash(address, key=key) if address else None
    _confirmed(subscription, allowed, now)
    mailings_confirmed.send(Subscription, subscription=subscription.pk, allowed=allowed, now=now)
    return subscription


@verb
def unsubscribe(subscription_id: int, *, channel: str = "form", actor: str, now: datetime) -> Subscription:
    """End one subscription, at once; twice is once. The person's other topics go on."""
    subscription = lock(Subscription, subscription_id)
    with own_wish():
        ended = _end(subscription, channel, now)
    if ended:
        _told([subscription], None, "asked", channel, now)
    return subscription


@verb
def stop(
    address: str, *, reason: str = "asked", channel: str = "form", key: bytes, actor: str, now: datetime
) -> int:
    """Stop all mailings to an address, at once, and keep it from coming back (S19). Returns how many
    subscriptions ended.

    An address that nobody knows is suppressed just the same, and the answer tells no difference to who asks.
    """
    normal = people.normal_email(address)
    known = is_suppressed(normal, key=key)
    suppress_address(normal, reason=reason, key=key, now=now)
    keys = Subscription.objects.filter(contact__email=normal, ended_at=None).values_list("pk", flat=True)
    ended = lock_all(Subscription, keys)
    with own_wish():
        for subscription in ended:
            _end(subscription, channel, now)
    if ended or not known:
        _told(ended, address_hash(normal, key=key), reason, channel, now)
    return len(ended)


@verb
def suppress(address: str, *, reason: str = "asked", key: bytes, actor: str, now: datetime) -> None:
    """Keep an address from being mailed, whether or not anybody subscribes with it."""
    normal = people.normal_email(address)
    if not is_suppressed(normal, key=key):
        suppress_address(normal, reason=reason, key=key, now=now)
        _told([], address_hash(normal, key=key), reason, "office", now)


@verb
def record_bounce(subscription_id: int, *, hard: bool, actor: str, now: datetime) -> Subscription:
    """A letter came back. The third hard one in a row ends the subscription: the address is dead."""
    subscription = lock(Subscription, subscription_id)
    subscription.bounced_at = now
    subscription.bounces += hard
    subscription.save(update_fields=["bounced_at", "bounces"])
    _note(subscription, "bounced", "mail", None, now)
    if subscription.bounces >= BOUNCES and _end(subscription, "mail", now):
        _told([subscription], None, "bounced", "mail", now)
    return subscription


@verb
def add_topic(code: str, *, title_sv: str, title_en: str, actor: str, now: datetime) -> Topic:
    """Add a topic to subscribe to, or change the titles of one."""
    needed(code=code, title_sv=title_sv, title_en=title_en)
    titles = {"title_sv": title_sv, "title_en": title_en, "active": True}
    topic, _new = Topic.objects.update_or_create(code=code, defaults=titles)
    return topic


def suppress_address(address: str, *, reason: str, key: bytes, now: datetime) -> None:
    """The same as `suppress`, for a normalised address, in the caller's transaction."""
    row = Suppression(address_hash=address_hash(address, key=key), reason=reason, added_at=now)
    Suppression.objects.bulk_create([row], ignore_conflicts=True)


def is_suppressed(address: str, *, key: bytes) -> bool:
    """Whether an address must not be mailed."""
    return Suppression.objects.filter(pk=address_hash(people.normal_email(address), key=key)).exists()


def address_hash(address: str, *, key: bytes) -> bytes:
    """HMAC-SHA-256 of a normalised address. ValueError for a key that is too short to hide anything."""
    if len(key) < 32:
        raise ValueError("the key for hashing addresses is shorter than 32 bytes")
    return hmac.digest(key, b"address\n" + address.encode(), sha256)


def _ask(contact: Contact, topic: Topic, wording: str, language: str, origin: Origin, now: datetime) -> Asked:
    start = {"source": origin.where, "language": language, "asked_at": now}
    subscription, _new = Subscription.objects.get_or_create(contact=contact, topic=topic, defaults=start)
    subscription = lock(Subscription, subscription.pk)
    _note(subscription, "asked", "form" if origin.by_person else "import", wording, now)
    if subscription.confirmed_at and subscription.ended_at is None:
        return Asked(subscription, None)
    token = token_urlsafe(32)
    subscription.token, subscription.asked_at, subscription.language = _hashed(token), now, language
    subscription.confirmed_at = subscription.ended_at = (
        None  # one that had ended waits for confirmation like a new one
    )
    subscription.save(update_fields=["token", "asked_at", "language", "confirmed_at", "ended_at"])
    return Asked(subscription, token)


def end_again(
    keys: Sequence[int], *, suppressed: bytes | None, reason: str, channel: str, at: datetime
) -> None:
    """What `mailings_stopped` told of, on a restored database and in the caller's transaction: nobody is told again.
    Subscriptions that are not there stay away."""
    with own_wish():
        for subscription in lock_all(Subscription, keys):
            _end(subscription, channel, at)
    if suppressed is not None:
        row = Suppression(address_hash=suppressed, reason=reason, added_at=at)
        Suppression.objects.bulk_create([row], ignore_conflicts=True)


def confirm_again(subscription_id: int, *, allowed: bytes | None, at: datetime) -> None:
    """What `mailings_confirmed` told of, on a restored database and in the caller's transaction: nobody is told again.
    A subscription that is not there stays away, and what was suppressed stays so."""
    for subscription in lock_all(Subscription, [subscription_id]):
        with own_wish():
            _confirmed(subscription, allowed, at)


def _confirmed(subscription: Subscription, allowed: bytes | None, now: datetime) -> None:
    subscription.token, subscription.confirmed_at, subscription.ended_at = None, now, None
    subscription.bounces, subscription.bounced_at = 0, None
    subscription.save(update_fields=["token", "confirmed_at", "ended_at", "bounces", "bounced_at"])
    _note(subscription, "confirmed", "mail", None, now)
    if allowed is not None:
        Suppression.objects.filter(pk=allowed).delete()


def _told(
    ended: Sequence[Subscription], suppressed: bytes | None, reason: str, channel: str, now: datetime
) -> None:
    keys = [subscription.pk for subscription in ended]
    mailings_stopped.send(
        Subscription, subscriptions=keys, suppressed=suppressed, reason=reason, channel=channel, now=now
    )


def _end(subscription: Subscription, channel: str, now: datetime) -> bool:
    """Whether it went on until now."""
    if subscription.ended_at is not None:
        return False
    subscription.ended_at, subscription.token = now, None
    subscription.save(update_fields=["ended_at", "token"])
    _note(subscription, "ended", channel, None, now)
    return True


def _note(subscription: Subscription, what: str, channel: str, wording: str | None, now: datetime) -> None:
    Evidence.objects.create(
        subscription=subscription, what=what, channel=channel, wording=wording, happened_at=now
    )


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
