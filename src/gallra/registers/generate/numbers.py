"""Organisation and personal identity numbers with right check digits that belong to nobody."""

from __future__ import annotations

import random
from datetime import date, timedelta

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def check_digit(digits: str) -> str:
    """The Luhn digit that follows `digits` (an organisation or identity number's first nine)."""
    total = sum(_DOUBLED[int(d)] if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def organisation_number(index: int) -> str:
    """The `index`-th (0 … 7,999,999) organisation number of an invented series: "49dddd-dddC".

    Group 4 is given to no kind of organisation in Sweden, and the third digit is at least 2, which keeps the
    number apart from a personal one. Raises ValueError outside the series.
    """
    if not 0 <= index < 8_000_000:
        raise ValueError("the invented series of organisation numbers has 8,000,000 numbers")
    # 1,234,567 has no factor in common with 8,000,000: a walk through the whole series that looks like no order at all.
    serial = 2_000_000 + (index * 1_234_567 + 3_517_201) % 8_000_000
    digits = f"49{serial:07d}"
    return f"{digits[:6]}-{digits[6:]}{check_digit(digits)}"


def identity_number(rng: random.Random) -> str:
    """A personal identity number of the birth numbers 238 and 239, which the Swedish Tax Agency keeps for
    tests: a sole trader's organisation number ("YYMMDD-NNNC", born 1990–2004)."""
    born = date(1990, 1, 1) + timedelta(days=rng.randrange(15 * 365))
    digits = f"{born:%y%m%d}{rng.choice(('238', '239'))}"
    return f"{digits[:6]}-{digits[6:]}{check_digit(digits)}"
