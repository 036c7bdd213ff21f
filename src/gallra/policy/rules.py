"""What the engine gets of a policy: rules and obligations, one per record kind, nothing of the file's form
left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from gallra.kinds import Kinds
from gallra.policy.mistakes import PolicyMistakes
from gallra.policy.periods import Period

if TYPE_CHECKING:
    from gallra.policy.law import Law
    from gallra.policy.model import Policy

Action = Literal["archive", "erase", "review"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A retention or review of the policy for one record kind.

    id: stable within a policy version and readable: "M16 support.case" (the promises, else the place in the
    file, and the kind). promises: the sentences it keeps. place: where it stands in the file, "retention[0]".
    event: the words of `after`; period: how long after it; for a review, how often after the event or the
    last review. when, unless: names of flags that must be, must not be, set. sooner: an event that makes a
    review due at once.
    """

    id: str
    promises: tuple[str, ...]
    place: str
    kind: str
    action: Action
    event: str
    period: Period
    when: str | None = None
    unless: str | None = None
    sooner: str | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A statutory minimum for every record kind declared `accounting`: kept through the `years`-th year after
    the end of the calendar year in which the financial year closed (Bookkeeping Act 7 kap. 2 §, law.md)."""

    id: str
    statute_sv: str
    statute_en: str
    years: int

    def through(self, year_closed: date) -> date:
        """The last day on which a record of a financial year that closed on `year_closed` must be kept."""
        return date(year_closed.year + self.years, 12, 31)

    def cutoff(self, day: date) -> date:
        """The last closing day whose records are free on `day`: 2026-12-31 frees nothing of 2019, 2027-01-01
        does."""
        return date(day.year - self.years - 1, 12, 31)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the engine carries out. `version` is the hash of the policy file (in every receipt).

    timezone: IANA name in which days begin. fields: per record kind, the words its purposes name, or None
    where no purpose names fields (silence blanks nothing). kinds: the record kinds that a system of the
    policy names; others are off.
    """

    version: str
    timezone: str
    rules: tuple[Rule, ...]
    obligations: tuple[Obligation, ...]
    fields: dict[str, frozenset[str] | None]
    kinds: tuple[str, ...]


OWN = "gallra."
"""What the names of Gallra's own record kinds begin with; no system of a policy needs to name them."""


def rules(policy: Policy, *, law: Law, kinds: Kinds) -> Rules:
    """What the engine carries out: one `Rule` for each record kind of each retention and review.

    A kind that no retention or review names gets no rule, and one whose purposes leave out `fields` gets
    None: silence never erases. Gallra's own records keep their default periods (law/own.toml) where the
    policy names none. Raises PolicyMistakes where the policy names a record kind, event or flag that `kinds`
    does not have.
    """
    from gallra.policy.resolving import unresolved

    if mistakes := unresolved(policy, kinds):
        raise PolicyMistakes(mistakes)
    named = tuple(kind for kind in policy.records() if kind in kinds)
    own = tuple(kind for kind in kinds if kind.startswith(OWN) and kind not in named)
    running = frozenset(named + own)
    stated = tuple(rule for rule in _stated(policy) if rule.kind in running)
    return Rules(
        version=policy.version,
        timezone=policy.controller.timezone,
        rules=_with_own_ids(stated + tuple(_defaults(own, {rule.kind for rule in stated}))),
        obligations=law.obligations + tuple(
            Obligation(f"obligation[{number}]", duty.statute.sv, duty.statute.en, duty.years)
            for number, duty in enumerate(policy.obligation)
        ),
        fields={kind: _fields(policy, kind) for kind in named + own},
        kinds=named + own,
    )  # fmt: skip


def _stated(policy: Policy) -> Iterator[Rule]:
    for number, keep in enumerate(policy.retention):
        place = f"retention[{number}]"
        for kind in keep.records:
            yield Rule(
                _id(keep.promises, place, kind), keep.promises, place, kind, keep.then, keep.after, keep.keep.period,
                when=keep.when, unless=keep.unless,
            )  # fmt: skip
    for number, review in enumerate(policy.review):
        place = f"review[{number}]"
        for kind in review.records:
            yield Rule(
                _id(review.promises, place, kind), review.promises, place, kind, "review", review.after,
                review.every.period, sooner=review.sooner,
            )  # fmt: skip


def _defaults(own: tuple[str, ...], stated: set[str]) -> Iterator[Rule]:
    from gallra.policy.law import own_records

    for kind, record in own_records().items():
        if kind in own and kind not in stated:
            yield Rule(f"default {kind}", (), "default", kind, record.then, record.after, record.keep.period)


def _id(promises: tuple[str, ...], place: str, kind: str) -> str:
    return " ".join((*(promises or (place,)), kind))


def _with_own_ids(found: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The same rules; where two would share an id, each says its place as well."""
    ids = [rule.id for rule in found]
    return tuple(replace(r, id=f"{r.id} {r.place}") if ids.count(r.id) > 1 else r for r in found)


def _fields(policy: Policy, kind: str) -> frozenset[str] | None:
    """The fields that the kind's purposes name together; None where none names it, or one of them is
    silent."""
    wanted = [purpose.fields for purpose in policy.purpose.values() if kind in purpose.records]
    if not wanted or None in wanted:
        return None
    return frozenset(field for fields in wanted for field in fields or ())
