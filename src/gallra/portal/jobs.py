"""Jobs of the public forms; their only argument is an arrival's number. They wait beside the mail, so that no sweep
keeps them."""

from __future__ import annotations

import logging

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from gallra.mail.jobs import SOON

log = logging.getLogger(__name__)

RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)
"""Again after 4, 16, 64 … seconds; after the last, `look_after_forms` takes it up."""


def start(arrival: int) -> None:
    """Take it in, once the transaction has committed."""
    take_in.configure(lock=_name(arrival)).defer(arrival=arrival)


def again(arrival: int) -> bool:
    """Put its job into the queue once more, unless this has been done and it waits there; whether it was."""
    try:
        with transaction.atomic():
            take_in.configure(lock=_name(arrival), queueing_lock=_name(arrival)).defer(arrival=arrival)
    except AlreadyEnqueued:
        return False
    return True


def _name(arrival: int) -> str:
    return f"form {arrival}"


@app.task(name="take_in_form", pass_context=False, retry=RETRY, queue=SOON)
def take_in(arrival: int) -> None:
    """Make of a form what it asks for, and acknowledge it."""
    from django.utils import timezone

    from gallra.portal import arrivals
    from gallra.running.behind import behind

    if behind():
        log.error("no form is taken in: the database was restored; run gallra restore first")
        return
    arrivals.take_in(arrival, now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="look_after_forms", pass_context=False, queueing_lock="look_after_forms", queue=SOON)
def look_after_forms(timestamp: int) -> None:
    """Every five minutes: what limits counted and has run out is forgotten; forms whose job was lost get another."""
    from django.utils import timezone

    from gallra.portal import arrivals, limits

    now = timezone.now()
    limits.forget_old(now)
    if found := arrivals.take_up(now):
        log.info("%d forms put back into the queue", found)
