"""Looking into the privacy mailbox: every message is taken in once, and leaves the mailbox when its row has gone (M24).

A message is stored first, then marked and moved. Killed in between, it is known again by its header at the next look,
and only put away.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from gallra.mail import receiving
from gallra.mail.mailbox import Box, Found, Trouble, opened
from gallra.mail.models import Incoming, Look
from gallra.mail.reading import digest_of
from gallra.mail.servers import Mailbox

log = logging.getLogger(__name__)

MOST = 200  # messages a look
LARGEST = 30 * 2**20  # bytes of a message; of a larger one only the header is read


@dataclass(frozen=True, slots=True)
class Looked:
    """Numbers of messages: stored, and broken (they stay where they are, and are tried again at every look). trouble:
    why the mailbox could not be looked into, as mailbox.Trouble says; empty where it could."""

    stored: int
    broken: int
    trouble: str = ""


def look(mailbox: Mailbox, *, now: datetime) -> Looked:
    """Take in what is new. Writes down how it went, for staff to see."""
    stored = broken = 0
    trouble = ""
    try:
        with opened(mailbox) as box:
            for found in list(box.new(MOST)):
                try:
                    stored += _take(box, found, now)
                except (Trouble, OSError):
                    raise
                except Exception as error:  # one message must not keep the others out
                    log.error("a message could not be taken in: %s", type(error).__name__)
                    broken += 1
    except Trouble as said:
        trouble = said.code
        log.warning("the privacy mailbox could not be looked into: %s", trouble)
    _note(now, trouble, broken)
    return Looked(stored, broken, trouble)


def clear(mailbox: Mailbox) -> int:
    """Remove from the mailbox what was taken in and has no row any more: its period has passed, or its writer was
    erased. Returns how many messages went; Trouble where the mailbox cannot be looked into."""
    with opened(mailbox) as box:
        there = [(found.uid, digest_of(found.header)) for found in box.taken_in()]
        kept = {bytes(digest) for digest in Incoming.objects.values_list("digest", flat=True)}
        gone = [uid for uid, digest in there if digest not in kept]
        box.remove(gone)
    return len(gone)


def last() -> Look | None:
    """The last look; None before the first."""
    return Look.objects.order_by("-at").first()


def _take(box: Box, found: Found, now: datetime) -> int:
    new = 0
    if not receiving.known(digest_of(found.header)):
        whole = found.size <= LARGEST
        raw = box.contents(found.uid) if whole else found.header
        taken = receiving.take_in(raw, size=found.size, received_at=found.received_at, now=now, whole=whole)
        new = int(taken is not None)
    box.put_away(found.uid)
    return new


def _note(now: datetime, trouble: str, broken: int) -> None:
    seen: dict[str, object] = {"at": now, "trouble": trouble}
    if not trouble:
        seen |= {"well_at": now, "broken": broken}
    if not Look.objects.update(**seen):
        Look.objects.create(**seen)
