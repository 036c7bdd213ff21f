"""What runs by itself: the nightly sweep, the hourly check, and the keeping of the job queue.

Procrastinate keeps jobs in our own database, so that there is no broker. Jobs carry no arguments but moments: nobody's
data stand in the queue. The time of the sweep is the policy's (`[routine] sweep = "daily 02:00"`, in the
controller's time zone), so that it is asked every five minutes whether one is due: a new policy, a change to summer
time or a machine that slept through the night need nothing more.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = logging.getLogger(__name__)

RETRY_FAILED = timedelta(hours=1)
TAKE_UP_AGAIN = timedelta(minutes=10)  # a sweep that has begun and not ended: running, or killed
REWRITE_AGAIN = timedelta(hours=1)  # where tables were left that somebody used
SUNDAY, WINDOW_OPENS, WINDOW = (
    6,
    time(3),
    timedelta(hours=3),
)  # in the controller's zone: tables are rewritten


def scheduled_before(now: datetime, *, at: time, zone: ZoneInfo) -> datetime:
    """The last moment up to `now` at which a sweep was to begin: `at` o'clock in the controller's zone; in UTC."""
    day = now.astimezone(zone).date()
    today = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
    if today <= now:
        return today
    return datetime.combine(day - timedelta(days=1), at, tzinfo=zone).astimezone(UTC)


def sweep_is_due(
    now: datetime, *, scheduled: datetime, began: datetime, ended: datetime | None = None, outcome: str = ""
) -> bool:
    """Whether to sweep now, by what became of the last sweep: none since its time, failed an hour ago, or broken off.

    began: when the last sweep began; before the first, when the policy was adopted (its first night is still to come).
    A sweep that the brake or the clock guard stopped waits for a person.
    """
    if began < scheduled:
        return True
    if outcome == "failed":
        return ended is None or now - ended >= RETRY_FAILED
    return outcome == "running" and now - began >= TAKE_UP_AGAIN


def _outcome(outcome: str, reason: str) -> str:
    """A run that the brake or the clock guard refused is recorded as failed; it is a person who lets it go on."""
    return "stopped" if outcome == "failed" and reason.startswith(("brake ", "clock ")) else outcome


@app.periodic(cron="*/5 * * * *")
@app.task(name="look_for_sweep", pass_context=False, queueing_lock="look_for_sweep")
def look_for_sweep(timestamp: int) -> None:
    """Every five minutes: start the sweep when its time has come."""
    from django.utils import timezone

    from gallra.running.installed import NoPolicy, running
    from gallra.running.models import Run

    try:
        found = running()
    except NoPolicy:
        return
    now = timezone.now()
    last = Run.objects.filter(kind="sweep").order_by("-began").first()
    due = sweep_is_due(
        now,
        scheduled=scheduled_before(now, at=found.policy.sweep_at, zone=ZoneInfo(found.rules.timezone)),
        began=last.began if last else found.adoption.at,
        ended=last.ended if last else None,
        outcome=_outcome(last.outcome, last.reason) if last else "",
    )
    if due:
        try:
            sweep.defer()
        except AlreadyEnqueued:
            log.info("a sweep waits in the queue already")


@app.task(name="sweep", queueing_lock="sweep", retry=RetryStrategy(max_attempts=3, exponential_wait=60))
def sweep() -> None:
    """Carry out everything that is due."""
    from django.utils import timezone

    from gallra.running import runs

    runs.nightly_sweep(timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="check", queueing_lock="check")
def check(timestamp: int) -> None:
    """Every hour: ask of each promise whether it is kept, and sign what was done since."""
    from django.utils import timezone

    from gallra.ledger.checkpoint import make_checkpoint
    from gallra.running import board, marks, replay
    from gallra.running.behind import behind
    from gallra.running.installed import NoPolicy

    if behind():
        log.error("no check: the database was restored; run gallra restore first")
        return
    now = timezone.now()
    try:
        board.check(now)
    except NoPolicy:
        return  # nothing is promised yet
    make_checkpoint(now)
    marks.keep()
    replay.reconcile()


def rewrite_is_due(now: datetime, *, zone: ZoneInfo, last: datetime | None, left: bool = False) -> bool:
    """Whether the week's window is open (Sunday 03:00 to 06:00 in the controller's zone) and no rewrite has been tried
    in it yet, or an hour has passed since one that `left` tables. A window that the machine slept through is not made
    up for on a working day: rewriting closes tables.
    """
    local = now.astimezone(zone)
    opens = datetime.combine(local.date(), WINDOW_OPENS, tzinfo=zone)
    if local.weekday() != SUNDAY or not opens <= now < opens + WINDOW:
        return False
    return last is None or last < opens or (left and now - last >= REWRITE_AGAIN)


@app.periodic(cron="*/15 * * * *")
@app.task(name="look_for_rewrite", pass_context=False, queueing_lock="look_for_rewrite")
def look_for_rewrite(timestamp: int) -> None:
    """Every quarter of an hour: in the week's window, rewrite the tables in which something was erased since."""
    from django.utils import timezone

    from gallra.ledger.checkpoint import make_checkpoint
    from gallra.running import remains, rewriting, runs
    from gallra.running.installed import NoPolicy, running

    now = timezone.now()
    try:
        zone = ZoneInfo(running().rules.timezone)
    except NoPolicy:
        return
    known = remains.rewrites()
    last, left = (known[0].at, bool(known[0].left)) if known else (None, False)
    if not rewrite_is_due(now, zone=zone, last=last, left=left):
        return
    try:
        done = rewriting.rewrite(now)
    except runs.Refused:
        log.info("no rewrite yet: a sweep is running, or a restore is due")
        return
    if done is not None:
        log.info("%d tables rewritten, %d left for the next window", len(done.tables), len(done.left))
        make_checkpoint(now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="keep_queue", queueing_lock="keep_queue")
async def keep_queue(timestamp: int) -> None:
    """Put jobs of a killed worker back into the queue. Those that ended go by their period, with the sweep."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


@app.periodic(cron="45 3 * * *")
@app.task(name="collect_documents", queueing_lock="collect_documents")
def collect_documents(timestamp: int) -> None:
    """Every night: files of documents whose rows, and with them the keys, are gone leave the disk too."""
    from django.utils import timezone

    from gallra.registers import documents

    found = documents.collect_orphans(now=timezone.now())
    log.info("%d files without a row removed, %d rows without their file", found.removed, found.missing)
