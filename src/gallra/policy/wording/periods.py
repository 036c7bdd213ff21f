"""Periods in words: "tre månader", "two years", "varje år", "var fjortonde dag".

A `Span` keeps the units its author wrote: 24 months stay 24 months. A bare `Period` has lost them; then a year is
told as a year, and 84 months are seven years.
"""

from __future__ import annotations

from gallra.kinds import Text
from gallra.policy.periods import Period
from gallra.policy.spelling import Span, Unit
from gallra.policy.wording.grammar import Lang, listed, number, ordinal

Length = Span | Period

_ONE: dict[Unit, Text] = {
    "year": Text("år", "year"),
    "month": Text("månad", "month"),
    "week": Text("vecka", "week"),
    "day": Text("dag", "day"),
}
_MANY: dict[Unit, Text] = {
    "year": Text("år", "years"),
    "month": Text("månader", "months"),
    "week": Text("veckor", "weeks"),
    "day": Text("dagar", "days"),
}


def counts(length: Length) -> tuple[tuple[int, Unit], ...]:
    """The numbers of units, largest first; () for no time at all. 30 months of a `Period` are two years and six
    months, but up to two years people count in months: 18 months, never a year and six months.
    """
    if isinstance(length, Span):
        return tuple((amount, unit) for amount, unit in length.parts if amount)
    years, months = divmod(length.months, 12)
    if years == 1 and months:
        years, months = 0, length.months
    found: tuple[tuple[int, Unit], ...] = ((years, "year"), (months, "month"), (length.days, "day"))
    return tuple((amount, unit) for amount, unit in found if amount)


def words(length: Length, lang: Lang) -> str:
    """tre månader, en vecka, ett år och två månader; three months, one week; genast, immediately, for no time at
    all.
    """
    said = listed((_counted(amount, unit, lang) for amount, unit in counts(length)), lang)
    return said or ("genast" if lang == "sv" else "immediately")


def _counted(amount: int, unit: Unit, lang: Lang) -> str:
    if amount == 1:
        one = number(1, lang) if lang == "en" or unit == "year" else "en"
        return f"{one} {_ONE[unit][lang]}"
    return f"{number(amount, lang)} {_MANY[unit][lang]}"


def every(length: Length, lang: Lang) -> str:
    """How often: varje år, vartannat år, var tredje månad; every year, every other year, every three months.
    Twelve months are a year here, whoever counts. `length` is longer than nothing.
    """
    found = counts(length)
    if len(found) == 1 and found[0][1] == "month" and found[0][0] % 12 == 0:
        found = ((found[0][0] // 12, "year"),)
    if len(found) > 1:
        interval = words(length, lang)
        return f"med {interval}s mellanrum" if lang == "sv" else f"at intervals of {interval}"
    amount, unit = found[0]
    if amount == 1:
        return f"{'varje' if lang == 'sv' else 'every'} {_ONE[unit][lang]}"
    if lang == "en":
        return f"every other {_ONE[unit].en}" if amount == 2 else f"every {_counted(amount, unit, lang)}"
    if amount == 2:
        return f"{'vartannat' if unit == 'year' else 'varannan'} {_ONE[unit].sv}"
    return f"{'vart' if unit == 'year' else 'var'} {ordinal(amount, lang)} {_ONE[unit].sv}"
