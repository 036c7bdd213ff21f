"""Correcting a person in a database that is not ours (Articles 16, 19; M21): contacts, and rows that carry the
address themselves. What is corrected twice is as corrected once, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.sql.dml import Update

from gallra.engine.compile import compiled
from gallra.engine.tables import clause
from gallra.kinds import Kinds, Table
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import in_lists


@dataclass(frozen=True, slots=True)
class Place:
    """A table in which addresses of people stand, and the column they stand in."""

    table: Table
    email: str

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.email}"

    @property
    def columns(self) -> Mapping[str, str]:
        """The words of a policy that the table stores itself, each with its column."""
        return {c.field: c.name for c in self.table.columns if c.field and c.references is None}


def places(kinds: Kinds) -> Iterator[Place]:
    """Every table with an address column, each once."""
    seen: set[tuple[str, str]] = set()
    for kind in kinds.values():
        found = [Place(kind.contacts.table, kind.contacts.email)] if kind.contacts else []
        found += [Place(kind.table, path.email) for path in kind.people if not path.hops]
        found += [
            Place(part.table, path.email) for part in kind.parts for path in part.people if not path.hops
        ]
        for place in found:
            if (place.table.name, place.email) not in seen:
                seen.add((place.table.name, place.email))
                yield place


def words(kinds: Kinds) -> frozenset[str]:
    """The words that can be corrected there."""
    return frozenset(word for place in places(kinds) for word in place.columns)


Keys = dict[str, list[Any]]
"""Of the rows that carry an address, by table and column: "kontakter.epost"."""


def locked(
    database: ForeignDatabase, kinds: Kinds, address: str, *, known: Keys | None = None, new: str = ""
) -> Keys:
    """Lock the rows of the person with that address (in lower case), in the caller's transaction: their keys.

    known: rows that were found before and may carry the `new` address by now, because the act was cut off after it had
    committed."""
    found: Keys = {}
    for place in places(kinds):
        keys = [
            row[0]
            for query in locking(place, address, (known or {}).get(place.name, ()), new)
            for row in database.rows(compiled(f"lock {place.table.name}", query, database.dialect))
        ]
        if keys:
            found[place.name] = list(dict.fromkeys(keys))
    return found


def locking(place: Place, address: str, known: Sequence[Any] = (), new: str = "") -> Iterator[Select[Any]]:
    """The rows with that address, and those of the known that have the new one, locked in the order of their keys."""
    own = clause(place.table)
    key: Any = own.c[place.table.key]
    at = func.lower(own.c[place.email])
    yield select(key).where(at == address).order_by(key).with_for_update(of=own)
    if new:
        for part in in_lists(known):
            yield select(key).where(at == new, key.in_(part)).order_by(key).with_for_update(of=own)


def correct(database: ForeignDatabase, kinds: Kinds, keys: Keys, values: Mapping[str, str]) -> dict[str, int]:
    """Write the values into the locked rows; rows by table. values: by the words of a policy; an empty one empties the
    field. Raises Failed."""
    done: dict[str, int] = {}
    for place in places(kinds):
        for change in changes(place, keys.get(place.name, ()), values):
            count = database.run(compiled(f"correct {place.table.name}", change, database.dialect))
            done[place.table.name] = done.get(place.table.name, 0) + count
    return done


def changes(place: Place, keys: Sequence[Any], values: Mapping[str, str]) -> Iterator[Update]:
    """What is written into rows of one table; nothing where it has none of the words."""
    columns = place.columns
    changed = {columns[word]: value or None for word, value in values.items() if word in columns}
    own = clause(place.table)
    for part in in_lists(keys) if changed else ():
        yield update(own).where(own.c[place.table.key].in_(part)).values(changed)


def known(database: ForeignDatabase, kinds: Kinds, address: str) -> bool:
    """Whether any table there has the address."""
    for place in places(kinds):
        own = clause(place.table)
        query = select(own.c[place.table.key]).where(func.lower(own.c[place.email]) == address).limit(1)
        if database.rows(compiled(f"find {place.table.name}", query, database.dialect)):
            return True
    return False
