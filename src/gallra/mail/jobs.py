"""Jobs of mail. Their arguments are numbers of rows, nothing else; they wait in a queue of their own (`soon`), so that
no sweep keeps a sign-in code waiting."""

from __future__ import annotations

import logging
from datetime import timedelta

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)

SOON = "soon"
LOST = timedelta(minutes=10)  # a message whose time came longer ago, and that no job took


@app.task(name="deliver", queue=SOON)
def deliver(mail: int) -> None:
    """Hand one message over to the mail server."""
    from django.utils import timezone

    from gallra.mail import delivering
    from gallra.running.behind import behind

    if behind():
        log.error("no mail: the database was restored; run gallra restore first")
        return
    delivering.deliver(mail, now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="look_for_mail", queueing_lock="look_for_mail", queue=SOON)
def look_for_mail(timestamp: int) -> None:
    """Every five minutes: messages whose job was lost (a restore, a killed worker) get another."""
    from django.utils import timezone

    from gallra.mail import delivering

    if found := delivering.take_up(timezone.now(), late=LOST):
        log.info("%d messages put back into the queue", found)


@app.periodic(cron="*/10 * * * *")
@app.task(name="tell_support", queueing_lock="tell_support", queue=SOON)
def tell_support(timestamp: int) -> None:
    """Every ten minutes: support is mailed of cases in which customers wrote something."""
    from django.utils import timezone

    from gallra.mail import case_news
    from gallra.running.behind import behind

    if behind():
        log.error("support is told nothing: the database was restored; run gallra restore first")
        return
    if found := case_news.tell(now=timezone.now()):
        log.info("support told of %d cases", found)


@app.periodic(cron="*/3 * * * *")
@app.task(name="read_mailbox", queueing_lock="read_mailbox", lock="mailbox")
def read_mailbox(timestamp: int) -> None:
    """Every three minutes: take in what came to the privacy mailbox."""
    from django.conf import settings
    from django.utils import timezone

    from gallra.mail import looking
    from gallra.running.behind import behind

    if settings.MAILBOX is None or behind():
        return
    found = looking.look(settings.MAILBOX, now=timezone.now())
    if found.stored or found.broken:
        log.info("%d messages taken in, %d could not be read", found.stored, found.broken)


@app.periodic(cron="35 4 * * *")
@app.task(name="clear_mailbox", queueing_lock="clear_mailbox", lock="mailbox")
def clear_mailbox(timestamp: int) -> None:
    """Every night after the sweep: messages whose rows have gone leave the mailbox too."""
    from django.conf import settings

    from gallra.mail import looking
    from gallra.running.behind import behind

    if settings.MAILBOX is None or behind():
        return
    log.info("%d messages removed from the mailbox", looking.clear(settings.MAILBOX))
