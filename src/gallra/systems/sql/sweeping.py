"""Carrying out one rule in a database that is not ours. THIS ERASES.

Two databases cannot commit together, so each batch goes: intent in our ledger, then an act that can be
repeated, then the
receipt. Whatever is cut off in between is taken up again by `take_up`, which asks anew before it touches anything.

A batch, within one transaction of theirs but for the intent and the receipt, which are ours:

1. hold     no hold is being set while the batch lasts (the same lock as our own batches); holds are read after it
2. pick     the next due keys, in the order of the key
3. lock     the rows their clocks stand on and the contacts they refer to, then the records, by key
4. ask      in a new statement: which of them are still due, not held, not obliged
5. intent   committed in our ledger, with the keys and what hangs on them
6. parts, references, records, then contacts that nothing refers to any more; commit
7. receipt
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Select, func, literal_column, not_, select
from sqlalchemy import delete as delete_from

from gallra.engine.act import Taken
from gallra.engine.compile import Statement, compiled
from gallra.engine.effects import Effect, by_list, effects, hangs_on, referring_columns
from gallra.engine.execute import again, one
from gallra.engine.question import Question
from gallra.engine.tables import Source, clause, foreign
from gallra.kinds import Companies, Contacts, Hop, RecordKind, Table
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import LIST, KnownHolds, in_lists
from gallra.systems.sql.reading import Declaration


@dataclass(frozen=True, slots=True)
class Intent:
    """A batch that was announced and has no receipt yet. keys: of the records; parts: rows that hang on them, by table;
    at: the moment of the operation that announced it."""

    id: int
    rule: str
    kind: str
    verb: str
    keys: tuple[Any, ...] = field(repr=False)
    parts: dict[str, int]
    at: datetime


class Book(Protocol):
    """Our side of a sweep elsewhere: the lock on holds, intents and receipts (running/foreign.py)."""

    def batch(self) -> AbstractContextManager[KnownHolds]:
        """While inside, no hold is set; gives the holds in force, read after the lock was taken."""
        ...

    def intend(self, question: Question, keys: Sequence[Any], parts: dict[str, int]) -> Intent:
        """Announce a batch; committed when this returns."""
        ...

    def receive(self, intent: Intent, question: Question | None, taken: Taken) -> None:
        """The receipt of a batch; the intent is settled with it."""
        ...


@dataclass(frozen=True, slots=True)
class Settling:
    """What else a sweep of this system may remove: tables of contacts and companies, without those that are kept."""

    of: tuple[Contacts | Companies, ...]
    tables: Mapping[str, Table]

    @classmethod
    def among(cls, declaration: Declaration) -> Settling:
        """All tables of contacts, then of companies, that the declaration does not keep."""
        found: dict[str, Contacts | Companies] = {}
        for of in (
            *(k.contacts for k in declaration.kinds.values()),
            *(k.companies for k in declaration.kinds.values()),
        ):
            if of is not None and of.table.name not in declaration.kept:
                found.setdefault(of.table.name, of)
        return cls(tuple(found.values()), declaration.tables)


def never() -> bool:
    """Does not stop."""
    return False


def quiet(_: Taken) -> None:
    """Says nothing."""


def carry_out(
    database: ForeignDatabase,
    question: Question,
    book: Book,
    settling: Settling,
    *,
    size: int = LIST,
    stop: Callable[[], bool] = never,
    told: Callable[[Taken], None] = quiet,
) -> Taken:
    """Everything that is due under a question's rule, in batches of at most `size` (and 1,000) records, until asking
    again finds nothing. Raises Unreachable and Failed; the batches before stay done."""
    size = min(size, LIST)
    with database.alone(question.name) as mine:
        if not mine:
            return Taken(busy=True)
        total = Taken()
        for _ in range(3):  # what becomes free behind a page is found by asking from the beginning
            before, after = total.records, None
            while True:
                taken, after = _one(database, question, book, settling, after, size)
                if after is None:
                    break
                total = total.plus(taken)
                told(total)
                if stop():
                    return replace(total, stopped=True)
            with book.batch() as holds:
                left = len(_picked(database, replace(question, holds=holds), None, 1))
            total = replace(total, left=left)
            if not left or total.records == before:
                break
        return total


def take_up(
    database: ForeignDatabase,
    intent: Intent,
    question: Question | None,
    kind: RecordKind,
    book: Book,
    settling: Settling,
) -> Taken:
    """Bring an interrupted batch to its end: what is gone already is counted, what is left and still due goes now.

    question: the running policy's of that name; None where it has none any more: then nothing more is touched."""
    with book.batch() as holds:
        asked = None if question is None else replace(question, holds=holds)

        def act() -> Taken:
            keys = list(intent.keys)
            locked = (
                _locked(database, kind, keys) if asked is None else _lock(database, asked, settling, keys)
            )
            gone = len(keys) - len(locked)
            if intent.verb == "archive":
                done = _archived(database, kind, locked)
                gone, locked = gone + len(done), [key for key in locked if key not in done]
            due = _asked(database, asked, locked) if asked is not None and locked else []
            taken = _change(database, asked, settling, due) if asked is not None and due else Taken()
            parts = intent.parts if gone == len(keys) else taken.parts
            return Taken(
                records=gone + taken.records, parts=parts, skipped=len(keys) - gone - len(due), batches=1
            )

        taken = again(database, act)
        book.receive(intent, asked, taken)
        return taken


def _one(
    database: ForeignDatabase, question: Question, book: Book, settling: Settling, after: Any, size: int
) -> tuple[Taken, Any]:
    """One batch: what was taken, and the key after which the next begins; None when nothing was picked."""
    with book.batch() as holds:
        asked = replace(question, holds=holds)
        keys = _picked(database, asked, after, size)
        if not keys:
            return Taken(), None
        announced: list[Intent] = []

        def act() -> Taken:
            wanted = list(announced[0].keys) if announced else keys
            due = _asked(database, asked, _lock(database, asked, settling, wanted))
            if not due:
                return Taken()
            if not announced:
                announced.append(book.intend(asked, due, _hanging(database, asked.kind, due)))
            return _change(database, asked, settling, due)

        taken = again(database, act)
        if announced:
            book.receive(announced[0], asked, taken)
        done = replace(taken, skipped=len(keys) - taken.records, batches=len(announced))
        return done, keys[-1]


def picked(question: Question, after: Any, most: int) -> Select[Any]:
    """The next due keys, in the order of the key."""
    source = question.source()
    condition = question.takes(source)  # joins what it needs: before FROM is read
    query = select(source.key).select_from(source.from_).where(condition)
    if after is not None:
        query = query.where(source.key > after)
    return query.order_by(source.key).limit(most)


def locking(kind: RecordKind, keys: Sequence[Any]) -> Select[Any]:
    """The records, locked in the order of their keys."""
    base = clause(kind.table)
    key = base.c[kind.table.key]
    return select(key).where(by_list(keys)(key)).order_by(key).with_for_update(of=base)


def asking(question: Question, keys: Sequence[Any]) -> Select[Any]:
    """Which of the locked records are due."""
    source = question.source()
    query = select(source.key).where(question.takes(source, strict=True), by_list(keys)(source.key))
    return query.select_from(source.from_).order_by(source.key)


def hop_locks(question: Question, keys: Sequence[Any]) -> Iterator[tuple[str, Select[Any]]]:
    """Locks on the rows that the clocks stand on, farthest first."""
    seen: set[tuple[Hop, ...]] = set()
    for event in question.events():
        for depth in range(len(event.hops), 0, -1):
            hops = event.hops[:depth]
            if hops in seen:
                continue
            seen.add(hops)
            source = Source(question.kind)
            end = source.at(hops)
            there = select(end.c[hops[-1].key]).select_from(source.from_).where(by_list(keys)(source.key))
            to = foreign(question.kind, hops[-1], ())
            own = to.c[hops[-1].key]
            yield hops[-1].table, select(own).where(own.in_(there)).order_by(own).with_for_update(of=to)


def changes(question: Question, keys: Sequence[Any]) -> list[Effect]:
    """What is done to the records, parts first."""
    loose, _ = referring_columns(question.kind, question.kinds)
    return list(
        effects(question.kind, question.verb, among=by_list(keys), now=question.today.now, referring=loose)
    )


def referred(kind: RecordKind, of: Contacts | Companies, keys: Sequence[Any]) -> Iterator[Select[Any]]:
    """What the records and their parts refer to in a table of contacts or companies."""
    among = by_list(keys)
    tables = [(kind.table, None), *((part.table, part) for part in kind.parts)]
    for name, column in of.references:
        for table, part in tables:
            if table.name == name:
                at = clause(table)
                mine = hangs_on(kind, part, among) if part else among(at.c[table.key])
                yield select(at.c[column]).where(mine, at.c[column].is_not(None)).distinct()


def unreferred(
    of: Contacts | Companies, tables: Mapping[str, Table], keys: Sequence[Any], emails: Sequence[str] = ()
) -> Any:
    """The deletion of those contacts or companies that nothing refers to and no hold protects."""
    own = clause(of.table)
    key = own.c[of.table.key]
    free: list[Any] = []
    for name, column in of.references:
        there = clause(tables[name]).alias(f"refers_{name}")
        free.append(not_(select(literal_column("1")).where(there.c[column] == key).exists()))
    if isinstance(of, Contacts):
        address = func.lower(own.c[of.email])
        free += [func.coalesce(address, "").not_in(part) for part in in_lists(emails)]
    return delete_from(own).where(by_list(keys)(key), *free)


def _picked(database: ForeignDatabase, question: Question, after: Any, most: int) -> list[Any]:
    return [row[0] for row in database.rows(_compiled(database, "pick", picked(question, after, most)))]


def _locked(database: ForeignDatabase, kind: RecordKind, keys: Sequence[Any]) -> list[Any]:
    return [row[0] for row in database.rows(_compiled(database, "lock", locking(kind, keys)))]


def _lock(
    database: ForeignDatabase, question: Question, settling: Settling, keys: Sequence[Any]
) -> list[Any]:
    """Company, contact, record: the order of all locks."""
    for name, query in hop_locks(question, keys):
        database.rows(_compiled(database, f"lock {name}", query))
    for of in reversed(settling.of):
        own = clause(of.table)
        key = own.c[of.table.key]
        for part in in_lists(_references(database, question.kind, of, keys)):
            query = select(key).where(key.in_(part)).order_by(key).with_for_update(of=own)
            database.rows(_compiled(database, f"lock {of.table.name}", query))
    return _locked(database, question.kind, keys)


def _references(
    database: ForeignDatabase, kind: RecordKind, of: Contacts | Companies, keys: Sequence[Any]
) -> list[Any]:
    found: set[Any] = set()
    for query in referred(kind, of, keys):
        found |= {row[0] for row in database.rows(_compiled(database, f"referred {of.table.name}", query))}
    return sorted(found)


def _asked(database: ForeignDatabase, question: Question, keys: Sequence[Any]) -> list[Any]:
    if not keys:
        return []
    return [row[0] for row in database.rows(_compiled(database, "ask", asking(question, keys)))]


def _archived(database: ForeignDatabase, kind: RecordKind, keys: Sequence[Any]) -> set[Any]:
    """Which of these are archived already."""
    if not keys or kind.archived is None:
        return set()
    base = clause(kind.table)
    key = base.c[kind.table.key]
    query = select(key).where(by_list(keys)(key), base.c[kind.archived].is_not(None))
    return {row[0] for row in database.rows(_compiled(database, "archived", query))}


def _hanging(database: ForeignDatabase, kind: RecordKind, keys: Sequence[Any]) -> dict[str, int]:
    """How many rows of each part hang on the records."""
    found: dict[str, int] = {}
    for part in kind.parts:
        query = (
            select(func.count()).select_from(clause(part.table)).where(hangs_on(kind, part, by_list(keys)))
        )
        count = int(one(database, _compiled(database, f"count {part.table.name}", query)))
        found[part.table.name] = found.get(part.table.name, 0) + count
    return {name: count for name, count in found.items() if count}


def _change(database: ForeignDatabase, question: Question, settling: Settling, keys: Sequence[Any]) -> Taken:
    """Remove parts, what refers to the records, and the records, all locked before; then contacts left alone."""
    candidates = [(of, _references(database, question.kind, of, keys)) for of in settling.of]
    records = 0
    parts: dict[str, int] = {}
    for effect in changes(question, keys):
        statement = _compiled(database, f"{effect.verb} {effect.table}", effect.change)
        count = database.run(statement)
        if effect.role == "record":
            records = count
        elif effect.role == "part":
            parts[effect.table] = parts.get(effect.table, 0) + count
    if records != len(keys):
        raise RuntimeError(f"{question.name}: {len(keys)} records were locked, {records} were changed")
    emails = sorted(question.holds.emails) if isinstance(question.holds, KnownHolds) else []
    for of, found in candidates:
        for part in in_lists(found):
            change = unreferred(of, settling.tables, part, emails)
            count = database.run(_compiled(database, f"settle {of.table.name}", change))
            parts[of.table.name] = parts.get(of.table.name, 0) + count
    return Taken(records=records, parts={name: count for name, count in parts.items() if count})


def _compiled(database: ForeignDatabase, name: str, clause_: Any) -> Statement:
    return compiled(name, clause_, database.dialect)
