"""Leaving out of a copy what staff decided not to give out, with a reason that the answer says (Article 15(4))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gallra.engine.person.extract import Extract, Item

Withheld = frozenset[tuple[str, str]]
"""What is left out: record kinds, each with a table: that of the records (then they go whole, with their parts), or of
a part."""


def withhold(found: Extract, out: Withheld) -> Extract:
    """The same extract without those rows. Contacts and companies are what the rest refers to, and stay."""
    return replace(found, items=tuple(_items(found, out))) if out else found


def _items(found: Extract, out: Withheld) -> Iterator[Item]:
    # A part in a table that several kinds share does not say of which its record is: its table alone decides.
    tables = {table for _, table in out}
    for item in found.items:
        whole = item.path in item.kind.people
        if whole and (item.kind.name, item.kind.table.name) in out:
            continue
        parts = tuple(group for group in item.parts if group.part.table.name not in tables)
        if whole or parts:
            yield replace(item, parts=parts)
