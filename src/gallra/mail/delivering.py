"""Handing over what was written: once where it can be had, never lost.

A worker marks the message as being sent, hands it over, and marks it as sent. Killed before the server had it, or
after we knew that it had, it is sent once. Killed in the moment between the server's yes and our note of it, it is sent
again under the same number, by which mail programs know it: at least once, and as rarely twice as mail allows.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from gallra.mail import composing, rendering, signals, smtp
from gallra.mail.models import Outgoing
from gallra.systems.connection import OwnDatabase

log = logging.getLogger(__name__)

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120))
"""After the first attempt, the second … ; then as long as the last."""
PATIENCE = timedelta(days=2)
GIVEN_UP = "given up"
"""Stands instead of a server's answer where a person gave the message up."""
HIDDEN = "…"
"""Stands in our copy for what only the reader may have."""


def deliver(mail: int, *, now: datetime) -> None:
    """Hand one message over, or note why not and when to try again. What is underway with another worker, or over,
    is left alone."""
    with OwnDatabase().alone(f"mail {mail}") as mine:
        row = Outgoing.objects.filter(pk=mail, fate=Outgoing.Fate.UNDERWAY).first() if mine else None
        if row is None:
            return
        if settings.SMTP_SERVER is None:  # there was one when it was written
            _sent(row, Outgoing.State.OUTBOX, "", now)
            return
        row.state, row.tried_at, row.attempts = Outgoing.State.SENDING, now, row.attempts + 1
        row.save(update_fields=["state", "tried_at", "attempts"])
        outcome = smtp.hand_over(
            settings.SMTP_SERVER,
            composing.message(row, controller=rendering.controller()),
            sender=settings.MAIL_RETURNS_TO,
            recipient=row.address,
            envelope=row.message_id.partition("@")[0],
            local=urlsplit(settings.ADDRESS).hostname or "localhost",
        )
        if outcome.kind == "sent":
            _sent(row, Outgoing.State.SENT, outcome.status, now)
        elif outcome.kind == "never" or now - row.added_at >= PATIENCE:
            _failed(row, outcome.status, now)
        else:
            _later(row, outcome.status, now)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return WAITS[min(attempts, len(WAITS)) - 1]


def send_again(mail: int, *, now: datetime) -> bool:
    """Try a failed message once more, with two more days of patience; False where there is none that failed. The
    person who asks has mended what was wrong. What only the reader could have has left our copy by then, where it
    had been sent."""
    with transaction.atomic():
        row = Outgoing.objects.select_for_update().filter(pk=mail, fate=Outgoing.Fate.FAILED).first()
        if row is None or settings.SMTP_SERVER is None:
            return False
        row.state, row.fate, row.status, row.attempts = Outgoing.State.WAITING, Outgoing.Fate.UNDERWAY, "", 0
        row.added_at = row.next_at = now
        row.sent_at = row.failed_at = None
        row.save()
        _defer(row)
    return True


def try_now(mail: int, *, now: datetime) -> bool:
    """Try a message that waits for its next attempt at once; False where none waits."""
    with transaction.atomic():
        found = Outgoing.objects.select_for_update().filter(pk=mail, state=Outgoing.State.WAITING)
        row = found.filter(fate=Outgoing.Fate.UNDERWAY).first()
        if row is None:
            return False
        row.next_at = now
        row.save(update_fields=["next_at"])
        _defer(row)
    return True


def give_up(mail: int, *, now: datetime) -> bool:
    """A person gives a message up that is underway: nobody tries it any more. False where there is none, or where it is
    being handed over at this moment. Nobody is told that it came back, for it did not."""
    with OwnDatabase().alone(f"mail {mail}") as mine:
        if not mine:
            return False
        with transaction.atomic():
            found = Outgoing.objects.select_for_update().filter(pk=mail, fate=Outgoing.Fate.UNDERWAY)
            row = found.first()
            if row is None:
                return False
            row.state, row.fate = Outgoing.State.FAILED, Outgoing.Fate.FAILED
            row.status, row.failed_at = GIVEN_UP, now
            row.save(update_fields=["state", "fate", "status", "failed_at"])
    return True


def take_up(now: datetime, *, late: timedelta, most: int = 500) -> int:
    """Put messages back into the queue whose time came more than `late` ago: their job was lost. How many."""
    rows = Outgoing.objects.filter(fate=Outgoing.Fate.UNDERWAY, next_at__lte=now - late).order_by("next_at")[
        :most
    ]
    for row in rows:
        with transaction.atomic():
            row.next_at = now
            row.save(update_fields=["next_at"])
            _defer(row)
    return len(rows)


def _sent(row: Outgoing, state: Outgoing.State, status: str, now: datetime) -> None:
    row.state, row.fate, row.status, row.sent_at = state, Outgoing.Fate.SENT, status, now
    if state == Outgoing.State.SENT:
        for secret in {form for said in row.secrets for form in (said, escape(said))}:
            row.plain, row.html = row.plain.replace(secret, HIDDEN), row.html.replace(secret, HIDDEN)
            row.subject = row.subject.replace(secret, HIDDEN)
        row.secrets = []
    row.save()


def _failed(row: Outgoing, status: str, now: datetime) -> None:
    """Given up: seen by staff, and told to whoever wants to know."""
    with transaction.atomic():
        row.state, row.fate, row.status, row.failed_at = (
            Outgoing.State.FAILED,
            Outgoing.Fate.FAILED,
            status,
            now,
        )
        row.save()
        signals.returned.send(Outgoing, mail=row, hard=status[:1] == "5", now=now)
    log.warning("mail %d was given up: %s", row.pk, status)


def _later(row: Outgoing, status: str, now: datetime) -> None:
    with transaction.atomic():
        row.state, row.status = Outgoing.State.WAITING, status
        row.next_at = min(now + pause(row.attempts), max(row.added_at + PATIENCE, now + WAITS[0]))
        row.save()
        _defer(row)
    log.info("mail %d waits for another attempt: %s", row.pk, status)


def _defer(row: Outgoing) -> None:
    from gallra.mail import jobs

    jobs.deliver.configure(schedule_at=row.next_at).defer(mail=row.pk)
