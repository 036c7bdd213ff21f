"""Jobs of requests (Procrastinate): their only argument is a request's number.

A job is put into the queue in the transaction of the verb, so that both are there or neither. It can be killed between
any two steps and done again: each step asks what has been done. Jobs of one request run one after the other.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = logging.getLogger(__name__)

RETRY = RetryStrategy(max_attempts=12, exponential_wait=4)
"""Again after 4, 16, 64 … seconds; after the last, the hourly look takes it up (`look_after_requests`)."""


def start_looking_up(request: int) -> None:
    """Look the person up, once the transaction has committed."""
    look_up.configure(lock=_name(request)).defer(request=request)


def start_carrying_out(request: int) -> None:
    """Carry the request out, once the transaction has committed."""
    carry_out.configure(lock=_name(request)).defer(request=request)


def start_telling(breach: int) -> None:
    """Write to the people whom a breach concerns, once the transaction has committed."""
    tell_of_breach.configure(lock=f"breach {breach}").defer(breach=breach)


def again(task: Any, request: int) -> bool:
    """Put a request's job into the queue once more, unless this has been done and it waits there; whether it was."""
    return _once_more(task, _name(request), request=request)


def tell_again(breach: int) -> bool:
    """The same for the job that writes to the people whom a breach concerns."""
    return _once_more(tell_of_breach, f"breach {breach}", breach=breach)


def _once_more(task: Any, name: str, **about: int) -> bool:
    try:
        with transaction.atomic():
            task.configure(lock=name, queueing_lock=f"{task.name} {name}").defer(**about)
    except AlreadyEnqueued:
        return False
    return True


def _name(request: int) -> str:
    return f"request {request}"


@app.task(name="look_up_request", pass_context=False, retry=RETRY)
def look_up(request: int) -> None:
    """What every system has of the person; then staff decide, or a clear case goes on by itself."""
    from django.utils import timezone

    from gallra.rights import looking

    looking.look_up(request, now=timezone.now())


@app.task(name="carry_out_request", pass_context=False, retry=RETRY)
def carry_out(request: int) -> None:
    """Do what was decided, ask again, and answer."""
    from django.utils import timezone

    from gallra.rights import carrying

    carrying.carry_out(request, now=timezone.now())


@app.task(name="tell_of_breach", pass_context=False, retry=RETRY)
def tell_of_breach(breach: int) -> None:
    """Write to whoever has not been told of a breach yet."""
    from django.utils import timezone

    from gallra.rights import breach_telling

    breach_telling.send(breach, now=timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(name="look_after_requests", pass_context=False, queueing_lock="look_after_requests")
def look_after_requests(timestamp: int) -> None:
    """Every hour: links that ran out, reminders, lost jobs, deferred erasures that have become complete."""
    from django.utils import timezone

    from gallra.rights import minding
    from gallra.running.installed import NoPolicy

    try:
        done = minding.mind(timezone.now())
    except NoPolicy:
        return  # nobody can have asked for anything yet
    log.info("requests: %s", ", ".join(f"{count} {what}" for what, count in done.items()))


@app.periodic(cron="50 3 * * *")
@app.task(name="collect_answers", pass_context=False, queueing_lock="collect_answers")
def collect_answers(timestamp: int) -> None:
    """Every night: files of answers whose rows are gone leave the disk."""
    from django.utils import timezone

    from gallra.rights import minding

    log.info("%d files of answers without a row removed", minding.collect(timezone.now()))
