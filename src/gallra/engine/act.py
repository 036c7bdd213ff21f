"""Carrying out one rule in our own database. THIS ERASES: every other module only asks.

One batch is one transaction and one receipt; effect and receipt commit together or not at all (invariant 2). Memory
holds the keys of one batch, however much is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from gallra.engine.execute import Executor, again, one
from gallra.engine.work import Work

SIZE = 5000
"""Records in a batch: one transaction, one receipt."""
BATCHES = 20
"""Batches that one page of picked keys feeds."""


class Journal(Protocol):
    """Writes a receipt as the last statement of the open transaction (an entry, unique by run, rule and batch)."""

    def __call__(self, *, action: str, body: dict[str, Any], rule: str, batch: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done under one rule. Numbers of rows; `parts` by table; `skipped`: locked, but no longer due when
    asked again.

    batches: receipts written. left: due and free records that remain (asked after acting). busy: another sweeper has
    the rule. stopped: asked to stop between two batches.
    """

    records: int = 0
    skipped: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    batches: int = 0
    left: int = 0
    busy: bool = False
    stopped: bool = False

    def plus(self, other: Taken) -> Taken:
        parts = dict(self.parts)
        for name, count in other.parts.items():
            parts[name] = parts.get(name, 0) + count
        return replace(
            self,
            records=self.records + other.records,
            skipped=self.skipped + other.skipped,
            parts=parts,
            batches=self.batches + other.batches,
        )


def never() -> bool:
    """Does not stop."""
    return False


def quiet(_: Taken) -> None:
    """Says nothing."""


def carry_out(
    executor: Executor,
    work: Work,
    journal: Journal,
    *,
    first_batch: int = 1,
    size: int = SIZE,
    stop: Callable[[], bool] = never,
    told: Callable[[Taken], None] = quiet,
) -> Taken:
    """Everything that is due under `work`'s rule, in batches, until asking again finds nothing.

    first_batch: the number of the first receipt (an interrupted run goes on counting). stop: asked between batches.
    told: gets the sum after each batch. Raises what the database raises; the batches before stay done.
    """
    with executor.alone(work.question.name) as mine:
        if not mine:
            return Taken(busy=True)
        total = Taken()
        # What becomes free behind a page (a hold released) is found by asking from the beginning.
        for _ in range(3):
            before, found = total.records, False
            for keys, more in _batches(executor, work, size):
                found = True
                total = total.plus(_one(executor, work, journal, keys, first_batch + total.batches, more))
                told(total)
                if stop():
                    return replace(total, stopped=True)
            # Nothing found is an answer already; after acting the same question is asked again.
            left = len(one(executor, work.pick.bind(most=1)) or ()) if found else 0
            total = replace(total, left=left)
            if not left or total.records == before:
                break
        return total


def _batches(executor: Executor, work: Work, size: int) -> Iterator[tuple[list[Any], bool]]:
    """The due keys, `size` at a time, and whether another batch follows at once.

    Picked page by page in the order of their clocks, and within a page in the order of their keys, so that a batch
    reads and writes one part of the tables and not all of them.
    """
    pick = work.pick.bind(most=size * BATCHES)
    while True:
        picked, last = executor.rows(pick)[0]
        if not picked:
            return
        keys = sorted(picked)
        for at in range(0, len(keys), size):
            yield keys[at : at + size], at + size < len(keys)
        if len(picked) < size * BATCHES:
            return
        pick = work.following.bind(most=size * BATCHES, after_key=picked[-1])
        if work.paged_by_event:
            pick = pick.bind(after_event=last)


def _one(executor: Executor, work: Work, journal: Journal, keys: list[Any], number: int, more: bool) -> Taken:
    """One batch in its own transaction, tried again where the database says so."""
    return again(executor, lambda: batch(executor, work, journal, keys=keys, number=number, more=more))


def batch(
    executor: Executor, work: Work, journal: Journal, *, keys: list[Any], number: int, more: bool
) -> Taken:
    """One batch within the open transaction: what was taken of the picked `keys`. more: another follows at once."""
    executor.rows(work.guard.bind(more=more))
    for find, lock in work.hops:
        if standing := sorted(row[0] for row in executor.rows(find.bind(keys=keys))):
            executor.rows(lock.bind(keys=standing))
    locked = one(executor, work.lock.bind(keys=keys))
    due, *named = executor.rows(work.ask.bind(keys=locked))[0] if locked else (None,)
    if not due:
        return Taken(skipped=len(keys))
    taken = replace(change(executor, work, due, named), skipped=len(keys) - len(due), batches=1)
    journal(action="sweep.receipt", body=receipt(work, taken, due), rule=work.question.name, batch=number)
    return taken


def change(executor: Executor, work: Work, keys: list[Any], named: list[Any]) -> Taken:
    """Empty what refers to the records, then change them and their parts, all locked before, and queue what they
    referred to. named: whom the records themselves name, as `ask` gave it.
    """
    if work.act is None:
        return Taken()
    for statement in work.loosen:
        executor.run(statement.bind(keys=keys))
    executor.rows(work.ahead)
    records = 0
    parts: dict[str, int] = {}
    counts = executor.rows(work.act.bind(keys=keys, **dict(zip(work.references, named, strict=True))))[0]
    for (role, table), count in zip(work.changed, counts, strict=True):
        if role == "record":
            records = count
        else:
            parts[table] = parts.get(table, 0) + count
    if records != len(keys):
        raise RuntimeError(f"{work.question.name}: {len(keys)} records were locked, {records} were changed")
    return Taken(records=records, parts=parts)


def receipt(work: Work, taken: Taken, keys: list[Any]) -> dict[str, Any]:
    """The body of a batch's receipt: counts, names of declared things and impersonal keys, never a personal value."""
    question = work.question
    table = question.kind.table
    nameless = any(column.name == table.key and column.personal for column in table.columns)
    return {
        "verb": question.verb,
        "kind": question.kind.name,
        "system": question.kind.system,
        "promises": list(question.rule.promises),
        "records": taken.records,
        "parts": {name: count for name, count in taken.parts.items() if count},
        "cutoff": question.rule.period.cutoff(question.today.day).isoformat(),
        "as_of": question.today.day.isoformat(),
        "keys": [] if nameless else [key if isinstance(key, int) else str(key) for key in keys],
    }
