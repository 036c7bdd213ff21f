"""Several questions in one statement: each row says which question it answers, and has its values as one JSON array.

A person is spread over some thirty places; asking each by itself costs more in sending than in finding. Only for
PostgreSQL. With locks, the questions are answered in their order, on one snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, literal_column, select, union_all
from sqlalchemy.engine import Dialect

from gallra.engine.compile import Statement, compiled
from gallra.engine.execute import Row
from gallra.kinds import ColumnType

READERS: dict[ColumnType, Callable[[Any], Any]] = {
    "timestamp": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": lambda text: bytes.fromhex(text[2:]),
    "numeric": lambda number: Decimal(str(number)),
    "uuid": UUID,
}
"""How a value comes back from JSON; all else comes as it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked: a query, and the types of its columns."""

    query: Select[Any]
    types: tuple[ColumnType, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """The statement for several questions. Array parameters that are not given are empty."""

    statement: Statement
    readers: tuple[tuple[tuple[int, Callable[[Any], Any]], ...], ...]

    def bound(self, **values: Any) -> Statement:
        """The statement with these parameters; those it does not have are left out."""
        params = {name: [] if value is None else value for name, value in self.statement.params.items()}  # type: ignore[union-attr]
        params.update((name, value) for name, value in values.items() if name in params)
        return replace(self.statement, params=params)

    def read(self, rows: Iterable[Row]) -> list[list[Row]]:
        """The rows of each question, in the order of the questions."""
        found: list[list[Row]] = [[] for _ in self.readers]
        for number, text in rows:
            values = json.loads(text, parse_float=Decimal)
            for place, reader in self.readers[number]:
                if values[place] is not None:
                    values[place] = reader(values[place])
            found[number].append(tuple(values))
        return found


def fused(name: str, questions: Sequence[Question], dialect: Dialect, *, lock: bool = False) -> Fused:
    """One statement for all questions; with `lock`, each locks its rows before the next is asked."""
    branches: list[Any] = []
    for number, question in enumerate(questions):
        columns: Iterable[Any] = question.query.selected_columns
        query = question.query
        if lock:
            named = query.cte(f"asked_{number}")
            columns, query = named.c, select(*named.c)
        answer = cast(func.json_build_array(*columns), Text)
        branches.append(query.with_only_columns(literal_column(str(number)), answer).order_by(None))
    return Fused(
        compiled(name, union_all(*branches), dialect),
        tuple(
            tuple((place, READERS[of]) for place, of in enumerate(question.types) if of in READERS)
            for question in questions
        ),
    )
