"""Our side of a sweep in another database: the lock on holds, intents and receipts, what was cut off. THIS ERASES,
through gallra.systems.sql.sweeping.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from gallra.engine.act import Taken
from gallra.engine.compile import Statement
from gallra.engine.days import Today
from gallra.engine.question import Question
from gallra.engine.work import HOLDS_LOCK
from gallra.kinds import RecordKind
from gallra.ledger.append import append
from gallra.running.installed import Running
from gallra.running.intents import opened
from gallra.running.models import Intent
from gallra.running.naming import names_of, plain
from gallra.systems.connection import OwnDatabase
from gallra.systems.sql import sweeping
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import KnownHolds, typed

if TYPE_CHECKING:
    from gallra.running.steps import Sweep

from gallra.running.foreign import TROUBLE, Foreign, known_holds, systems

log = logging.getLogger(__name__)


class LedgerBook:
    """Our side of a sweep in another database (gallra.systems.sql.sweeping.Book)."""

    def __init__(self, policy: Running, foreign: Foreign, today: Today, *, run: Any, next_batch: Any) -> None:
        self.policy, self.foreign, self.today = policy, foreign, today
        self.run, self.next_batch = run, next_batch

    @contextmanager
    def batch(self) -> Iterator[KnownHolds]:
        with holds_stand_still():
            yield known_holds(self.today.day)

    def intend(self, question: Question, keys: Sequence[Any], parts: dict[str, int]) -> sweeping.Intent:
        body = self._body(question, len(keys), parts, keys)
        rule, batch = question.name, self.next_batch(question.name)
        with transaction.atomic():
            made = Intent.objects.create(
                system=self.foreign.name, run=self.run, rule=rule, batch=batch, policy=self.policy.rules.version,
                keys=[plain(key) for key in keys], body=body, at=self.today.now,
            )  # fmt: skip
            append(
                action="sweep.intent", body=body, now=self.today.now, policy=self.policy.rules.version, run=self.run,
                rule=rule, batch=batch,
            )  # fmt: skip
        return sweeping.Intent(
            made.pk, rule, question.kind.name, question.verb, tuple(keys), parts, self.today.now
        )

    def receive(self, intent: sweeping.Intent, question: Question | None, taken: Taken) -> None:
        with transaction.atomic():
            row = Intent.objects.select_for_update().filter(pk=intent.id).first()
            if row is None:
                return
            body = {**row.body, "records": taken.records, "parts": taken.parts}
            row.delete()
            append(
                action="sweep.receipt", body=body, now=self.today.now, policy=row.policy, run=row.run, rule=row.rule,
                batch=row.batch,
            )  # fmt: skip

    def open(self) -> Iterator[sweeping.Intent]:
        """Batches that were announced in this system and cut off, whatever run they were of."""
        for row in opened(self.foreign.name, "sweep.receipt"):
            kind = self.foreign.declaration.kinds.get(str(row.body["kind"]))
            if kind is not None:
                keys = tuple(_typed(kind, key) for key in row.keys)
                parts = dict(row.body.get("parts", {}))
                yield sweeping.Intent(row.pk, row.rule, kind.name, str(row.body["verb"]), keys, parts, row.at)

    def _body(
        self, question: Question, records: int, parts: dict[str, int], keys: Sequence[Any]
    ) -> dict[str, Any]:
        return {
            "verb": question.verb, "kind": question.kind.name, "system": self.foreign.name,
            "promises": list(question.rule.promises), "records": records, "parts": parts,
            "cutoff": question.rule.period.cutoff(question.today.day).isoformat(),
            "as_of": question.today.day.isoformat(),
            "keys": names_of(question.kind, keys),
        }  # fmt: skip


def _typed(kind: RecordKind, key: Any) -> Any:
    return key if isinstance(key, int) else typed(kind.table, key)


@contextmanager
def holds_stand_still() -> Iterator[None]:
    """The lock that whoever sets a hold takes alone, shared for as long as a batch elsewhere lasts. It is the
    session's,
    for a batch spans several of our transactions, and ends with it if we are killed."""
    own = OwnDatabase()
    own.rows(Statement("guard", f"SELECT pg_advisory_lock_shared({HOLDS_LOCK})", {}))
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            own.rows(Statement("release", f"SELECT pg_advisory_unlock_shared({HOLDS_LOCK})", {}))


def sweep(state: Sweep) -> None:
    """A step of the sweep: what was cut off is taken up, then what is due is carried out, system by system."""
    from gallra.running.steps import attempt

    for foreign in systems(state.running):
        if state.stopped:
            return
        attempt(state, foreign.name, lambda foreign=foreign: _sweep(state, foreign))  # type: ignore[misc]


def _sweep(state: Sweep, foreign: Foreign) -> None:
    try:
        with foreign.database() as database:
            _carry_out(state, foreign, database)
    except TROUBLE as trouble:
        rules = [
            question.name
            for question in foreign.asked(state.today, KnownHolds())
            if question.verb != "review"
        ]
        log.error("sweep: %s could not be reached (%s)", foreign.name, type(trouble).__name__)
        state.failures += [f"{name}: {type(trouble).__name__}" for name in rules]


def _carry_out(state: Sweep, foreign: Foreign, database: ForeignDatabase) -> None:
    from gallra.running import foreign_blank, foreign_reviews
    from gallra.running.steps import Progress, attempt

    book = LedgerBook(state.running, foreign, state.today, run=state.run.pk, next_batch=state.next_batch)
    settling = sweeping.Settling.among(foreign.declaration)
    asked = {question.name: question for question in foreign.asked(state.today, KnownHolds())}
    take_up_announced(state, foreign, database)
    for intent in list(book.open()):
        kind = foreign.declaration.kinds[intent.kind]
        sweeping.take_up(database, intent, _bare(asked.get(intent.rule)), kind, book, settling)
    for question in asked.values():
        if question.verb == "review" or state.stopped:
            continue

        def act(question: Question = question) -> None:
            def told(sum_: Taken) -> None:
                state.told(Progress(question.name, sum_.records, state.due.get(question.name, 0)))

            taken = sweeping.carry_out(
                database,
                replace(question, before=()),
                book,
                settling,
                size=state.size,
                stop=state.stop,
                told=told,
            )
            state.taken[question.name] = taken
            state.left += taken.left
            state.stopped = state.stopped or taken.stopped
            if taken.busy:
                state.failures.append(f"{question.name}: busy")

        attempt(state, question.name, act)
    if not state.stopped:
        attempt(
            state, f"{foreign.name} dropped fields", lambda: foreign_blank.carry_out(state, foreign, database)
        )
    foreign_reviews.forget(foreign, database)


def take_up_announced(state: Sweep, foreign: Foreign, database: ForeignDatabase) -> None:
    """What was announced in this system and has no receipt: persons and reviews first, in the order of asking."""
    from gallra.running import (
        foreign_blank,
        foreign_corrections,
        foreign_mentions,
        foreign_persons,
        foreign_reviews,
    )

    foreign_persons.take_up_erasures(state.running, foreign, database, state.today)
    state.failures += foreign_corrections.take_up(foreign, database, now=state.today.now)
    state.failures += foreign_reviews.take_up(foreign, database, now=state.today.now)
    state.failures += foreign_mentions.take_up(foreign, database, now=state.today.now)
    foreign_blank.take_up(state, foreign, database)


def _bare(question: Question | None) -> Question | None:
    return None if question is None else replace(question, before=())
