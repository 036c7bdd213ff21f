"""Where free text in a database that is not ours mentions a person, and the words that name them replaced. THIS ERASES.

There is no index of words to ask: LIKE narrows, on every database in the same way, and the text itself decides
(`gallra.naming`). Whatever is not ASCII is left open in the pattern, for not every database knows its small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.sql.dml import Update

from gallra import naming
from gallra.engine.compile import compiled
from gallra.engine.person.find import Found
from gallra.engine.person.mentions import BATCH, MOST, Mention, Mentions
from gallra.engine.person.ways import up_to_record
from gallra.engine.tables import clause
from gallra.kinds import Kinds, Part, RecordKind, Table
from gallra.systems.sql.database import ForeignDatabase

FARTHEST = 100_000
"""Rows of a table that are read for one search; beyond, `more` says so."""
ESCAPE = "!"


@dataclass(frozen=True, slots=True)
class Place:
    """A table with free text: of a kind's records, or of a part of them."""

    kind: RecordKind
    part: Part | None

    @property
    def table(self) -> Table:
        return self.part.table if self.part else self.kind.table

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.columns if column.free_text)


def places(kinds: Kinds) -> Iterator[Place]:
    """Every table with free text, of each kind that has it."""
    for kind in kinds.values():
        for part in (None, *kind.parts):
            place = Place(kind, part)
            if place.columns:
                yield place


def search(database: ForeignDatabase, kinds: Kinds, found: Found, terms: Sequence[str]) -> Mentions:
    """Texts that mention the person, in records and parts that are not their own. terms: of `naming.terms`."""
    own = {(hit.kind.table.name, hit.record) for hit in found.hits if hit.owner}
    mine = {(hit.table, hit.key) for hit in found.hits}
    names, listed, more = naming.pattern(terms), list[Mention](), False
    for place in places(kinds) if terms else ():
        fresh, last, read = list[Mention](), None, 0
        while True:
            rows = database.rows(compiled("mentions", page(place, terms, last), database.dialect))
            for key, record, *values in rows:
                if (place.kind.table.name, record) in own or (place.table.name, key) in mine:
                    continue
                fresh += [
                    Mention(place.kind.name, record, place.table.name, key, name)
                    for name, text in zip(place.columns, values, strict=True)
                    if text and names.search(str(text))
                ]
            read += len(rows)
            if len(rows) < BATCH:
                break
            if len(fresh) >= MOST or read >= FARTHEST:
                more = True
                break
            last = rows[-1][0]
        listed += fresh
    return Mentions(tuple(dict.fromkeys(listed)), (), more)


def page(place: Place, terms: Sequence[str], last: Any = None) -> Select[Any]:
    """The next rows that may have the words: key, record, and the columns with free text."""
    base, whole = clause(place.table), clause(place.kind.table)
    joined, record = up_to_record(place.kind, place.part, base, base)
    own = base if place.part is None else whole
    if place.part is not None and place.kind.where:
        joined = joined.join(whole, record == whole.c[place.kind.table.key])
    says = [_may_say(base.c[name], term) for name in place.columns for term in terms]
    asked = [or_(*says), *(own.c[name] == value for name, value in place.kind.where)]
    if place.part is None and place.kind.archived:
        asked.append(base.c[place.kind.archived].is_(None))
    key = base.c[place.table.key]
    if last is not None:
        asked.append(key > last)
    columns = [base.c[name] for name in place.columns]
    return (
        select(key, record.label("record"), *columns)
        .select_from(joined)
        .where(*asked)
        .order_by(key)
        .limit(BATCH)
    )


def _may_say(column: ColumnElement[Any], term: str) -> ColumnElement[bool]:
    """All texts in which the term stands, and some more."""
    small: Any = func.lower(column)
    if naming.is_number(term):
        ends = sorted(end[1:] for end in naming.ends_of(term))
        return or_(*(column.like(f"%{'%'.join(end)}%") for end in ends))
    if naming.is_address(term):
        return _has(small, term)
    return and_(*(_has(small, word) for word in naming.words(term)))


def _has(small: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    escaped = re.sub(r"([!%_\[])", rf"{ESCAPE}\1", text.lower())
    open_ = re.sub(r"[^\x00-\x7f]+", "%", f"%{escaped}%")
    return small.like(re.sub("%%+", "%", open_), escape=ESCAPE)


def texts(database: ForeignDatabase, table: Table, column: str, keys: Sequence[Any]) -> dict[Any, str | None]:
    """The texts of one column, by key; at most 1,000 keys."""
    rows = database.rows(compiled("texts", reading(table, column, keys), database.dialect))
    return {key: None if text is None else str(text) for key, text in rows}


def reading(table: Table, column: str, keys: Sequence[Any]) -> Select[Any]:
    own = clause(table)
    return select(own.c[table.key], own.c[column]).where(own.c[table.key].in_(list(keys)))


def locking(table: Table, column: str, key: Any) -> Select[Any]:
    """The text of one row, locked."""
    own = clause(table)
    return select(own.c[column]).where(own.c[table.key] == key).with_for_update(of=own)


def replaced(table: Table, column: str, key: Any, text: str) -> Update:
    own = clause(table)
    return update(own).where(own.c[table.key] == key).values({column: text})


def replace(
    database: ForeignDatabase, table: Table, column: str, key: Any, names: re.Pattern[str], mark: str
) -> int:
    """Replace what names the person in one text, in the caller's transaction; rows changed. Done twice it is as done
    once. Raises Failed."""
    rows = database.rows(compiled("lock", locking(table, column, key), database.dialect))
    if not rows or rows[0][0] is None:
        return 0
    text = names.sub(mark, str(rows[0][0]))
    if text == rows[0][0]:
        return 0
    return database.run(compiled("replace", replaced(table, column, key, text), database.dialect))
