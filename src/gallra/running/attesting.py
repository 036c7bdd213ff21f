"""Vouching: a person's word, with its date, for a sentence that no program can see; it lapses after a period.

The ledger gets the promise, the last day and commitments to who vouched and in which words; those stand in the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gallra.engine.days import Today
from gallra.kinds import Text
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.policy.model import Attested, Policy
from gallra.policy.spelling import Span
from gallra.running import replay
from gallra.running.board import sentence
from gallra.running.installed import running
from gallra.running.models import Attestation


class NotVouchedFor(Exception):
    """What was asked for is no word to give: a promise that asks none, nobody named, an address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence that asks for a person's word.

    place: of its table in the file; every: how long a word holds; until: the last day a word given now holds; last: the
    word given last, lapsed or not.
    """

    promise: str
    place: str
    sentence: Text
    every: Span
    until: date
    last: Attestation | None


def asked(now: datetime) -> tuple[Asked, ...]:
    """Every promise that asks for a person's word, in the policy's order. Raises NoPolicy."""
    policy = running()
    day = Today.of(now, policy.rules.timezone).day
    last = {word.promise: word for word in Attestation.objects.order_by("at")}
    return tuple(
        Asked(
            promise=promise,
            place=place,
            sentence=sentence(policy, promise),
            every=terms.every,
            until=terms.every.period.after(day),
            last=last.get(promise),
        )
        for promise, (place, terms) in _terms(policy.policy).items()
    )


def wanted(promise: str, *, now: datetime) -> Asked:
    """What one promise asks. Raises NotVouchedFor with the promises that ask, NoPolicy."""
    found = {each.promise: each for each in asked(now)}
    if promise.upper() not in found:
        words = {"promise": promise, "asked": ", ".join(found) or "–"}
        raise NotVouchedFor(
            _("%(promise)s asks for nobody's word. These do: %(asked)s. Nothing was changed.") % words
        )
    return found[promise.upper()]


def attest(promise: str, *, by: str, words: str = "", now: datetime) -> Attestation:
    """Write down that somebody vouches for a promise; it holds through the policy's period from today.

    by: who, as the office knows them ("managing director", "user 12"), at most 60 characters. Raises NotVouchedFor,
    NoPolicy.
    """
    who = by.strip()
    if not who or len(who) > 60 or "@" in who:
        raise NotVouchedFor(
            _("Say who vouches, by role or name, in at most 60 characters; no address. Nothing was changed.")
        )
    found = wanted(promise, now=now)
    salt = new_salt()
    with transaction.atomic():
        made = Attestation.objects.create(
            promise=found.promise, by=who, words=words.strip(), at=now, until=found.until, salt=salt
        )
        body: dict[str, object] = {
            "promises": [found.promise],
            "statement": found.place,
            "until": found.until.isoformat(),
            "by": commit(who, salt=salt),
        }
        if made.words:
            body["reason"] = commit(made.words, salt=salt)
        number = append(action="attestation", body=body, now=now, policy=running().rules.version)
        replay.note(number, sealed={"by": who, "words": made.words, "salt": salt.hex()})
    return made


def attest_again(line: replay.Line, *, at: datetime) -> None:
    """The word that a line of the list to replay tells of, on a restored database and in the caller's transaction.
    Raises Unreadable."""
    said, body = line.opened(), line.entry["body"]
    salt = bytes.fromhex(said["salt"])
    for promise in body["promises"]:
        if not Attestation.objects.filter(promise=promise, at=at, salt=salt).exists():
            Attestation.objects.create(
                promise=promise, by=said["by"], words=said["words"], at=at,
                until=date.fromisoformat(body["until"]), salt=salt,
            )  # fmt: skip


def _terms(policy: Policy) -> dict[str, tuple[str, Attested]]:
    """Of each promise that asks for a word: the table that does, the one with the shortest period."""
    found: dict[str, tuple[str, Attested]] = {}
    for promise, places in policy.promises().items():
        terms = [
            (place, stated)
            for place in places
            if (stated := getattr(policy.piece(place), "attested", None)) is not None
        ]
        if terms:
            found[promise] = min(terms, key=lambda each: each[1].every.longest_days)
    return found
