"""Fields that no purpose names any more are emptied, though the person stays (M5). THIS ERASES.

Silence blanks nothing: where any running kind that uses a table has a purpose without `fields`, or none, the table
stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    literal,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.engine import Dialect

from gallra.engine.act import Journal, never
from gallra.engine.compile import Statement, compiled
from gallra.engine.days import Today
from gallra.engine.effects import blanked, by_array, empty
from gallra.engine.execute import Executor, again
from gallra.engine.holds import Holds
from gallra.engine.queue import queued
from gallra.engine.tables import TYPES, chain, clause, key_type
from gallra.engine.work import GUARD
from gallra.kinds import Column, Kinds, Part, RecordKind, Table
from gallra.policy.rules import Rules


@dataclass(frozen=True, slots=True)
class Blanking:
    """The statements that empty one table's dropped fields. Parameters: `most`, `after`, `keys`."""

    name: str
    table: str
    fields: tuple[str, ...]
    guard: Statement
    pick: Statement
    lock: Statement
    queue: tuple[Statement, ...]
    act: Statement


def dropped(rules: Rules, kinds: Kinds) -> dict[Table, tuple[str, ...]]:
    """For each table that stores fields of people: the words that no purpose of a kind using the table names."""
    allowed: dict[Table, frozenset[str] | None] = {}
    for name in rules.kinds:
        if name not in kinds:
            continue
        named = rules.fields.get(name)
        for table in kinds[name].tables():
            if table.fields:
                before = allowed.get(table, frozenset())
                allowed[table] = None if named is None or before is None else before | named
    return {
        table: gone
        for table, words in allowed.items()
        if words is not None and (gone := tuple(sorted(set(table.fields) - words)))
    }


def blankings(
    executor: Executor, rules: Rules, kinds: Kinds, holds: Holds, today: Today
) -> tuple[Blanking, ...]:
    """One per table in which a dropped field stands now. What is held stays whole, a restricted person's too
    (Article 18)."""
    columns = {
        table: stored
        for table, words in dropped(rules, kinds).items()
        if (stored := tuple(c for c in table.columns if c.field in words and c.personal))
    }
    if not columns:
        return ()
    asked = select(*(select(literal(1)).where(_filled(*each)).exists() for each in columns.items()))
    [there] = executor.rows(compiled("filled", asked, executor.dialect))
    return tuple(
        _blanking(table, stored, kinds, holds, today, executor.dialect)
        for (table, stored), some in zip(columns.items(), there, strict=True)
        if some
    )


def _filled(table: Table, columns: tuple[Column, ...]) -> ColumnElement[bool]:
    """Whether something stands in any of the columns."""
    own = clause(table)
    return or_(
        *(
            own.c[column.name].is_not(None)
            if column.nullable
            else not_(own.c[column.name] == empty(table, column))
            for column in columns
        )
    )


def _blanking(
    table: Table, columns: tuple[Column, ...], kinds: Kinds, holds: Holds, today: Today, dialect: Dialect
) -> Blanking:
    own = clause(table)
    key = own.c[table.key]
    filled = _filled(table, columns)
    among = by_array(table)
    after = bindparam("after", None, type_=TYPES[key_type(table)])
    most = bindparam("most", 5000, type_=TYPES["integer"])
    start = or_(after.is_(None), key > after)
    free = spared(table, kinds, holds, today)
    pick = select(key).where(filled, start, *free).order_by(key).limit(most)
    lock = select(key).where(and_(among(key), filled)).order_by(key).with_for_update(of=own)
    change = blanked(table, only=frozenset(column.name for column in columns)).where(among(key))
    return Blanking(
        name=f"blank {table.name}",
        table=table.name,
        fields=tuple(column.name for column in columns),
        guard=compiled("guard", text(GUARD), dialect).bind(more=False),
        pick=compiled("pick", pick, dialect),
        lock=compiled("lock", lock, dialect),
        queue=tuple(
            compiled(
                f"queue {column.references}",
                queued(column.references, own, column.name, among(key), today.now),
                dialect,
            )
            for column in columns
            if column.references is not None
        ),
        act=compiled(f"blank {table.name}", change, dialect),
    )


def spared(table: Table, kinds: Kinds, holds: Holds, today: Today) -> Iterator[ColumnElement[bool]]:
    """That no hold protects a row: of a held record, of its parts, or named by one; nor the person it is of."""
    own = clause(table)
    mine = own.c[table.key]
    for kind in kinds.values():
        held = holds.keys(kind, today.day)
        if held is None:
            continue
        for part in (None, *kind.parts):
            within = part.table if part else kind.table
            if within == table:
                yield mine.not_in(_under(kind, part, table.key, held))
            for of in (kind.contacts, kind.companies):
                if of is not None and of.table == table:
                    for name, column in of.references:
                        if name == within.name:
                            yield mine.not_in(_under(kind, part, column, held))
    held = holds.addresses(today.day)
    if held is not None:
        for email in sorted(
            {k.contacts.email for k in kinds.values() if k.contacts and k.contacts.table == table}
        ):
            yield func.lower(func.coalesce(own.c[email], "")).not_in(held)


def _under(kind: RecordKind, part: Part | None, column: str, records: Any) -> Select[Any]:
    """The values of a column in the rows of these records, or of one of their parts."""
    at = clause(part.table if part else kind.table).alias()
    joined: FromClause = at
    key = at.c[part.parent] if part else at.c[kind.table.key]
    if part is not None:
        for upper in chain(kind, part)[1:]:
            up = clause(upper.table).alias()
            joined = joined.join(up, key == up.c[upper.table.key])
            key = up.c[upper.parent]
    value = at.c[column]
    return select(value).select_from(joined).where(key.in_(records), value.is_not(None))


def blank(
    executor: Executor,
    blanking: Blanking,
    journal: Journal,
    *,
    first_batch: int = 1,
    size: int = 5000,
    stop: Callable[[], bool] = never,
) -> tuple[int, bool]:
    """Empty the fields in batches, each with its receipt: rows changed, and whether it was asked to stop."""
    total, number = 0, first_batch
    after: object = None
    while True:

        def act(after: object = after, number: int = number) -> tuple[int, object]:
            executor.rows(blanking.guard)  # no hold is set until this batch has ended
            keys = [row[0] for row in executor.rows(blanking.pick.bind(most=size, after=after))]
            if not keys:
                return 0, None
            locked = [row[0] for row in executor.rows(blanking.lock.bind(keys=keys))]
            if locked:
                for statement in blanking.queue:
                    executor.run(statement.bind(keys=locked))
                executor.run(blanking.act.bind(keys=locked))
                body = {
                    "fields": list(blanking.fields),
                    "rows": len(locked),
                    "blanked": {blanking.table: len(locked)},
                }
                journal(action="blank", body=body, rule=blanking.name, batch=number)
            return len(locked), keys[-1]

        count, after = again(executor, act)
        total += count
        number += int(count > 0)
        if after is None:
            return total, False
        if stop():
            return total, True
