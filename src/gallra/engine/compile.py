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
from sqlalchemy.util import LRUCache

POSTGRESQL: Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]
"""What our own database speaks."""
_SEEN: LRUCache[Any, SQLCompiler] = LRUCache(1000)
"""What was compiled for our own database, by SQLAlchemy's key of everything but values: the same questions are asked
every night and every hour.
"""


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
    done, params = _compiled(clause, dialect)
    processors = cast(dict[str, Callable[[Any], Any]], done._bind_processors)
    values = {
        key: processors[key](value) if key in processors and value is not None else value
        for key, value in params.items()
    }
    results = tuple(entry.type for entry in done._result_columns)
    if done.positional:
        return Statement(name, done.string, tuple(values[key] for key in done.positiontup or ()), results)
    return Statement(name, done.string, values, results)


def _compiled(clause: ClauseElement, dialect: Dialect) -> tuple[SQLCompiler, Mapping[str, Any]]:
    """The clause compiled, and its values by name. Where the text depends on the values (a written out IN list), always
    anew.
    """
    key = clause._generate_cache_key() if dialect is POSTGRESQL else None
    if key is None or any(parameter.expanding for parameter in key.bindparams):
        done = clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        return cast(SQLCompiler, done), cast(SQLCompiler, done).params
    seen = _SEEN.get(key.key)
    if seen is None:
        done = clause.compile(dialect=dialect, cache_key=key, compile_kwargs={"render_postcompile": True})
        seen = _SEEN[key.key] = cast(SQLCompiler, done)
    return seen, seen.construct_params(extracted_parameters=key.bindparams, _check=False)


def tables_in(clause: ClauseElement) -> frozenset[str]:
    """Names of the tables a clause reads: for tests and for the list of what a statement touches."""
    return frozenset(
        str(getattr(element, "name", ""))
        for element in iterate(clause)
        if getattr(element, "__visit_name__", "") == "table"
    )
