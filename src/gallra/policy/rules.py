"""What the engine gets of a policy: rules and obligations, one per record kind, nothing of the file's form left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from gallra.policy.periods import Period

Action = Literal["archive", "erase", "review"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A retention or review of the policy for one record kind.

    id: stable within a policy version and readable: "M16 support.case" (the promises, else the place in the file, and the kind).
    promises: the sentences it keeps. place: where it stands in the file, "retention[0]".
    event: the words of `after`; period: how long after it; for a review, how often after the event or the last review.
    when, unless: names of flags that must be, must not be, set. sooner: an event that makes a review due at once.
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
    """A statutory minimum for every record kind declared `accounting`: kept through the `years`-th year after the end of the
    calendar year in which the financial year closed (Bookkeeping Act 7 kap. 2 §, law.md)."""

    id: str
    statute_sv: str
    statute_en: str
    years: int

    def through(self, year_closed: date) -> date:
        """The last day on which a record of a financial year that closed on `year_closed` must be kept."""
        return date(year_closed.year + self.years, 12, 31)

    def cutoff(self, day: date) -> date:
        """The last closing day whose records are free on `day`: 2026-12-31 frees nothing of 2019, 2027-01-01 does."""
        return date(day.year - self.years - 1, 12, 31)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the engine carries out. `version` is the hash of the policy file (in every receipt).

    timezone: IANA name in which days begin. fields: per record kind, the words its purposes name, or None where no purpose
    names fields (silence blanks nothing). kinds: the record kinds that a system of the policy names; others are off.
    """

    version: str
    timezone: str
    rules: tuple[Rule, ...]
    obligations: tuple[Obligation, ...]
    fields: dict[str, frozenset[str] | None]
    kinds: tuple[str, ...]
