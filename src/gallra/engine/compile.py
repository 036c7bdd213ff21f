"""From SQLAlchemy Core to text and parameters, for the dialect of the database that will run it.

SQLAlchemy is the compiler, never the executor: the same statement can be shown (`due --sql`), explained, sent over
Django's connection together with the request it answers, or to somebody else's database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

POSTGRESQL: Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]
"""What our own database speaks."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: what it is for, its text, and its parameters by name or, for dialects that bind by place, in
    order.

    name: a word for progress, tests and errors ("pick", "lock", "ask", "erase support_case"); no value stands in it.
    results: the types of the columns it gives, for databases whose driver does not know them.
    """

    name: str
    text: str
    params: Mapping[str, Any] | tuple[Any, ...]
    results: tuple[TypeEngine[Any], ...] = field(default=(), repr=False, compare=False)

    def bind(self, **values: Any) -> Statement:
        """The same text with these parameters instead. Raises KeyError for a name the text does not have."""
        if not isinstance(self.params, Mapping):
            raise TypeError("parameters by place cannot be bound again")
        for name in values:
            if name not in self.params:
                raise KeyError(name)
        return replace(self, params={**self.params, **values})


def compiled(name: str, clause: ClauseElement, dialect: Dialect = POSTGRESQL) -> Statement:
    """`clause` as a Statement for `dialect`; IN lists are written out, values converted as the dialect's driver wants
    them.
    """
    done = cast(SQLCompiler, clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
    processors = cast(dict[str, Callable[[Any], Any]], done._bind_processors)
    values = {
        key: processors[key](value) if key in processors and value is not None else value
        for key, value in done.params.items()
    }
    results = tuple(entry.type for entry in done._result_columns)
    if done.positional:
        return Statement(name, done.string, tuple(values[key] for key in done.positiontup or ()), results)
    return Statement(name, done.string, values, results)


def tables_in(clause: ClauseElement) -> frozenset[str]:
    """Names of the tables a clause reads: for tests and for the list of what a statement touches."""
    return frozenset(
        str(getattr(element, "name", ""))
        for element in iterate(clause)
        if getattr(element, "__visit_name__", "") == "table"
    )
