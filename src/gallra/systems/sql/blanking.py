"""Fields that no purpose names any more are emptied in a database that is not ours, though the row stays (M5). THIS
ERASES.

A batch goes as one of a sweep does (sweeping.py): intent in our ledger, an act that can be repeated, the receipt.
Silence blanks nothing, as in our own database; and a table that a declared kind uses which the policy does not name
stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.sql.dml import Update

from gallra.engine.blank import dropped
from gallra.engine.compile import Statement, compiled
from gallra.engine.effects import blanked, by_list, empty, hangs_on
from gallra.engine.execute import again
from gallra.engine.tables import clause
from gallra.kinds import Column, Companies, Contacts, RecordKind, Table
from gallra.policy.rules import Rules
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import LIST, KnownHolds, in_lists
from gallra.systems.sql.reading import Declaration
from gallra.systems.sql.sweeping import Settling, never, unreferred


@dataclass(frozen=True, slots=True)
class Blanking:
    """What is to be emptied in one table. kinds: every kind whose records, parts, contacts or companies stand in it."""

    table: Table
    columns: tuple[Column, ...]
    kinds: tuple[RecordKind, ...]

    @property
    def name(self) -> str:
        """The name in receipts."""
        return f"blank {self.table.name}"

    @property
    def words(self) -> tuple[str, ...]:
        """The words of a policy's `fields` that are emptied."""
        return tuple(sorted({column.field for column in self.columns if column.field}))


@dataclass(frozen=True, slots=True)
class Announced:
    """A batch of a blanking that has no receipt yet. columns: the names of what it empties."""

    id: int
    table: str
    columns: tuple[str, ...]
    keys: tuple[Any, ...] = field(repr=False)


class Book(Protocol):
    """Our side of a blanking elsewhere (running/foreign_blank.py)."""

    def batch(self) -> AbstractContextManager[KnownHolds]:
        """While inside, no hold is set; gives the holds in force, read after the lock was taken."""
        ...

    def intend(self, blanking: Blanking, keys: Sequence[Any]) -> Announced:
        """Announce a batch; committed when this returns."""
        ...

    def receive(self, announced: Announced, rows: int, settled: Mapping[str, int]) -> None:
        """The receipt of a batch. rows: emptied; settled: contacts and companies that nothing refers to since."""
        ...


def blankings(rules: Rules, declaration: Declaration) -> Iterator[Blanking]:
    """One for each table that stores a dropped field. rules: of this system only."""
    running = {name: declaration.kinds[name] for name in rules.kinds}
    silent = {
        table.name
        for name, kind in declaration.kinds.items()
        if name not in running
        for table in kind.tables()
    }
    for table, words in dropped(rules, running).items():
        columns = tuple(column for column in table.columns if column.field in words and column.personal)
        if columns and table.name not in silent:
            using = tuple(kind for kind in running.values() if table in kind.tables())
            yield Blanking(table, columns, using)


def carry_out(
    database: ForeignDatabase,
    blanking: Blanking,
    book: Book,
    settling: Settling,
    *,
    day: date,
    size: int = LIST,
    stop: Callable[[], bool] = never,
) -> tuple[int, bool]:
    """Empty the fields in batches of at most `size` (and 1,000) rows: rows emptied, and whether it was asked to stop.
    Raises Unreachable, Failed and CannotBlank; the batches before stay done."""
    total, after = 0, None
    with database.alone(blanking.name) as mine:
        while mine:
            with book.batch() as holds:
                query = picked(blanking, holds, day, after, min(size, LIST))
                keys = [row[0] for row in database.rows(_compiled(database, "pick", query))]
                if not keys:
                    return total, False
                total += _one(database, blanking, book, settling, holds, day, keys)
            after = keys[-1]
            if stop():
                return total, True
    raise Busy(blanking.name)


class Busy(Exception):
    """Another sweeper is at it."""


def take_up(
    database: ForeignDatabase,
    announced: Announced,
    blanking: Blanking | None,
    book: Book,
    settling: Settling,
    *,
    day: date,
) -> None:
    """Bring an interrupted batch to its end: rows of it that are empty now are counted, the others are asked about anew
    and emptied. blanking: the running policy's of that table; None where it drops nothing of it any more: then nothing
    more is touched, and what is announced has its receipt without a row."""
    if blanking is None:
        book.receive(announced, 0, {})
        return
    with book.batch() as holds:

        def act() -> tuple[int, dict[str, int]]:
            keys = list(announced.keys)
            own = clause(blanking.table).c[blanking.table.key]
            there = select(own).where(by_list(keys)(own)).order_by(own)
            present = len(database.rows(_compiled(database, "there", there)))
            full = len(database.rows(_compiled(database, "lock", locking(blanking, keys))))
            done, settled = _change(database, blanking, settling, holds, day, keys)
            return present - full + done, settled

        rows, settled = again(database, act)
        book.receive(announced, rows, settled)


def _one(
    database: ForeignDatabase,
    blanking: Blanking,
    book: Book,
    settling: Settling,
    holds: KnownHolds,
    day: date,
    keys: Sequence[Any],
) -> int:
    announced: list[Announced] = []

    def act() -> tuple[int, dict[str, int]]:
        wanted = list(announced[0].keys) if announced else list(keys)
        query = locking(blanking, wanted)
        locked = [row[0] for row in database.rows(_compiled(database, "lock", query))]
        due = _asked(database, blanking, holds, day, locked)
        if not due:
            return 0, {}
        if not announced:
            announced.append(book.intend(blanking, due))
        return _change(database, blanking, settling, holds, day, due)

    rows, settled = again(database, act)
    if announced:
        book.receive(announced[0], rows, settled)
    return rows


def picked(blanking: Blanking, holds: KnownHolds, day: date, after: Any, most: int) -> Select[Any]:
    """The next rows with something in a dropped field, in the order of the key."""
    own = clause(blanking.table)
    key = own.c[blanking.table.key]
    query = select(key).where(filled(blanking), *spared(blanking, holds, day))
    if after is not None:
        query = query.where(key > after)
    return query.order_by(key).limit(most)


def locking(blanking: Blanking, keys: Sequence[Any]) -> Select[Any]:
    """Those rows, locked in the order of their keys."""
    own = clause(blanking.table)
    key = own.c[blanking.table.key]
    return select(key).where(by_list(keys)(key), filled(blanking)).order_by(key).with_for_update(of=own)


def asking(blanking: Blanking, holds: KnownHolds, day: date, keys: Sequence[Any]) -> Select[Any]:
    """Which of the locked rows no hold protects."""
    key = clause(blanking.table).c[blanking.table.key]
    return select(key).where(by_list(keys)(key), *spared(blanking, holds, day)).order_by(key)


def change(blanking: Blanking, keys: Sequence[Any]) -> Update:
    """The rows' dropped fields become empty. Raises CannotBlank."""
    names = frozenset(column.name for column in blanking.columns)
    return blanked(blanking.table, only=names).where(
        by_list(keys)(clause(blanking.table).c[blanking.table.key])
    )


def filled(blanking: Blanking) -> ColumnElement[bool]:
    """Something stands in a dropped field."""
    own = clause(blanking.table)
    return or_(
        *(
            own.c[column.name].is_not(None)
            if column.nullable
            else not_(own.c[column.name] == empty(blanking.table, column))
            for column in blanking.columns
        )
    )


def spared(blanking: Blanking, holds: KnownHolds, day: date) -> Iterator[ColumnElement[bool]]:
    """What a hold protects stays whole: held records with their parts, the contacts and companies they name, held
    people."""
    own = clause(blanking.table)
    mine = own.c[blanking.table.key]
    for kind in blanking.kinds:
        held = holds.keys(kind, day)
        if held is not None:
            among: Any = lambda column, held=held: column.in_(held)  # noqa: E731
            if kind.table == blanking.table:
                yield not_(among(mine))
            for part in kind.parts:
                if part.table == blanking.table:
                    yield not_(hangs_on(kind, part, among))
            for of in (kind.contacts, kind.companies):
                if of is not None and of.table == blanking.table:
                    yield from (mine.not_in(query) for query in _named(kind, of, among))
    addresses = {
        k.contacts.email for k in blanking.kinds if k.contacts and k.contacts.table == blanking.table
    }
    for email in sorted(addresses):
        for part_ in in_lists(sorted(holds.emails)):
            yield func.coalesce(func.lower(own.c[email]), "").not_in(part_)


def _named(kind: RecordKind, of: Contacts | Companies, among: Any) -> Iterator[Select[Any]]:
    """The contacts or companies that the records `among` names, and their parts, refer to."""
    for name, column in of.references:
        for table, part in ((kind.table, None), *((part.table, part) for part in kind.parts)):
            if table.name == name:
                at = clause(table)
                condition = hangs_on(kind, part, among) if part else among(at.c[table.key])
                yield select(at.c[column]).where(condition, at.c[column].is_not(None))


def _asked(
    database: ForeignDatabase, blanking: Blanking, holds: KnownHolds, day: date, keys: Sequence[Any]
) -> list[Any]:
    if not keys:
        return []
    query = asking(blanking, holds, day, keys)
    return [row[0] for row in database.rows(_compiled(database, "ask", query))]


def _change(
    database: ForeignDatabase,
    blanking: Blanking,
    settling: Settling,
    holds: KnownHolds,
    day: date,
    keys: Sequence[Any],
) -> tuple[int, dict[str, int]]:
    """Empty the locked rows that no hold protects; then what only the emptied references named goes."""
    due = _asked(database, blanking, holds, day, keys)
    if not due:
        return 0, {}
    own = clause(blanking.table)
    mine = by_list(due)(own.c[blanking.table.key])
    left: list[tuple[Contacts | Companies, list[Any]]] = []
    for of in settling.of:
        for column in blanking.columns:
            if column.references == of.table.name:
                at = own.c[column.name]
                query = select(at).where(mine, at.is_not(None)).distinct()
                found = database.rows(_compiled(database, f"referred {of.table.name}", query))
                left.append((of, sorted(row[0] for row in found)))
    rows = database.run(_compiled(database, blanking.name, change(blanking, due)))
    settled: dict[str, int] = {}
    for of, keys_ in left:
        for part in in_lists(keys_):
            gone = unreferred(of, settling.tables, part, sorted(holds.emails))
            count = database.run(_compiled(database, f"settle {of.table.name}", gone))
            settled[of.table.name] = settled.get(of.table.name, 0) + count
    return rows, {name: count for name, count in settled.items() if count}


def _compiled(database: ForeignDatabase, name: str, clause_: Any) -> Statement:
    return compiled(name, clause_, database.dialect)
