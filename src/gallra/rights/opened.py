"""Who has opened a page about a person: role and day, each once (M10, Article 15). Kept apart from the person: the
address stands here as a keyed hash only, and goes with the person's erasure.

Looking changes nothing that the controller works with; that somebody looked is itself recorded. See
docs/decisions/openings.md.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from gallra.registers.people import normal_email
from gallra.rights.book import today
from gallra.rights.models import Opening
from gallra.running.persons import suppression_key


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody in this role opened a page about the person on this day."""

    role: str
    on: date


def note(addresses: Iterable[str], *, role: str, now: datetime) -> None:
    """Somebody in the role has opened a page about these people. One statement; nothing without an address. Raises
    NoPolicy."""
    people = sorted({_hash(address) for address in addresses if address})
    if people and role:
        day = today(now)
        Opening.objects.bulk_create(
            [Opening(person=person, role=role, on=day) for person in people], ignore_conflicts=True
        )


def of(address: str) -> list[Opened]:
    """Who has opened the person's pages, the newest day first."""
    found = Opening.objects.filter(person=_hash(address)).order_by("-on", "role")
    return [Opened(role, on) for role, on in found.values_list("role", "on")]


def forget(address: str) -> int:
    """With the person goes who looked at them, in the caller's transaction; rows."""
    return Opening.objects.filter(person=_hash(address)).delete()[0]


def _hash(address: str) -> bytes:
    return hmac.digest(suppression_key(), b"opened\n" + normal_email(address).encode(), sha256)
