"""Jobs of the public forms; their only argument is an arrival's number."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from gallra.mail.jobs import SOON

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="look_after_forms", pass_context=False, queueing_lock="look_after_forms", queue=SOON)
def look_after_forms(timestamp: int) -> None:
    """Every five minutes: what limits counted and has run out is forgotten."""
    from django.utils import timezone

    from gallra.portal import limits

    limits.forget_old(timezone.now())
