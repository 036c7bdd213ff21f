"""Periods as people write them: "3 months", "tre månader", "two years and six months", "P1Y6M", "at once"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from gallra.policy.periods import Period

Unit = Literal["day", "week", "month", "year"]

LONGEST_YEARS = 200
"""No period of a policy is longer; a larger number is a slip of the finger."""

_DAYS: Mapping[Unit, int] = {"day": 1, "week": 7, "month": 31, "year": 366}
_UNITS: Mapping[str, Unit] = {
    "day": "day", "days": "day", "dag": "day", "dagar": "day", "dygn": "day",
    "week": "week", "weeks": "week", "vecka": "week", "veckor": "week",
    "month": "month", "months": "month", "månad": "month", "månader": "month",
    "year": "year", "years": "year", "år": "year",
}  # fmt: skip
_WHOLE: Mapping[str, tuple[tuple[int, Unit], ...]] = {
    "at once": ((0, "day"),), "genast": ((0, "day"),),
    "half a year": ((6, "month"),), "ett halvår": ((6, "month"),), "ett halvt år": ((6, "month"),),
}  # fmt: skip
_ISO = re.compile(r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?")
_ISO_UNITS: tuple[Unit, ...] = ("year", "month", "week", "day")


def _numerals() -> dict[str, int]:
    """Number words from one to ninety-nine in Swedish and English, and the digits of a plain number are read
    apart."""
    small = {
        "sv": "noll en två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton "
        "sjutton arton nitton",
        "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
    }
    tens = {
        "sv": "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio",
        "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    }
    words = {"ett": 1, "a": 1, "an": 1}
    for lang, glue in (("sv", ""), ("en", "-")):
        names = small[lang].split()
        words |= {name: number for number, name in enumerate(names)}
        for ten, name in enumerate(tens[lang].split(), start=2):
            words[name] = ten * 10
            words |= {f"{name}{glue}{names[one]}": ten * 10 + one for one in range(1, 10)}
        if lang == "sv":
            words |= {f"{name}ett": ten * 10 + 1 for ten, name in enumerate(tens[lang].split(), start=2)}
    return words


_NUMBERS = _numerals()


@dataclass(frozen=True, slots=True)
class Span:
    """A period with the words it was written in: 24 months stay 24 months on the page, not two years.

    parts: (amount, unit), largest first as written; period: the same as months and days.
    """

    parts: tuple[tuple[int, Unit], ...]

    @property
    def period(self) -> Period:
        total = {unit: sum(n for n, u in self.parts if u == unit) for unit in _DAYS}
        return Period(months=total["month"] + 12 * total["year"], days=total["day"] + 7 * total["week"])

    @property
    def at_once(self) -> bool:
        return not any(amount for amount, _ in self.parts)

    @property
    def longest_days(self) -> int:
        """Never fewer days than the period can have: to compare periods roughly, not to count them."""
        return sum(amount * _DAYS[unit] for amount, unit in self.parts)

    def __str__(self) -> str:
        """English, as `read_span` reads it back: "1 year and 6 months"."""
        return " and ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in self.parts)


class NotAPeriod(ValueError):
    """The words are no period. `nearest` is what was probably meant, or None."""

    def __init__(self, word: str, nearest: str | None, *, too_long: bool = False) -> None:
        super().__init__(word)
        self.word, self.nearest, self.too_long = word, nearest, too_long


def read_span(text: str) -> Span:
    """The period that `text` says, in Swedish, English or ISO 8601. Raises NotAPeriod."""
    words = " ".join(text.lower().split())
    parts = _WHOLE.get(words) or _iso(text.strip()) or _spoken(words)
    if parts is None:
        raise NotAPeriod(text, _nearest(words))
    span = Span(parts)
    if span.longest_days > LONGEST_YEARS * 366:
        raise NotAPeriod(text, None, too_long=True)
    return span


def _iso(text: str) -> tuple[tuple[int, Unit], ...] | None:
    match = _ISO.fullmatch(text)
    if match is None or len(text) > 40:
        return None
    found = zip(match.groups(), _ISO_UNITS, strict=True)
    return tuple((int(amount), unit) for amount, unit in found if amount is not None) or None


def _number(word: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,9}", word):
        return int(word)
    return _NUMBERS.get(word)


def _spoken(words: str) -> tuple[tuple[int, Unit], ...] | None:
    parts: list[tuple[int, Unit]] = []
    for phrase in re.split(r" (?:and|och) |, ?", words):
        number, _, rest = phrase.rpartition(" ")
        amount, unit = _number(number), _UNITS.get(rest)
        if amount is None or unit is None or unit in {seen for _, seen in parts}:
            return None
        parts.append((amount, unit))
    return tuple(parts)


def _nearest(words: str) -> str | None:
    """The same phrase with each unknown word replaced by the nearest known one, if that makes a period."""
    known = [*_UNITS, *_NUMBERS, "and", "och"]
    mended: list[str] = []
    for word in re.sub(r"(?<=[0-9])(?=[^\W\d])", " ", words[:80]).split():
        if word in known or _number(word) is not None:
            mended.append(word)
            continue
        close = get_close_matches(word, known, n=1, cutoff=0.6)
        if not close:
            return None
        mended.append(close[0])
    if len(mended) == 1 and mended[0] in _UNITS:
        mended.insert(0, "1")
    phrase = " ".join(mended)
    return phrase if _spoken(phrase) else None
