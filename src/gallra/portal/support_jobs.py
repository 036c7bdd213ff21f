"""Jobs of the customers' portal."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="35 4 * * *")
@app.task(name="close_left_over", queueing_lock="close_left_over")
def close_left_over(timestamp: int) -> None:
    """Every night, after the sweep: sign-ins of customers whose account has gone are closed, and go by their period."""
    from django.utils import timezone

    from gallra.portal import support_access
    from gallra.running.behind import behind

    if behind():
        log.error("no sign-in is closed: the database was restored; run gallra restore first")
        return
    log.info("%d sign-in accounts closed", support_access.close_left_over(now=timezone.now()))
