"""Ready-made pieces in COPY's text form, so that a row of a benchmark costs one string and no thought."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gallra.policy.periods import Period
from gallra.registers.generate import people, phones, texts

NULL = r"\N"
SIZE = 4096
"""Pieces in a pool: a power of two, so that `index & MASK` picks one."""
MASK = SIZE - 1
LINES_PER_CHUNK = 2048
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"})


def escaped(text: str) -> str:
    """A value in COPY's text form."""
    return text.translate(_ESCAPES)


def chunked(lines: Iterator[str]) -> Iterator[str]:
    """Lines joined into chunks of some hundred kilobytes; memory stays at one chunk however many there
    are."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == LINES_PER_CHUNK:
            yield "".join(held)
            held.clear()
    yield "".join(held)


@dataclass(frozen=True, slots=True)
class Words:
    """Pools of escaped texts: cases as `subject TAB description TAB technical TAB product`, and single
    values."""

    cases: Sequence[str]
    solutions: Sequence[str]
    ours: Sequence[str]
    theirs: Sequence[str]
    names: Sequence[people.Name]
    phones: Sequence[str]


def words(rng: random.Random) -> Words:
    """Pools of `SIZE` pieces each."""
    names = [people.name(rng) for _ in range(SIZE)]
    cases, solutions = [], []
    for name in names:
        product = rng.choice(texts.PRODUCTS)
        trouble = texts.trouble(rng, product=product)
        description = texts.description(
            rng, trouble=trouble, product=product, author=name.full, phone=phones.phone(rng)
        )
        parts = (
            texts.subject(rng, trouble=trouble),
            description,
            texts.technical(rng, product=product),
            product,
        )
        cases.append("\t".join(map(escaped, parts)))
        solutions.append(escaped(texts.solution(rng, trouble=trouble)))
    return Words(
        cases=cases,
        solutions=solutions,
        ours=[escaped(texts.staff_reply(rng, to=name.given, by="Alva Ekdal")) for name in names],
        theirs=[escaped(texts.customer_reply(rng, author=name.full)) for name in names],
        names=names,
        phones=[phones.phone(rng) for _ in range(SIZE)],
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """When a record began and ended, and two moments between, as text with the offset from UTC."""

    began: str
    between: tuple[str, str]
    ended: str


def moments(rng: random.Random, *, first: date, last: date, zone: str) -> list[Moment]:
    """`SIZE` moments whose end lies on a day from `first` to `last`, in office hours; they began up to twelve
    days before."""
    found = []
    for _ in range(SIZE):
        day = first + timedelta(days=rng.randrange((last - first).days + 1))
        ended = datetime.combine(day, time(8), ZoneInfo(zone)) + timedelta(seconds=rng.randrange(9 * 3600))
        began = ended - timedelta(seconds=rng.randrange(3600, 12 * 86400))
        length = ended - began
        between = (began + length * 0.3, began + length * 0.7)
        found.append(Moment(str(began), (str(between[0]), str(between[1])), str(ended)))
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """Which of `total` records are due: exactly `due` of them, evenly mixed among the others, without a
    table."""

    total: int
    due: int

    def rank(self, index: int) -> int:
        """The place of `index` in a mixed order of all; the first `due` are due."""
        # A large prime shares no factor with any total below it: a walk through all of them.
        return index * 2_147_483_647 % self.total

    def is_due(self, index: int) -> bool:
        return self.rank(index) < self.due


def due_days(period: Period, *, today: date) -> tuple[date, date]:
    """First and last day of what `period` has made due by now: a year's worth."""
    last = period.cutoff(today)
    return last - timedelta(days=365), last


def waiting_days(period: Period, *, today: date) -> tuple[date, date]:
    """First and last day of what is not due yet, and will not be tomorrow."""
    return period.cutoff(today + timedelta(days=1)) + timedelta(days=1), today - timedelta(days=1)
