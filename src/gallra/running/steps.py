"""The steps of a sweep, in their order. THIS ERASES, through the engine. A new step is one function in `STEPS`.

What a step cannot do it says in `failures` (names of declared things and of errors, never values), and the next step
begins.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from gallra.engine.act import Taken, carry_out
from gallra.engine.blank import blank, blankings
from gallra.engine.days import Today
from gallra.engine.execute import Executor
from gallra.engine.holds import OwnHolds
from gallra.engine.plan import questions
from gallra.engine.question import Question
from gallra.engine.settle import NAME as SETTLE
from gallra.engine.settle import Settled, audit, settle, settlings
from gallra.engine.work import work
from gallra.ledger.append import append
from gallra.ledger.models import Entry
from gallra.registers import documents
from gallra.running import replay
from gallra.running.erasures import open_erasures
from gallra.running.installed import Running
from gallra.running.models import Adoption, Run

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rule has come: records taken, and how many were due when it began."""

    rule: str
    done: int
    due: int


Told = Callable[[Progress], None]


def quiet(_: Progress) -> None:
    """Says nothing."""


@dataclass
class Sweep:
    """A sweep under way: what it works with, and what it has done so far."""

    running: Running
    run: Run
    today: Today
    executor: Executor
    size: int
    stop: Callable[[], bool]
    told: Told
    audit: bool
    due: dict[str, int] = field(default_factory=dict)
    taken: dict[str, Taken] = field(default_factory=dict)
    settled: Settled = field(default_factory=Settled)
    blanked: int = 0
    left: int = 0
    stopped: bool = False
    failures: list[str] = field(default_factory=list)

    def journal(
        self, *, action: str, body: dict[str, Any], rule: str, batch: int, keys: dict[str, Any] | None = None
    ) -> None:
        """The receipt of a batch, in its transaction, and its line in the list to replay. keys: what the line needs
        beside the receipt."""
        now, policy = self.today.now, self.running.rules.version
        number = append(
            action=action, body=body, now=now, policy=policy, run=self.run.pk, rule=rule, batch=batch
        )
        written = Entry(
            number=number,
            at=now,
            action=action,
            policy=policy,
            run=self.run.pk,
            rule=rule,
            batch=batch,
            body=body,
        )
        replay.note(number, keys=keys, written=written)

    def next_batch(self, rule: str) -> int:
        """The number of a rule's next receipt: an interrupted run goes on counting."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(max(batch), 0) + 1 FROM ledger_entry WHERE run = %s AND rule = %s",
                [self.run.pk, rule],
            )
            return int(cursor.fetchone()[0])


def carry_out_all(sweep: Sweep) -> None:
    """Every step; one that fails is recorded and does not stop the others."""
    for step in STEPS:
        if sweep.stopped:
            return
        attempt(sweep, step.__name__.replace("_", " ").strip(), lambda step=step: step(sweep))  # type: ignore[misc]


def attempt(sweep: Sweep, name: str, act: Callable[[], None]) -> None:
    """Do it, or note that it failed: by the error's class, since its text may hold a value."""
    try:
        act()
    except Exception as error:
        log.error("sweep: %s failed with %s", name, type(error).__name__)
        sweep.failures.append(f"{name}: {type(error).__name__}")
        if connection.in_atomic_block:  # a transaction around the sweep is broken with it
            raise


def rules(sweep: Sweep) -> None:
    """What the policy's rules say is due, as the plan counted it. A rule under which nothing was due is carried out
    only where something went before it: what had kept its records may have gone."""
    for question in questions(sweep.running.rules, sweep.running.kinds, sweep.today, OwnHolds()):
        if question.verb == "review" or sweep.stopped:
            continue
        if sweep.due.get(question.name) == 0 and not sweep.taken:
            continue

        def act(question: Question = question) -> None:
            def told(sum_: Taken) -> None:
                sweep.told(Progress(question.name, sum_.records, sweep.due.get(question.name, 0)))

            taken = carry_out(
                sweep.executor, work(replace(question, before=()), dialect=sweep.executor.dialect), sweep.journal,
                first_batch=sweep.next_batch(question.name), size=sweep.size, stop=sweep.stop, told=told,
            )  # fmt: skip
            sweep.taken[question.name] = taken
            sweep.left += taken.left
            sweep.stopped = sweep.stopped or taken.stopped
            if taken.busy:
                sweep.failures.append(f"{question.name}: busy")

        attempt(sweep, question.name, act)


def dropped_fields(sweep: Sweep) -> None:
    """Fields that no purpose of the running version names are blanked: once per version, and asked again by the
    audit.
    """
    adoption = sweep.running.adoption
    if adoption.blanked_at is not None and not sweep.audit:
        return
    policy = sweep.running
    for blanking in blankings(sweep.executor, policy.rules, policy.kinds, OwnHolds(), sweep.today):
        number = sweep.next_batch(blanking.name)
        count, stopped = blank(
            sweep.executor, blanking, sweep.journal, first_batch=number, size=sweep.size, stop=sweep.stop
        )
        sweep.blanked += count
        if stopped:
            sweep.stopped = True
            return
    if sweep.failures:  # another database may not have answered: ask everywhere again
        return
    Adoption.objects.filter(pk=adoption.pk, blanked_at=None).update(blanked_at=sweep.today.now)


def contacts_and_companies(sweep: Sweep) -> None:
    """Contacts, then companies, that nothing refers to any more."""
    all_ = settlings(sweep.running.kinds.values(), OwnHolds(), sweep.today, sweep.executor.dialect)
    if sweep.audit:
        audit(sweep.executor, all_)
    sweep.settled = settle(
        sweep.executor,
        all_,
        sweep.journal,
        first_batch=sweep.next_batch(SETTLE),
        size=sweep.size,
        stop=sweep.stop,
    )
    sweep.stopped = sweep.stopped or sweep.settled.stopped


def orphan_files(sweep: Sweep) -> None:
    """Files that no row names any more: their keys went with the rows; the audit takes the files."""
    if sweep.audit and not sweep.stopped:
        documents.collect_orphans(now=sweep.today.now)
        documents.read_unread()


def other_databases(sweep: Sweep) -> None:
    """What is due in databases that are not ours."""
    from gallra.running import foreign_sweep

    foreign_sweep.sweep(sweep)


STEPS: tuple[Callable[[Sweep], None], ...] = (
    rules,
    other_databases,
    open_erasures,
    dropped_fields,
    contacts_and_companies,
    orphan_files,
)
