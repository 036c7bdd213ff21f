"""What is held, as lists for a database that is not ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, union_all

from gallra.engine.holds import people
from gallra.engine.tables import chain, clause, key_type, person_column
from gallra.kinds import Part, PersonPath, RecordKind, Table

LIST = 1000
"""Keys in a list, at most (design.md section 6)."""


def in_lists(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values, at most LIST at a time."""
    for at in range(0, len(values), LIST):
        yield values[at : at + LIST]


def typed(table: Table, key: str) -> Any:
    """A key as the table's column has it, from its text; None for a text that cannot be one."""
    of = key_type(table)
    try:
        return int(key) if of == "integer" else UUID(key) if of == "uuid" else key
    except ValueError:
        return None


@dataclass(frozen=True)
class KnownHolds:
    """Holds in force on one day. records: (record kind, key as text) pairs; emails: addresses in lower case.
    limited: (record kind, address) pairs of holds that are about some kinds only."""

    records: frozenset[tuple[str, str]] = frozenset()
    emails: frozenset[str] = frozenset()
    limited: frozenset[tuple[str, str]] = frozenset()

    def keys(self, kind: RecordKind, day: date) -> Any:
        """The held records' keys, asked in the database they are in."""
        named = [typed(kind.table, key) for name, key in sorted(self.records) if name == kind.name]
        own = clause(kind.table).alias("held_record")
        key = own.c[kind.table.key]
        picks: list[Select[Any]] = [
            select(key).where(key.in_(part)) for part in in_lists([k for k in named if k is not None])
        ]
        emails = sorted(self.emails | {email for name, email in self.limited if name == kind.name})
        for way in people(kind):
            picks += [_through(kind, way, part) for part in in_lists(emails)]
        return None if not picks else picks[0] if len(picks) == 1 else union_all(*picks)

    def addresses(self, day: date) -> Any:
        raise NotImplementedError("asked by the settler of our own database only")


def _through(kind: RecordKind, way: tuple[Part | None, PersonPath], emails: Sequence[str]) -> Select[Any]:
    """Keys of the records that lead to these people this way."""
    part, path = way
    start = clause(part.table if part else kind.table).alias("held_row")
    joined, address = person_column(kind, path, start)
    key: ColumnElement[Any] = start.c[kind.table.key] if part is None else start.c[part.parent]
    if part is not None:
        below: Any = start
        links = chain(kind, part)
        for link, upper in pairwise(links):
            up = clause(upper.table).alias(f"held_{upper.table.name}")
            joined = joined.join(up, below.c[link.parent] == up.c[upper.table.key])
            below, key = up, up.c[upper.parent]
    compared = address if path.normalised else func.lower(address)
    return select(key).select_from(joined).where(compared.in_(emails), key.is_not(None))
