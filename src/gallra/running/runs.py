"""Sweeps: everything that is due, carried out under the running policy, with its run recorded.

One sweep at a time. A run is recorded before it begins and when it ends; one that was killed is found by the next
sweep, which goes on under its id, so that each batch has its receipt once (invariant 2).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from gallra.engine.act import SIZE, Taken, never
from gallra.engine.along import Along, along
from gallra.engine.clock import ClockStop, checked
from gallra.engine.days import Today
from gallra.engine.execute import Executor
from gallra.engine.holds import OwnHolds
from gallra.engine.plan import Plan, plan
from gallra.ledger.append import append
from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.models import Entry
from gallra.running import board, foreign, marks, replay
from gallra.running.behind import behind
from gallra.running.installed import NoPolicy, Running, own_kinds, running
from gallra.running.models import Run
from gallra.running.steps import Sweep, Told, carry_out_all, quiet
from gallra.systems.connection import OwnDatabase

log = logging.getLogger(__name__)

MISSED = timedelta(hours=26)
"""Without a finished sweep for so long, the promises that sweeps keep are broken (design.md section 1)."""


class Refused(Exception):
    """A sweep that does not begin. Nothing was touched. `clock`, `brakes`: what has to be confirmed; busy: another
    runs.
    """

    def __init__(
        self,
        *,
        clock: ClockStop | None = None,
        plan: Plan | None = None,
        busy: bool = False,
        restored: bool = False,
    ) -> None:
        super().__init__("the sweep was refused")
        self.clock = clock
        self.plan = plan
        self.busy = busy
        self.restored = restored

    def __str__(self) -> str:
        from gallra.running.words import refusal

        return refusal(self)


@dataclass(frozen=True, slots=True)
class Result:
    """A sweep that ended. outcome: finished, stopped (asked to, between two batches) or failed (some rule raised; the
    others were carried out). taken: records by rule. left: due records that remain.
    """

    run: uuid.UUID
    resumed: bool
    outcome: str
    taken: dict[str, int]
    parts: dict[str, int]
    contacts: int
    companies: int
    blanked: int
    left: int
    reason: str

    @property
    def records(self) -> int:
        return sum(self.taken.values())


def due(now: datetime, *, executor: Executor | None = None) -> Plan:
    """What the running policy wants done now. Raises NoPolicy."""
    policy = running()
    today = Today.of(now, policy.rules.timezone)
    own = plan(executor or OwnDatabase(), policy.rules, policy.kinds, today, OwnHolds())
    return foreign.planned(policy, today, own)


def along_with(plan: Plan) -> Along:
    """What goes with a plan's records in our own database."""
    return along(OwnDatabase(), plan, own_kinds().values())


def sweep(
    now: datetime,
    *,
    clock: datetime | None = None,
    confirmed: frozenset[str] = frozenset(),
    audit: bool = False,
    by: str = "",
    executor: Executor | None = None,
    size: int = SIZE,
    stop: Callable[[], bool] = never,
    told: Told = quiet,
) -> Result:
    """Carry out everything that is due at `now`.

    clock: what the machine's clock says, where it is not `now` itself. confirmed: what a person has confirmed:
    "clock", and record kinds whose brake is released ("*" for all). audit: ask of every contact and company, and
    blank again. Raises Refused, NoPolicy; what fails under one rule is in the result, and does not stop the others.
    """
    policy = running()
    executor = executor or OwnDatabase()
    with executor.alone("sweep") as mine:
        if not mine:
            raise Refused(busy=True)
        if behind():
            raise Refused(restored=True)
        stopped = checked(now=now, clock=clock or now, last=last_entry(), confirmed="clock" in confirmed)
        if stopped is not None:
            raise Refused(clock=stopped)
        today = Today.of(now, policy.rules.timezone)
        own = plan(executor, policy.rules, policy.kinds, today, OwnHolds())
        wanted = foreign.planned(policy, today, own)
        kept = [brake for brake in wanted.brakes if brake.kind not in confirmed and "*" not in confirmed]
        if kept:
            raise Refused(plan=wanted)
        run, resumed = _begin(policy, now)
        _say_confirmed(wanted, run, now, confirmed, by)
        planned = {step.name: step.count for step in own.steps}
        state = Sweep(policy, run, today, executor, size=size, stop=stop, told=told, audit=audit, due=planned)
        carry_out_all(state)
        return _end(state, resumed, now)


def nightly_sweep(now: datetime) -> Result | None:
    """The scheduled sweep with its audits; then the check, so that the board says what is so in the morning, and the
    signature under all of it.

    A missed one is recorded first; a stop by clock or brake is a failed run.
    """
    try:
        policy = running()
    except NoPolicy:
        return None
    if behind():  # nothing is written either: an entry now would take the number of one that is missing
        log.error("no sweep: %s", Refused(restored=True))
        return None
    last = last_finished("sweep")
    if last is not None and now - last > MISSED:
        with transaction.atomic():
            body = {"expected": (last + timedelta(days=1)).isoformat(), "last": last.isoformat()}
            append(action="sweep.missed", body=body, now=now, policy=policy.rules.version)
    try:
        result = sweep(now, audit=True)
    except Refused as refused:
        if not refused.busy:
            _record_refusal(policy, now, refused)
        return None
    board.check(now)
    make_checkpoint(now)
    marks.keep()
    replay.reconcile()
    replay.drop_old(policy.policy, now)
    return result


def last_entry() -> datetime | None:
    """When the newest ledger entry was made."""
    return Entry.objects.order_by("-number").values_list("at", flat=True).first()


def last_finished(kind: str) -> datetime | None:
    """When the last finished run of a kind ended."""
    runs = Run.objects.filter(kind=kind, outcome=Run.Outcome.FINISHED).order_by("-began")
    return runs.values_list("ended", flat=True).first()


def _begin(policy: Running, now: datetime) -> tuple[Run, bool]:
    """A new run, or the interrupted one of the same policy version; interrupted runs of others are closed."""
    resumed: Run | None = None
    for interrupted in Run.objects.filter(kind="sweep", outcome=Run.Outcome.RUNNING).order_by("-began"):
        if resumed is None and interrupted.policy == policy.rules.version:
            resumed = interrupted
        else:
            _close(interrupted, now, outcome="failed", reason="interrupted")
    if resumed is not None:
        Run.objects.filter(pk=resumed.pk).update(as_of=now)
        return resumed, True
    return Run.objects.create(kind="sweep", policy=policy.rules.version, as_of=now, began=now), False


def _end(state: Sweep, resumed: bool, now: datetime) -> Result:
    outcome = "failed" if state.failures else "stopped" if state.stopped else "finished"
    reason = ", ".join(state.failures)[:300]
    total = Taken()
    for taken in state.taken.values():
        total = total.plus(taken)
    extra: dict[str, Any] = {
        "contacts": state.settled.contacts, "companies": state.settled.companies,
        "blanked": state.blanked, "left": state.left,
    }  # fmt: skip
    by_rule = _close(state.run, now, outcome=outcome, reason=reason, extra=extra)
    return Result(
        run=state.run.pk, resumed=resumed, outcome=outcome, taken=by_rule, parts=total.parts, reason=reason,
        left=state.left,
        contacts=state.settled.contacts, companies=state.settled.companies, blanked=state.blanked,
    )  # fmt: skip


def _close(
    run: Run, now: datetime, *, outcome: str, reason: str, extra: dict[str, Any] | None = None
) -> dict[str, int]:
    """End a run: its sums come from its receipts, which are the truth. The records it took, by rule."""
    by_rule = receipts_of(run.pk)
    taken = sum(by_rule.values())
    body: dict[str, Any] = {
        "outcome": outcome, "taken": taken, "taken_by_rule": by_rule,
        "began": run.began.isoformat(), "ended": now.isoformat(),
    }  # fmt: skip
    if reason:
        body["cause"] = "interrupted" if reason == "interrupted" else "failure"
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(
            ended=now, outcome=outcome, reason=reason, taken=taken, counts={"rules": by_rule, **(extra or {})}
        )
        append(action="sweep.run", body=body, now=now, policy=run.policy, run=run.pk, rule="sweep", batch=1)
    return by_rule


def receipts_of(run: uuid.UUID) -> dict[str, int]:
    """Records by rule, summed over a run's receipts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rule, sum((body->>'records')::bigint) FROM ledger_entry"
            " WHERE run = %s AND action = 'sweep.receipt' GROUP BY rule ORDER BY rule",
            [run],
        )
        return {str(rule): int(count) for rule, count in cursor.fetchall()}


def _say_confirmed(wanted: Plan, run: Run, now: datetime, confirmed: frozenset[str], by: str) -> None:
    """Overrides of the guards are entries too."""
    with transaction.atomic():
        for brake in wanted.brakes:
            body = {"kind": brake.kind, "records": brake.taken, "of": brake.total, "percent": brake.percent}
            append(action="override.brake", body=body, now=now, policy=wanted.version, run=run.pk)
        last = last_entry()
        if "clock" in confirmed:
            clock = {"clock": now.isoformat(), "last": last.isoformat() if last else None}
            append(action="override.clock", body=clock, now=now, policy=wanted.version, run=run.pk)


def _record_refusal(policy: Running, now: datetime, refused: Refused) -> None:
    reason = (
        f"clock {refused.clock.reason}"
        if refused.clock
        else "brake " + ", ".join(brake.kind for brake in (refused.plan.brakes if refused.plan else ()))
    )
    run = Run.objects.create(kind="sweep", policy=policy.rules.version, as_of=now, began=now)
    _close(run, now, outcome="failed", reason=reason)
