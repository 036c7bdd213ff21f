"""What nobody has to think of: links that ran out, reminders before the day, jobs that were lost, deferred erasures
that have become complete, restrictions whose day has come, breaches whose clock runs out. Run every hour; each part
may run again at any time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from gallra.mail import sending
from gallra.rights import breach_telling, breaches, clock, jobs, links, looking, restriction
from gallra.rights.answer import storing
from gallra.rights.book import entered, post, today
from gallra.rights.models import Answer, Link, Request
from gallra.rights.words import Right, State
from gallra.running.installed import running
from gallra.running.models import Intent, OpenErasure

log = logging.getLogger(__name__)
LOST = timedelta(minutes=30)
"""So long after a job was asked for, with nothing done, it is asked for again."""


def mind(now: datetime) -> dict[str, int]:
    """All of it; how many of each. Raises NoPolicy."""
    return {
        "expired": expire(now),
        "reminded": remind(now),
        "restarted": restart(now),
        "completed": complete(now),
        "searched": looking.search_again(now=now),
        "lifted": restriction.lift_due(now),
        "breaches": breaches.remind(now),
        "telling": breach_telling.take_up(now, late=LOST),
    }


def expire(now: datetime) -> int:
    """A request whose link was not used stays with staff, its clock running (S21)."""
    done = 0
    live = Link.objects.filter(purpose=links.CONFIRM, expires_at__gt=now, used_at=None)
    waiting = Request.objects.filter(state=State.WAITING).exclude(pk__in=live.values("request_id"))
    for number in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            found = Request.objects.select_for_update().filter(pk=number, state=State.WAITING).first()
            if found is None:
                continue
            found.state = State.OPEN
            found.save(update_fields=["state"])
            entered(found, "link expired", now=now)
            done += 1
    return done


def remind(now: datetime) -> int:
    """A week and two days before a request's last day, staff get a mail with its number; nothing else of it."""
    day, done = today(now), 0
    soon = day + timedelta(days=max(clock.REMINDERS))
    near = Request.objects.filter(closed_at=None, paused_on=None, due_on__lte=soon).order_by("due_on", "pk")
    for number in list(near.values_list("pk", flat=True)):
        with transaction.atomic():
            found = Request.objects.select_for_update().filter(pk=number, closed_at=None).first()
            if found is None:
                continue
            before = clock.reminder(found.due_on, day, sent=found.reminded)
            if before is None:
                continue
            found.reminded = before
            found.save(update_fields=["reminded"])
            entered(found, "reminded", now=now)
            _mail_staff(found, clock.days_left(found.due_on, day), now)
            done += 1
    return done


def restart(now: datetime) -> int:
    """Jobs that ended without having done their work, for whatever reason, are put into the queue again."""
    lost = now - LOST
    looking = Request.objects.filter(
        state=State.DECIDING, looked_up_at=None, identified_at__lt=lost
    ).values_list("pk", flat=True)
    working = Request.objects.filter(state=State.WORKING, approved_at__lt=lost).values_list("pk", flat=True)
    return sum(jobs.again(jobs.look_up, number) for number in list(looking)) + sum(
        jobs.again(jobs.carry_out, number) for number in list(working)
    )


def complete(now: datetime) -> int:
    """Where the last of what a statute or a hold kept has gone, the request says so, and the person is told if they
    wished it."""
    done = 0
    kept = Request.objects.filter(right=Right.ERASURE, state=State.ANSWERED, completed_at=None)
    for number in list(kept.values_list("pk", flat=True)):
        with transaction.atomic():
            found = Request.objects.select_for_update().filter(pk=number, completed_at=None).first()
            if found is None or _waits(found):
                continue
            later = any(line[3] in ("kept", "held", "needed") for line in found.result.get("lines", ()))
            found.completed_at = now
            found.save(update_fields=["completed_at"])
            entered(found, "completed", now=now)
            if found.wants_told and later:
                post(found, "completed", now=now)
            done += 1
    return done


def collect(now: datetime) -> int:
    """Answers' files whose rows, and with them the keys, are gone."""
    return storing.collect_orphans(
        lambda files: set(Answer.objects.filter(file__in=files).values_list("file", flat=True)), now=now
    )


def _waits(request: Request) -> bool:
    open_ = OpenErasure.objects.filter(
        email=request.address, completed_at=None, asked_at__lte=request.received_at
    )
    there = Intent.objects.filter(
        Q(asked_at__lte=request.received_at), action="erasure.receipt", email=request.address
    )
    return open_.exists() or there.exists()


def _mail_staff(request: Request, left: int, now: datetime) -> None:
    """To whoever answers for privacy; nobody's address is known where the policy names none."""
    who = running().policy.controller
    to = (who.officer.email if who.officer else None) or who.email
    if to is None:
        log.warning(
            "request %d is due in %d days, and the policy names no address to remind", request.pk, left
        )
        return
    context = {"number": request.pk, "left": left, "due": request.due_on, "late": left < 0}
    sending.post(
        to=to, text="rights/reminder", language=who.language, context=context, request=request.pk, now=now
    )
