"""Requests as the board's evidence: a sentence about what people may ask is broken while one is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from gallra.rights import queue
from gallra.rights.book import today
from gallra.running import evidence

LOOKING_BACK = timedelta(days=365)


def listen() -> None:
    """From now on the board asks here."""
    evidence.measured_by(asked)


def asked(now: datetime) -> evidence.Asked:
    """Requests in numbers, of the last year. Raises NoPolicy."""
    found = queue.counts(now, since=today(now) - LOOKING_BACK)
    return evidence.Asked(found.open, found.late, found.answered, found.in_time)
