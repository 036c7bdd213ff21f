"""Jobs of requests (Procrastinate): their only argument is a request's number.

A job is put into the queue in the transaction of the verb, so that both are there or neither. It can be killed between
any two steps and done again: each step asks what has been done. Jobs of one request run one after the other.
"""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=12, exponential_wait=4)
"""Again after 4, 16, 64 … seconds; after the last, the hourly look takes it up (`look_after_requests`)."""


def start_looking_up(request: int) -> None:
    """Look the person up, once the transaction has committed."""
    look_up.configure(lock=f"request {request}").defer(request=request)


def start_carrying_out(request: int) -> None:
    """Carry the request out, once the transaction has committed."""
    carry_out.configure(lock=f"request {request}").defer(request=request)


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
