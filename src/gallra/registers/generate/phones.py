"""Telephone numbers that the Swedish Post and Telecom Authority (PTS) keeps for books and films: they ring
nowhere."""

from __future__ import annotations

import random

RANGES: tuple[tuple[str, int, int], ...] = (
    ("031", 3900600, 3900699),
    ("040", 6280400, 6280499),
    ("08", 46500400, 46500499),
    ("0980", 319200, 319299),
    ("070", 1740605, 1740699),
)
"""Area code, first and last subscriber number of each reserved range."""


def _spaced(digits: str) -> str:
    """Swedish grouping: pairs from the right, three first where the count is odd: "390 06 00", "31 92 00",
    "465 004 00"."""
    if len(digits) == 8:
        return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    head = 3 if len(digits) % 2 else 2
    return " ".join([digits[:head], *(digits[i : i + 2] for i in range(head, len(digits), 2))])


NUMBERS: tuple[str, ...] = tuple(
    f"{area}-{_spaced(str(number))}" for area, first, last in RANGES for number in range(first, last + 1)
)
"""All 495 of them, as a Swede writes them: "040-628 04 00"."""


def phone(rng: random.Random) -> str:
    """One of the reserved numbers; with more people than numbers they are shared, as a switchboard's is."""
    return rng.choice(NUMBERS)
