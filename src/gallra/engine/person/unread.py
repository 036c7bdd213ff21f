"""Documents that no program can read, where they may be about a person: in records of their companies, and in those in
which they take part. What they say somebody has to see; nothing is done about them by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from gallra.engine.compile import compiled
from gallra.engine.execute import Executor
from gallra.engine.person.find import Found
from gallra.engine.person.mentions import Mention
from gallra.engine.person.people import People
from gallra.engine.person.ways import up_to_record
from gallra.engine.tables import TYPES, clause, key_type
from gallra.kinds import Part, RecordKind

MOST = 200
"""Documents listed per table."""


@dataclass(frozen=True, slots=True)
class Unread:
    """near: documents of the person's companies and cases, each as a mention of its file; total: how many no program
    can read at all; more: whether there are more near than are listed."""

    near: tuple[Mention, ...] = ()
    total: int = 0
    more: bool = False


def unread(executor: Executor, people: People, found: Found) -> Unread:
    """The documents that were read without a word being found, as far as they may be about the person."""
    own = {(hit.kind.table.name, hit.record) for hit in found.hits if hit.owner}
    beside: dict[str, set[Any]] = {}
    firms = {contact.company for contact in found.contacts} - {None}
    for hit in found.hits:
        if (hit.kind.table.name, hit.record) not in own:
            beside.setdefault(hit.kind.table.name, set()).add(hit.record)
        if hit.kind.company is not None:
            firms |= {hit.values.get(hit.kind.company.column)} - {None}
    counts = [_none(part) for _, part in _places(people)]
    if not counts:
        return Unread()
    [totals] = executor.rows(compiled("unread", select(*counts), people.dialect))
    listed: list[Mention] = []
    more = False
    for (kinds, part), total in zip(_places(people), totals, strict=True):
        if not total:
            continue
        asked = _near(kinds, part, sorted(beside.get(kinds[0].table.name, ())), sorted(firms))
        rows = executor.rows(compiled("unread near", asked, people.dialect)) if asked is not None else []
        more |= len(rows) > MOST
        listed += [
            Mention(_kind(kinds, values).name, record, part.table.name, key, str(part.file))
            for key, record, *values in rows[:MOST]
            if (kinds[0].table.name, record) not in own
        ]
    return Unread(tuple(listed), sum(totals), more)


def _places(people: People) -> Iterator[tuple[tuple[RecordKind, ...], Part]]:
    """Every table of documents that are read, with the kinds of the records it belongs to."""
    for kinds in people.by_table.values():
        yield from ((kinds, part) for part in kinds[0].parts if part.words and part.file)


def _none(part: Part) -> ColumnElement[Any]:
    own = clause(part.table)
    return select(func.count()).select_from(own).where(own.c[part.words or ""] == "").scalar_subquery()


def _near(
    kinds: tuple[RecordKind, ...], part: Part, records: list[Any], firms: list[Any]
) -> Select[Any] | None:
    """Documents without a word in these records, or of these companies; None where none can be."""
    kind = kinds[0]
    base, whole = clause(part.table), clause(kind.table)
    joined, record = up_to_record(kind, part, base, base)
    key = whole.c[kind.table.key]
    ways = [key == any_(literal(records, ARRAY(TYPES[key_type(kind.table)])))] if records else []
    if kind.company is not None and firms:
        ways.append(whole.c[kind.company.column] == any_(literal(firms, ARRAY(TYPES["integer"]))))
    if not ways:
        return None
    asked = [base.c[part.words or ""] == "", or_(*ways)]
    if kind.archived:
        asked.append(whole.c[kind.archived].is_(None))
    told = [whole.c[name] for name in _telling(kinds)]
    query = select(base.c[part.table.key], key, *told).select_from(joined.join(whole, record == key))
    return query.where(*asked).order_by(base.c[part.table.key]).limit(MOST + 1)


def _telling(kinds: tuple[RecordKind, ...]) -> list[str]:
    """The columns that tell kinds of one table apart."""
    return list(dict.fromkeys(name for kind in kinds for name, _ in kind.where))


def _kind(kinds: tuple[RecordKind, ...], values: list[Any]) -> RecordKind:
    said = dict(zip(_telling(kinds), values, strict=True))
    return next((k for k in kinds if all(said.get(name) == value for name, value in k.where)), kinds[0])
