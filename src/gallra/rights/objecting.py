"""Objection (Article 21): what of a person stands on a legitimate interest or a public task, and what becomes of it.

Direct marketing stops on receipt, whatever else is decided (Article 21(2)–(3)). What stands on such a basis alone is
proposed for erasure (Article 17(1)(c)), unless staff write down grounds that override; what stands on another basis as
well stays for that one. While it is examined what stands on such a basis alone is only stored (Article 18(1)(d)); the
rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gallra.policy.model import Policy, Purpose
from gallra.rights.models import Request
from gallra.rights.words import Right, Verdict
from gallra.running import erasures, persons
from gallra.running.erasures import Planned
from gallra.running.extracts import CORRESPONDENCE
from gallra.running.installed import running
from gallra.running.persons import Everything
from gallra.systems import own

OURS = "gallra."
"""Begins the kinds of Gallra's own records, which no purpose of a policy names."""
CONTESTED = ("legitimate interest", "public task")
"""The bases that one can object to (Article 21(1))."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A purpose for which the person's data is used. key: its name in the policy; kinds: the person's record kinds it
    is for; contested: its basis is one that can be objected to; marketing: it is direct marketing, to which an
    objection is absolute; rows: of the person."""

    key: str
    purpose: Purpose
    kinds: tuple[str, ...]
    contested: bool
    marketing: bool
    rows: int


def standing(request: Request, policy: Policy) -> tuple[Standing, ...]:
    """What the person's data is used for, what can be objected to first."""
    held: dict[str, int] = request.result.get("stands", {})
    found = []
    for key, purpose in policy.purpose.items():
        kinds = tuple(kind for kind in purpose.records if kind in held)
        if kinds:
            rows = sum(held[kind] for kind in kinds)
            found.append(Standing(key, purpose, kinds, contested(purpose), _marketing(purpose), rows))
    return tuple(sorted(found, key=lambda each: (each.purpose.basis is not None, not each.contested)))


def contested(purpose: Purpose) -> bool:
    """Whether one can object to it."""
    return purpose.basis in CONTESTED


def alone(kinds: Iterable[str], policy: Policy) -> frozenset[str]:
    """Those of the record kinds that stand on nothing else than what can be objected to. A purpose whose basis the
    policy does not state is no such thing: silence never erases."""
    return frozenset(
        kind
        for kind in kinds
        if (found := _purposes(kind, policy)) and all(contested(each) for each in found)
    )


def unstated(kinds: Iterable[str], policy: Policy) -> frozenset[str]:
    """Those of which the policy does not say on which basis they stand, and names no other one than what can be
    objected to: a person decides on each, with a reason for what stays."""
    found = {kind: _purposes(kind, policy) for kind in kinds if not kind.startswith(OURS)}
    return frozenset(
        kind
        for kind, purposes in found.items()
        if all(each.basis is None or contested(each) for each in purposes)
        and not (purposes and all(contested(each) for each in purposes))
    )


def contested_kinds(policy: Policy) -> frozenset[str]:
    """The record kinds that an objection restricts while it is examined: those that stand on nothing else than what
    can be objected to, or on nothing that the policy states; not what is for direct marketing alone, which ends at
    once."""
    ours = own.kinds()
    named = {kind for purpose in policy.purpose.values() for kind in purpose.records}
    known = {kind for kind in {*ours, *named} if kind not in ours or ours[kind].people}
    found = alone(known, policy) | unstated(known, policy)
    return frozenset(kind for kind in found if not absolute(kind, policy))


def undecided(request: Request) -> int:
    """Lines that stay without a reason: nobody has decided on them."""
    if request.right != Right.OBJECTION:
        return 0
    return request.decisions.filter(verdict=Verdict.STAY, reason="").count()


def absolute(kind: str, policy: Policy) -> bool:
    """Whether records of the kind are used for direct marketing alone: no ground outweighs an objection to that."""
    found = _purposes(kind, policy)
    return bool(found) and all(contested(each) and _marketing(each) for each in found)


def plan(request: Request, found: Everything, *, now: datetime) -> Planned:
    """What an objection comes to: the erasure of what stands on a contested basis alone, or on none that is stated."""
    held, policy = rows_of(found), running().policy
    kinds = alone(held, policy) | unstated(held, policy)
    if not kinds:
        return Planned({}, None)
    return erasures.plan_erasure(request.address, now=now, asked_at=request.received_at, kinds=kinds)


def rows_of(found: Everything) -> dict[str, int]:
    """The person's rows by record kind."""
    rows: dict[str, int] = {}
    for each in found.systems.values():
        for hit in each.hits:
            rows[hit.kind.name] = rows.get(hit.kind.name, 0) + 1
    return rows


def nothing_left(address: str, *, now: datetime) -> bool:
    """Whether no system has anything of the person any more, but for mail about what they asked."""
    found = persons.find(address, now=now)
    rows = {kind for kind in rows_of(found) if kind not in CORRESPONDENCE}
    return not (
        rows or found.sign_in or found.unreachable or any(each.contacts for each in found.systems.values())
    )


def wanted(request: Request) -> frozenset[str]:
    """The record kinds that go, as decided."""
    rows = request.decisions.values_list("kind", "verdict")
    stay = {kind for kind, verdict in rows if verdict == Verdict.STAY}
    return frozenset(kind for kind, _ in rows) - stay


def needs_examining(request: Request) -> bool:
    """Whether the person has records of a kind that is only stored until it is decided."""
    if request.right != Right.OBJECTION:
        return False
    return not contested_kinds(running().policy).isdisjoint(request.result.get("stands", ()))


def ended(request: Request, policy: Policy) -> tuple[str, ...]:
    """The purposes for which the data is used no more: contested ones and those without a stated basis, but for what
    grounds outweigh."""
    stay = set(request.decisions.filter(verdict=Verdict.STAY).values_list("kind", flat=True))
    return tuple(
        each.key
        for each in standing(request, policy)
        if (each.contested or each.purpose.basis is None)
        and (each.marketing or not stay.intersection(each.kinds))
    )


def remaining(request: Request, policy: Policy) -> tuple[str, ...]:
    """The purposes that go on: their basis is none that can be objected to. Mailings by consent do not, since they
    have been stopped."""
    going_on = [each for each in standing(request, policy) if not (each.contested or each.marketing)]
    return tuple(each.key for each in going_on if each.purpose.basis is not None)


def _purposes(kind: str, policy: Policy) -> list[Purpose]:
    return [purpose for purpose in policy.purpose.values() if kind in purpose.records]


def _marketing(purpose: Purpose) -> bool:
    """A purpose that says who is written to is marketing (S12, M9)."""
    return bool(purpose.to)
