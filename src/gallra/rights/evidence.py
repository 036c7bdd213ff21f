"""The board's evidence: a sentence about what people may ask is broken while a request is late; one about to whom data
is given says what was given out."""

from __future__ import annotations

from datetime import datetime, timedelta

from gallra.rights import disclosures, queue
from gallra.rights.book import today
from gallra.running import evidence

LOOKING_BACK = timedelta(days=365)


def listen() -> None:
    """From now on the board asks here."""
    evidence.measured_by(asked)
    evidence.given_by(given)


def asked(now: datetime) -> evidence.Asked:
    """Requests in numbers, of the last year. Raises NoPolicy."""
    found = queue.counts(now, since=today(now) - LOOKING_BACK)
    return evidence.Asked(found.open, found.late, found.answered, found.in_time)


def given(now: datetime) -> evidence.Given:
    """Disclosures in numbers, of the last year. Raises NoPolicy."""
    found = disclosures.counts(now)
    return evidence.Given(found.recipients, found.authorities, found.staff, found.to_tell)
