"""Contacts and companies that nothing refers to any more. THIS ERASES.

A contact lives while a record or part in its register refers to it, a company while any register does. The foreign
keys are the truth; nothing counts them. The queue names whom to ask about; the rows are locked by key and asked about
again in a new statement, so that a case opened meanwhile keeps its contact. The nightly audit asks about all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Select,
    TableClause,
    Text,
    any_,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal,
    not_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from gallra.engine.act import Journal, never
from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.days import Today
from gallra.engine.execute import Executor, again
from gallra.engine.holds import Holds
from gallra.engine.queue import QUEUE, enqueued, queued
from gallra.engine.tables import clause
from gallra.kinds import Companies, Contacts, RecordKind

SIZE = 5000
NAME = "settle"
_KEYS = bindparam("keys", type_=ARRAY(BigInteger()))
_MOST = bindparam("most", SIZE, type_=BigInteger())


@dataclass(frozen=True, slots=True)
class Settled:
    """Numbers of rows: removed contacts and companies, and how many were asked about."""

    contacts: int = 0
    companies: int = 0
    asked: int = 0
    batches: int = 0
    busy: bool = False
    stopped: bool = False


@dataclass(frozen=True)
class Settling:
    """The statements for one table of contacts, or for the companies, each compiled when it is first asked for: an
    empty queue costs its `read`. Parameters: `keys`, `ids`, `most`, `after`.
    """

    of: Contacts | Companies
    holds: Holds
    today: Today
    dialect: Dialect = POSTGRESQL

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.of.table.name

    @property
    def companies(self) -> bool:
        """Whether it is the table of companies."""
        return isinstance(self.of, Companies)

    @cached_property
    def read(self) -> Statement:
        """What is queued."""
        return self._compiled("queue", _read(self._mine))

    @cached_property
    def candidates(self) -> Statement:
        """How many rows are queued."""
        return self._compiled("candidates", select(func.count()).select_from(QUEUE).where(self._mine))

    @cached_property
    def lock(self) -> Statement:
        """The rows, by key."""
        rows = select(self._key).where(self._among).order_by(self._key).with_for_update(of=self._own)
        return self._compiled(f"lock {self.table}", rows)

    @cached_property
    def ask(self) -> Statement:
        """Which of them nothing refers to."""
        return self._compiled(f"ask {self.table}", unreferred(self.of, self.holds, self.today))

    @cached_property
    def onward(self) -> Statement | None:
        """The companies of contacts that go are queued; None for a table that names no company."""
        if not isinstance(self.of, Contacts) or self.of.company is None:
            return None
        to = self.of.company
        rows = queued(to.table, self._own, to.column, self._among, self.today.now)
        return self._compiled(f"queue {to.table}", rows)

    @cached_property
    def remove(self) -> Statement:
        """THIS ERASES them."""
        return self._compiled(f"delete {self.table}", delete(self._own).where(self._among))

    @cached_property
    def done(self) -> Statement:
        """Out of the queue."""
        ids = bindparam("ids", type_=ARRAY(BigInteger()))
        return self._compiled("unqueue", delete(QUEUE).where(QUEUE.c.id == any_(ids)))

    @cached_property
    def audit(self) -> Statement:
        """The next keys of the whole table."""
        after = bindparam("after", 0, type_=BigInteger())
        page = select(self._key).where(self._key > after).order_by(self._key).limit(_MOST)
        return self._compiled(f"audit {self.table}", page)

    @cached_property
    def enqueue(self) -> Statement:
        """Keys into the queue."""
        keys = func.unnest(_KEYS).column_valued("key")
        return self._compiled(f"queue {self.table}", enqueued(self.table, select(keys), self.today.now))

    @cached_property
    def _own(self) -> TableClause:
        return clause(self.of.table)

    @property
    def _key(self) -> ColumnElement[Any]:
        return self._own.c[self.of.table.key]

    @property
    def _among(self) -> ColumnElement[bool]:
        return self._key == any_(_KEYS)

    @property
    def _mine(self) -> ColumnElement[bool]:
        return QUEUE.c.what == literal(self.table, Text())

    def _compiled(self, name: str, statement: ClauseElement) -> Statement:
        return compiled(name, statement, self.dialect)


def settlings(
    kinds: Iterable[RecordKind], holds: Holds, today: Today, dialect: Dialect = POSTGRESQL
) -> tuple[Settling, ...]:
    """One per table of contacts, the companies last, for they are freed by contacts that go."""
    known = list(kinds)
    contacts = {kind.contacts.table.name: kind.contacts for kind in known if kind.contacts}
    companies = {kind.companies.table.name: kind.companies for kind in known if kind.companies}
    each: Iterable[Contacts | Companies] = (*contacts.values(), *companies.values())
    return tuple(Settling(of, holds, today, dialect) for of in each)


def settle(
    executor: Executor,
    all_: tuple[Settling, ...],
    journal: Journal,
    *,
    first_batch: int = 1,
    size: int = SIZE,
    stop: Callable[[], bool] = never,
) -> Settled:
    """Empty the queue; every batch that removes something writes its receipt. Raises what the database raises."""
    total = Settled()
    with executor.alone(NAME) as mine:
        if not mine:
            return Settled(busy=True)
        for settling in all_:
            while True:
                number = first_batch + total.batches
                one = again(executor, lambda s=settling, n=number: _batch(executor, s, journal, n, size))  # type: ignore[misc]
                if one is None:
                    break
                total = replace(
                    total,
                    contacts=total.contacts + one.contacts,
                    companies=total.companies + one.companies,
                    asked=total.asked + one.asked,
                    batches=total.batches + one.batches,
                )
                if stop():
                    return replace(total, stopped=True)
    return total


def audit(executor: Executor, all_: tuple[Settling, ...], *, size: int = 10_000) -> int:
    """Ask about every contact and company, and queue those that nothing refers to: their number, 0 when the queue is
    true.

    A named exception from "cost follows what is due" (invariant 8): reads each table once, by key.
    """
    found = 0
    for settling in all_:
        after = 0
        while rows := executor.rows(settling.audit.bind(after=after, most=size)):
            keys = [row[0] for row in rows]
            after = keys[-1]
            gone = [row[0] for row in executor.rows(settling.ask.bind(keys=keys))]
            if gone:
                with executor.transaction():
                    found += executor.run(settling.enqueue.bind(keys=gone))
    return found


def _batch(
    executor: Executor, settling: Settling, journal: Journal, number: int, size: int
) -> Settled | None:
    """One batch within the open transaction; None when nothing is queued for the table."""
    rows = executor.rows(settling.read.bind(most=size))
    if not rows:
        return None
    ids = [row[0] for row in rows]
    keys = sorted({key for _, one, many in rows for key in (json.loads(many) if many else [one])})
    # Asked without lock first: most of what is queued is still referred to, and need not be locked.
    likely = [row[0] for row in executor.rows(settling.ask.bind(keys=keys))]
    locked = [row[0] for row in executor.rows(settling.lock.bind(keys=likely))] if likely else []
    gone = [row[0] for row in executor.rows(settling.ask.bind(keys=locked))] if locked else []
    if gone:
        if settling.onward is not None:
            executor.run(settling.onward.bind(keys=gone))
        executor.run(settling.remove.bind(keys=gone))
    executor.run(settling.done.bind(ids=ids))
    count = len(gone)
    contacts, companies = (0, count) if settling.companies else (count, 0)
    if gone:
        body: dict[str, Any] = {"contacts": contacts, "companies": companies, "asked": len(keys)}
        journal(action="settle", body=body, rule=NAME, batch=number)
    return Settled(contacts, companies, len(keys), int(bool(gone)))


def _read(mine: ColumnElement[bool]) -> Select[Any]:
    """The oldest rows of the queue that together name about `most` keys, and at least one row."""
    count = func.coalesce(func.jsonb_array_length(QUEUE.c["keys"]), 1)
    before = func.sum(count).over(order_by=QUEUE.c.id) - count
    rows = select(QUEUE.c.id, QUEUE.c.key, QUEUE.c["keys"], before.label("before"))
    first = rows.where(mine).order_by(QUEUE.c.id).limit(_MOST).subquery("first")
    many = cast(first.c["keys"], Text())
    return select(first.c.id, first.c.key, many).where(first.c.before < _MOST).order_by(first.c.id)


def unreferred(of: Contacts | Companies, holds: Holds, today: Today, *, named: str = "keys") -> Any:
    """Which of the keys in the parameter `named` nothing refers to and no hold protects.

    One index probe per reference and key, asked one after the other until one answers: EXISTS would become a scan of
    each referring table, and a contact with 100,000 cases costs no more than one with a single case (measured.md).
    """
    given = bindparam(named, type_=ARRAY(BigInteger()))
    keys = func.unnest(given).table_valued(column("key", BigInteger()), name="asked").render_derived()
    probes = list(_probes(of.references, keys))
    query = select(keys.c.key).select_from(keys)
    if probes:
        query = query.where(func.coalesce(*probes).is_(None) if len(probes) > 1 else probes[0].is_(None))
    addresses = holds.addresses(today.day) if isinstance(of, Contacts) else None
    if addresses is not None and isinstance(of, Contacts):
        own = clause(of.table)
        address = own.c[of.email]
        protected = select(own.c[of.table.key]).where(address.in_(addresses))
        query = query.where(not_(keys.c.key.in_(protected)))
    return query


def _probes(references: Iterable[tuple[str, str]], keys: FromClause) -> Iterator[ColumnElement[Any]]:
    for name, column_name in references:
        at = table(name, column(column_name, BigInteger()))
        probe = select(literal(1)).select_from(at).where(at.c[column_name] == keys.c.key).limit(1)
        yield probe.correlate(keys).scalar_subquery()
