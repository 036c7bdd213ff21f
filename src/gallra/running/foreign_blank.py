"""Our side of blanking in another database: which fields the running version dropped there, intents, receipts (M5).
THIS ERASES, through gallra.systems.sql.blanking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction

from gallra.kinds import Table
from gallra.ledger.append import append
from gallra.ledger.commitments import commit_all, new_salt
from gallra.running.foreign import Foreign, known_holds
from gallra.running.foreign_sweep import holds_stand_still
from gallra.running.intents import opened
from gallra.running.models import Intent
from gallra.running.naming import plain
from gallra.systems.sql import blanking
from gallra.systems.sql.blanking import Announced, Blanking
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import KnownHolds, typed
from gallra.systems.sql.sweeping import Settling

if TYPE_CHECKING:
    from gallra.running.steps import Sweep

ACTION = "blank"


class LedgerBook:
    """Intents and receipts of blanking in one system (gallra.systems.sql.blanking.Book)."""

    def __init__(self, state: Sweep, foreign: Foreign) -> None:
        self.state, self.foreign = state, foreign

    @contextmanager
    def batch(self) -> Iterator[KnownHolds]:
        with holds_stand_still():
            yield known_holds(self.state.today.day)

    def intend(self, blanking: Blanking, keys: Sequence[Any]) -> Announced:
        columns = [column.name for column in blanking.columns]
        named = [plain(key) for key in keys]
        body: dict[str, Any] = {
            "system": self.foreign.name, "fields": columns, "rows": len(keys),
            "keys": named if _says_nothing(blanking.table, named) else commit_all(map(str, named), salt=new_salt()),
        }  # fmt: skip
        rule = f"{self.foreign.name} {blanking.name}"
        batch, now, run = self.state.next_batch(rule), self.state.today.now, self.state.run.pk
        version = self.state.running.rules.version
        with transaction.atomic():
            row = Intent.objects.create(
                system=self.foreign.name, action=ACTION, run=run, rule=rule, batch=batch, policy=version, at=now,
                keys=named, values={"table": blanking.table.name}, body=body,
            )  # fmt: skip
            append(action="blank.intent", body=body, now=now, policy=version, run=run, rule=rule, batch=batch)
        return Announced(row.pk, blanking.table.name, tuple(columns), tuple(keys))

    def receive(self, announced: Announced, rows: int, settled: Mapping[str, int]) -> None:
        with transaction.atomic():
            row = Intent.objects.select_for_update().filter(pk=announced.id).first()
            if row is None:
                return
            body = {**row.body, "rows": rows, "blanked": {announced.table: rows}, "parts": dict(settled)}
            row.delete()
            append(
                action=ACTION, body=body, now=self.state.today.now, policy=row.policy, run=row.run, rule=row.rule,
                batch=row.batch,
            )  # fmt: skip

    def open(self) -> Iterator[tuple[Announced, Table | None]]:
        """Batches that were cut off, with their table; None where it is not declared any more."""
        for row in opened(self.foreign.name, ACTION).exclude(run=None):  # without a run: foreign_mentions.py
            name = str(row.values["table"])
            table = self.foreign.declaration.tables.get(name)
            keys = tuple(row.keys if table is None else (_typed(table, key) for key in row.keys))
            yield Announced(row.pk, name, tuple(row.body["fields"]), keys), table


def take_up(state: Sweep, foreign: Foreign, database: ForeignDatabase) -> None:
    """What was cut off."""
    book, day = LedgerBook(state, foreign), state.today.day
    settling = Settling.among(foreign.declaration)
    dropped = {each.table.name: each for each in blanking.blankings(foreign.rules, foreign.declaration)}
    for announced, table in list(book.open()):
        still = dropped.get(announced.table) if table is not None else None
        blanking.take_up(database, announced, still, book, settling, day=day)


def carry_out(state: Sweep, foreign: Foreign, database: ForeignDatabase) -> None:
    """Fields that no purpose of the running version names: once per version, and asked again by the audit, for what
    writes there is not ours."""
    if state.running.adoption.blanked_at is not None and not state.audit:
        return
    book, settling = LedgerBook(state, foreign), Settling.among(foreign.declaration)
    for each in blanking.blankings(foreign.rules, foreign.declaration):
        if state.stopped:
            return
        rows, stopped = blanking.carry_out(
            database, each, book, settling, day=state.today.day, size=state.size, stop=state.stop
        )
        state.blanked += rows
        state.stopped = state.stopped or stopped


def _says_nothing(table: Table, keys: Sequence[int | str]) -> bool:
    """Whether the keys are numbers, and declared impersonal."""
    impersonal = any(column.name == table.key and column.impersonal for column in table.columns)
    return impersonal and all(isinstance(key, int) for key in keys)


def _typed(table: Table, key: Any) -> Any:
    return key if isinstance(key, int) else typed(table, key)
