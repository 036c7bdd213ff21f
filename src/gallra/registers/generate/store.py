"""A history in memory: rows by table and id, as the database will hold them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, TypeVar, cast

from gallra.registers.generate.rows import ROW_TYPES, CaseDocument, CrmDocument, Row

R = TypeVar("R", bound=Row)


class History:
    """Rows by table and id. Ids count from 1 in each table, so that the same seed gives the same ids."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, Row]] = {kind.TABLE: {} for kind in ROW_TYPES}
        self.files: list[tuple[CaseDocument | CrmDocument, bytes]] = []
        self._last: dict[str, int] = dict.fromkeys(self._rows, 0)

    def add(self, row: R) -> R:
        """Gives `row` its id and keeps it; returns the same row."""
        self._last[row.TABLE] += 1
        row.id = self._last[row.TABLE]
        self._rows[row.TABLE][row.id] = row
        return row

    def keep_file(self, row: CaseDocument | CrmDocument, content: bytes) -> None:
        """Adds a document's row; its content waits in `files` to be encrypted, which fills in `file` and
        `secret`."""
        self.files.append((self.add(row), content))

    def of(self, kind: type[R]) -> list[R]:
        """The rows of one table, in the order of their ids."""
        return cast("list[R]", list(self._rows[kind.TABLE].values()))

    def table(self, name: str) -> dict[int, Any]:
        """The rows of the table `name` by id; KeyError for a table that no class stands for."""
        return self._rows[name]

    def remove(self, table: str, ids: set[int]) -> None:
        """Takes the rows with these ids away."""
        rows = self._rows[table]
        for key in ids:
            del rows[key]

    def counts(self) -> dict[str, int]:
        """How many rows each table has, empty ones left out."""
        return {name: len(rows) for name, rows in self._rows.items() if rows}

    def last_id(self, table: str) -> int:
        """The highest id ever given in `table`; rows that have gone count."""
        return self._last[table]

    def digest(self) -> str:
        """SHA-256 over every value of every row, in hexadecimal: equal histories, equal digests, as long as
        no file has been written (a document's key and place are of fresh randomness)."""
        hashed = hashlib.sha256()
        for kind in ROW_TYPES:
            for values in self.values(kind):
                hashed.update(repr((kind.TABLE, values)).encode())
        return hashed.hexdigest()

    def values(self, kind: type[Row]) -> Iterator[tuple[Any, ...]]:
        """The values of each row of one table, in the order of `columns`."""
        names = columns(kind)
        for row in self._rows[kind.TABLE].values():
            yield tuple(getattr(row, name) for name in names)


def columns(kind: type[Row]) -> tuple[str, ...]:
    """The column names of a row class, id first."""
    return tuple(item.name for item in fields(kind))
