"""What carrying out one rule takes, compiled once: data, which a plan shows and `act.py` executes.

The order in a batch (measured.md: anything less archives a case that was held or reopened in between):

1. pick     the next due keys, an index range; held and obliged records are left out already here. A page of them
            feeds several batches, in the order of their keys, so that a batch stays in one part of the tables
2. guard    no hold is being set while the batch lasts (one lock, shared by all batches)
3. lock     the rows their clocks stand on (companies, contacts), then the records, by key
4. ask      in a new statement: which of them are still due, not held, not obliged
5. loosen   what may go on without the records lets go of them
   act      one statement: parts and records, by key; what they referred to is queued for the settler
6. receipt  the last statement
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Select,
    TableClause,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.effects import Effect, by_probes, effects, referring_columns
from gallra.engine.question import Question, counted
from gallra.engine.queue import enqueued_all
from gallra.engine.tables import TYPES, Source, clause, foreign, key_type
from gallra.kinds import Hop, RecordKind

HOLDS_LOCK = 0x6761_6C6C
"""Batches share this advisory lock; whoever sets a hold takes it alone, and so waits for one batch at most."""


GUARD = (
    f"SELECT pg_advisory_xact_lock_shared({HOLDS_LOCK}), set_config('synchronous_commit',"
    " CASE WHEN CAST(:more AS boolean) THEN 'off' ELSE current_setting('synchronous_commit') END, true)"
)
"""Begins a batch. Parameter `more`: another batch follows at once, so that only the last one waits until all are on the
disk. Effect and receipt commit together either way, and what a crash takes back is due again.
"""

AHEAD = "SELECT set_config('enable_indexscan', 'off', true)"
"""Before a batch's change: what thousands of keys name is then found as a map of pages first, which are read ahead and
visited once each.
"""


@dataclass(frozen=True)
class Work:
    """A question's statements in our own database, each compiled when it is first asked for: a rule under which nothing
    is due costs its `pick`. Parameters: `most` (rows), `keys`, and for `following` where the last page ended.
    """

    question: Question
    dialect: Dialect = POSTGRESQL

    @cached_property
    def pick(self) -> Statement:
        """The first page of due keys."""
        return self._compiled("pick", _page(self._due.rows))

    @cached_property
    def following(self) -> Statement:
        """The page of due keys after `after_key`, and where pages follow a clock `after_event`."""
        return self._compiled("pick", _page(self._due.rows.where(self._due.after)))

    @property
    def paged_by_event(self) -> bool:
        """Whether pages follow the record's clock; else its key."""
        return self._due.by_event

    @cached_property
    def guard(self) -> Statement:
        """No hold is being set while the batch lasts."""
        return self._compiled("guard", text(GUARD))

    @cached_property
    def hops(self) -> tuple[tuple[Statement, Statement], ...]:
        """For each table that the clocks stand on: which of its rows, and the lock on those."""
        return tuple(_hop_locks(self.question, self.dialect))

    @cached_property
    def lock(self) -> Statement:
        """The records themselves, by key."""
        key = self._base.c[self.question.kind.table.key]
        lock = select(key).where(by_probes(self.question.kind.table)(key)).order_by(key)
        return self._compiled("lock", gathered(lock.with_for_update(of=self._base)))

    @cached_property
    def ask(self) -> Statement:
        """Which of the locked records are still to be taken."""
        question, source = self.question, self.question.source()
        among = by_probes(question.kind.table)(source.key)
        keys = select(source.key).where(question.takes(source, strict=True), among)
        return self._compiled("ask", _asked(keys.select_from(source.from_), source, self._named))

    @cached_property
    def loosen(self) -> tuple[Statement, ...]:
        """What may go on without the records lets go of them."""
        loose = (effect for effect in self._effects if effect.role == "loosen")
        return tuple(self._compiled(f"loosen {effect.table}", effect.change) for effect in loose)

    @cached_property
    def ahead(self) -> Statement:
        """Comes before the change."""
        return self._compiled("ahead", text(AHEAD))

    @cached_property
    def act(self) -> Statement | None:
        """Records and parts changed, and what they referred to queued; None for a review, which changes nothing."""
        if not self._effects:
            return None
        return self._compiled(_name(self._effects), _act(self.question, self._effects))

    @cached_property
    def changed(self) -> tuple[tuple[str, str], ...]:
        """What the numbers in the one row of `act` are of: ("record" or "part", table) each."""
        return tuple((effect.role, effect.table) for effect in self._effects if effect.role != "loosen")

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Parameters of `act`, whose values `ask` gives after the keys: whom the records refer to, which archiving
        blanks.
        """
        return tuple(_parameter(column) for column in self._named)

    @cached_property
    def count(self) -> Statement:
        """How many records the question takes now."""
        return self._compiled("count", counted(self.question, self.dialect))

    def statements(self) -> tuple[Statement, ...]:
        """All of them in the order of a batch: what `--sql` and the board show."""
        hops = [statement for pair in self.hops for statement in pair]
        acts = [] if self.act is None else [self.act]
        return (self.pick, self.guard, *hops, self.lock, self.ask, *self.loosen, *acts)

    @property
    def _base(self) -> TableClause:
        return clause(self.question.kind.table)

    @cached_property
    def _due(self) -> Due:
        return _due(self.question, self.dialect)

    @cached_property
    def _effects(self) -> tuple[Effect, ...]:
        question = self.question
        if question.verb == "review":
            return ()
        loose, _ = referring_columns(question.kind, question.kinds)
        among = by_probes(question.kind.table)
        return tuple(
            effects(question.kind, question.verb, among=among, now=question.today.now, referring=loose)
        )

    @cached_property
    def _named(self) -> tuple[str, ...]:
        """Columns of the record that name a contact or company and that the change blanks."""
        kind = self.question.kind
        blanks = any(effect.role == "record" and effect.verb != "delete" for effect in self._effects)
        return tuple(column for column, _ in _references(kind, kind.table.name)) if blanks else ()

    def _compiled(self, name: str, statement: ClauseElement) -> Statement:
        return compiled(name, statement, self.dialect)


def work(question: Question, *, dialect: Dialect = POSTGRESQL) -> Work:
    """The statements that carry out `question` in our own database. A review has nothing to do to its records."""
    return Work(question, dialect)


def gathered(keys: Select[Any]) -> Select[Any]:
    """The keys of a query as one array: a row instead of thousands. NULL where there is none."""
    found = keys.subquery("found")
    return select(func.array_agg(found.c[0], type_=ARRAY(found.c[0].type)))


def _asked(keys: Select[Any], source: Source, references: tuple[str, ...]) -> Select[Any]:
    """The keys of a query as one array, in their order, and what else those rows name, an array each. The latter go as
    text: nobody reads them, they are only sent back.
    """
    found = (
        keys.add_columns(*(source.base.c[name] for name in references)).order_by(source.key).subquery("found")
    )
    own = func.array_agg(found.c[0], type_=ARRAY(found.c[0].type))
    others = (cast(func.array_agg(found.c[name]), Text()) for name in references)
    columns: list[Any] = [own, *others]
    return select(*columns)


def _parameter(column: str) -> str:
    return f"own_{column}"


@dataclass(frozen=True, slots=True)
class Due:
    """The first page of due rows, in order; what tells that a row comes after a page; and whether clocks order them."""

    rows: Select[Any]
    after: ColumnElement[bool]
    by_event: bool


def _due(question: Question, dialect: Dialect) -> Due:
    """The due keys, page by page.

    Where the clock is a column of the record itself, pages follow its index, so that what is already swept is never
    read again; else they follow the key, and there is no clock.
    """
    source = question.source()
    key = source.key
    condition = question.among_all(source, dialect)
    event = None if question.decision else question.kind.event(question.rule.event)
    most = bindparam("most", 5000, type_=TYPES["integer"])
    after_key = bindparam("after_key", None, type_=TYPES[key_type(question.kind.table)])
    if event is not None and not event.hops and event.expression is None and question.verb != "review":
        when = source.event(event)
        rows = select(key, when).select_from(source.from_).where(condition).order_by(when, key).limit(most)
        after_event = bindparam("after_event", None, type_=TYPES[event.type])
        return Due(rows, tuple_(when, key) > tuple_(after_event, after_key), by_event=True)
    rows = select(key).select_from(source.from_).where(condition).order_by(key).limit(most)
    return Due(rows, key > after_key, by_event=False)


def _page(rows: Select[Any]) -> Select[Any]:
    """Rows of keys, or of keys and clocks in the order of these, as one row. The clock goes as text: nobody reads it,
    it is only sent back.
    """
    page = rows.subquery("page")
    key, when = page.c[0], page.c[1] if len(page.c) > 1 else None
    of = ARRAY(key.type)
    order = (key,) if when is None else (when, key)
    keys = func.array_agg(aggregate_order_by(key, *order), type_=of)
    columns: list[Any] = [keys, cast(null() if when is None else func.max(when), Text())]
    return select(*columns)


def _hop_locks(question: Question, dialect: Dialect) -> Iterable[tuple[Statement, Statement]]:
    """Locks on the rows that the clocks stand on, farthest first: company, contact, then the record (the order of all
    locks). For each table: which rows the records' clocks stand on, and the lock on those.

    FOR SHARE is enough: whoever renews an agreement locks the company's row to change it, and so waits, or is waited
    for.
    """
    seen: set[tuple[Hop, ...]] = set()
    for event in question.events():
        for depth in range(len(event.hops), 0, -1):
            hops = event.hops[:depth]
            if hops in seen:
                continue
            seen.add(hops)
            source = Source(question.kind)
            reference = source.at(hops[:-1], (hops[-1].column, "integer")).c[hops[-1].column]
            found = select(reference).select_from(source.from_).distinct()
            found = found.where(by_probes(question.kind.table)(source.key), reference.is_not(None))
            to = foreign(question.kind, hops[-1], ())
            own = to.c[hops[-1].key]
            keys = bindparam("keys", type_=ARRAY(own.type))
            lock = select(own).where(own == any_(keys)).order_by(own).with_for_update(read=True, of=to)
            name = hops[-1].table
            yield compiled(f"find {name}", found, dialect), compiled(f"lock {name}", lock, dialect)


def _name(done: Iterable[Effect]) -> str:
    return next(f"{effect.verb} {effect.table}" for effect in done if effect.role == "record")


def _act(question: Question, done: Iterable[Effect]) -> Select[Any]:
    """Parts and records changed and what they referred to queued, in one statement: a row with the number of rows per
    effect.

    One statement sends the keys once and reads each row once; foreign keys are checked when it ends. PostgreSQL
    returned no old values before 18: what a blanked record referred to is given by `ask`, for the record is locked;
    what a blanked part did is read beside the change.
    """
    kind = question.kind
    numbers: list[Any] = []
    referred: dict[str, list[Select[Any]]] = {}
    for effect in done:
        if effect.role == "loosen":
            continue
        base = effect.change.table
        columns = [base.c[column] for column, _ in _references(kind, effect.table)]
        returned = columns if effect.verb == "delete" and columns else [literal(1).label("one")]
        rows = effect.change.returning(*returned).cte(f"changed_{effect.table}")
        numbers.append(select(func.count()).select_from(rows).scalar_subquery())
        own = effect.change.whereclause
        before = (
            select(*columns).where(own).cte(f"before_{effect.table}") if columns and own is not None else rows
        )
        for column, target in _references(kind, effect.table):
            if effect.verb == "delete":
                named = select(rows.c[column].label("key"))
            elif effect.role == "part":
                named = select(before.c[column].label("key"))
            else:
                given = bindparam(_parameter(column), None, type_=ARRAY(base.c[column].type))
                named = select(func.unnest(given).label("key"))
            referred.setdefault(target, []).append(named)
    query = select(*numbers)
    if referred:
        query = query.add_cte(enqueued_all(referred, question.today.now).cte("queued"))
    return query


def _references(kind: RecordKind, table: str) -> list[tuple[str, str]]:
    """The columns of one of the kind's tables that name a contact or a company, each with the table it names."""
    return [
        (column, of.table.name)
        for of in (kind.contacts, kind.companies)
        if of is not None
        for name, column in of.references
        if name == table
    ]
