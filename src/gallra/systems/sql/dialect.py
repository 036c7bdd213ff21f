"""Dialects that compile the engine's statements right, or not at all.

SQLAlchemy compiles some forms wrong for other databases without a word: SQLite and MSSQL drop FOR UPDATE, MSSQL gets
`IS 1`, tuples and predicates as values, MariaDB gets RETURNING (measured.md). The compilers here write what is in the
portable core in the form each database knows, and raise NotPortable for everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Date, DateTime, Integer, case, func, literal_column, type_coerce
from sqlalchemy.dialects.mssql import pyodbc
from sqlalchemy.dialects.mssql.base import MSSQLCompiler
from sqlalchemy.dialects.mysql import pymysql
from sqlalchemy.dialects.mysql.base import MySQLCompiler
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import CompileError
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BindParameter, ColumnClause, False_, Null, True_
from sqlalchemy.sql.functions import FunctionElement

NAMES = ("postgresql", "sqlite", "mariadb", "mssql")
"""The databases that are supported, by the names this package uses."""
LOCK_HINT = "WITH (UPDLOCK, ROWLOCK)"
"""What MSSQL has in place of FOR UPDATE; it stands behind the table."""


class NotPortable(CompileError):
    """A form outside the portable core, in a statement for a database that is not ours."""


class _Portable:
    """What the compilers for SQLite, MariaDB and MSSQL have in common."""

    def visit_funcfilter(self: Any, filtered: Any, **kw: Any) -> str:
        """`count(*) FILTER (WHERE …)` and `min(x) FILTER (WHERE …)` by CASE."""
        name, arguments = filtered.func.name, list(filtered.func.clauses)
        if name == "count" and str(filtered.func) == "count(*)":
            plain: Any = func.coalesce(func.sum(case((filtered.criterion, 1), else_=0)), 0)
        elif name in ("min", "max") and len(arguments) == 1:
            plain = getattr(func, name)(case((filtered.criterion, arguments[0])))
        else:
            raise NotPortable(f"FILTER of {name}")
        return cast(str, self.process(plain, **kw))

    def visit_coalesce_func(self: Any, call: Any, **kw: Any) -> str:
        """`coalesce(condition, false)` is a CASE: a condition is not a value everywhere."""
        first, *rest = list(call.clauses)
        if isinstance(call.type, Boolean) and not isinstance(first, ColumnClause):
            if len(rest) != 1 or not _is_false(rest[0]):
                raise NotPortable("coalesce of a condition to something else than false")
            return cast(str, self.process(case((first, 1), else_=0), **kw))
        return f"coalesce{self.function_argspec(call, **kw)}"

    def visit_case(self: Any, clause: Any, **kw: Any) -> str:
        """A condition that is a value needs a comparison to be a condition again."""
        whens = [
            (
                type_coerce(cond, Integer()) == literal_column("1")
                if isinstance(cond, FunctionElement)
                else cond,
                result,
            )
            for cond, result in clause.whens
        ]
        plain = case(*whens, else_=clause.else_)
        return cast(str, super().visit_case(plain, **kw))  # type: ignore[misc]

    def visit_tuple(self: Any, clauses: Any, **kw: Any) -> str:
        raise NotPortable("a comparison of tuples")

    def visit_timezone_func(self: Any, call: Any, **kw: Any) -> str:
        raise NotPortable("timezone()")

    def visit_unary(self: Any, unary: Any, **kw: Any) -> str:
        if {unary.operator, unary.modifier} & {operators.nulls_first_op, operators.nulls_last_op}:
            raise NotPortable("NULLS FIRST or LAST")
        return cast(str, super().visit_unary(unary, **kw))  # type: ignore[misc]

    def visit_collectionaggregate(self: Any, *arguments: Any, **kw: Any) -> str:
        raise NotPortable("ANY or ALL of an array")

    def visit_binary(self: Any, binary: Any, *arguments: Any, **kw: Any) -> str:
        if type(binary.right).__name__ == "CollectionAggregate":
            raise NotPortable("ANY or ALL of an array")
        return cast(str, super().visit_binary(binary, *arguments, **kw))  # type: ignore[misc]

    def returning_clause(self: Any, *arguments: Any, **kw: Any) -> str:
        raise NotPortable("RETURNING")

    def get_render_as_alias_suffix(self: Any, text: str) -> str:
        return f" AS {text}"


def _is_false(value: Any) -> bool:
    return isinstance(value, False_) or (isinstance(value, BindParameter) and value.value is False)


def _no_skip(select: Any) -> None:
    if select._for_update_arg.skip_locked or select._for_update_arg.nowait:
        raise NotPortable("SKIP LOCKED or NOWAIT")


class _MariaDB(_Portable, MySQLCompiler):  # type: ignore[misc]
    def for_update_clause(self, select: Any, **kw: Any) -> str:
        _no_skip(select)
        return super().for_update_clause(select, **kw)


class _SQLite(_Portable, SQLiteCompiler):  # type: ignore[misc]
    """Moments and days are texts in whatever form their writer chose: they are compared through functions that the
    connection brings along (`gallra_moment`, `gallra_day`)."""

    def for_update_clause(self, select: Any, **kw: Any) -> str:
        _no_skip(select)
        return ""  # the transaction began with BEGIN IMMEDIATE: nobody else writes

    def visit_binary(self, binary: Any, *arguments: Any, **kw: Any) -> str:
        if binary.operator in (operators.lt, operators.le, operators.gt, operators.ge):
            return self._compared(binary, **kw)
        return super().visit_binary(binary, *arguments, **kw)

    def _compared(self, binary: Any, **kw: Any) -> str:
        sides = []
        for side in (binary.left, binary.right):
            text = self.process(side, **kw)
            read = {DateTime: "gallra_moment", Date: "gallra_day"}.get(type(side.type))
            sides.append(f"{read}({text})" if read else text)
        return f"{sides[0]} {_SIGNS[binary.operator]} {sides[1]}"


_SIGNS: dict[Callable[..., Any], str] = {
    operators.lt: "<",
    operators.le: "<=",
    operators.gt: ">",
    operators.ge: ">=",
}


class _MSSQL(_Portable, MSSQLCompiler):  # type: ignore[misc]
    def visit_select(self, select_stmt: Any, *arguments: Any, **kw: Any) -> str:
        """A lock is a hint behind the table that is locked."""
        locking = select_stmt._for_update_arg
        if locking is not None:
            _no_skip(select_stmt)
            of = locking.of or select_stmt.get_final_froms()
            select_stmt = select_stmt._generate()
            select_stmt._for_update_arg = None
            for table in of:
                select_stmt = select_stmt.with_hint(table, LOCK_HINT, "mssql")
        return cast(str, super().visit_select(select_stmt, *arguments, **kw))  # type: ignore[no-untyped-call]

    def visit_binary(self, binary: Any, *arguments: Any, **kw: Any) -> str:
        """There is no `IS true`: a bit is 1, or it is not."""
        if binary.operator in (operators.is_, operators.is_not) and not isinstance(binary.right, Null):
            yes = isinstance(binary.right, True_)
            left = self.process(binary.left, **kw)
            if binary.operator is operators.is_:
                return f"{left} = {int(yes)}"
            return f"({left} IS NULL OR {left} = {int(not yes)})"
        return super().visit_binary(binary, *arguments, **kw)


def dialect_for(name: str, zone: ZoneInfo) -> Dialect:
    """The dialect of a supported database (one of NAMES). zone: in which moments without a zone are written there.

    It is made new each time: keep it, for SQLAlchemy remembers types by dialect.
    """
    made: Any
    if name == "postgresql":
        made = psycopg.dialect()  # type: ignore[no-untyped-call]
    elif name == "sqlite":
        made = pysqlite.dialect()
        made.statement_compiler = _SQLite
    elif name == "mariadb":
        made = pymysql.dialect()
        made.statement_compiler = _MariaDB
        made.supports_for_update_of = made.use_mysql_for_share = False
    elif name == "mssql":
        made = pyodbc.dialect(paramstyle="qmark")  # type: ignore[no-untyped-call]
        made.statement_compiler = _MSSQL
    else:
        raise ValueError(f"{name} is not one of {', '.join(NAMES)}")
    made.colspecs = {
        **made.colspecs,
        DateTime: _moment_type(made.colspecs.get(DateTime, DateTime), zone, name),
        Date: _day_type(made.colspecs.get(Date, Date), zone, name),
    }
    return cast(Dialect, made)


def as_moment(value: object, zone: ZoneInfo) -> datetime | None:
    """A moment in UTC from what a database gave: text in ISO 8601, a date (its first moment), a datetime; one without
    zone is of `zone`. None for anything that cannot be read: what is not known never happened."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    if not isinstance(value, datetime):
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None


def as_day(value: object, zone: ZoneInfo) -> date | None:
    """A day from what a database gave; of a moment, the day it falls on in `zone`. None as `as_moment`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.date()
    moment = as_moment(value, zone)
    return moment.astimezone(zone).date() if moment else None


def _moment_type(base: Any, zone: ZoneInfo, name: str) -> type[DateTime]:
    class Moment(base):  # type: ignore[misc]
        """A moment as the database writes it: without zone, as clocks in `zone` showed it."""

        def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
            if name == "postgresql":
                return None

            def bound(value: Any) -> Any:
                if not isinstance(value, datetime) or value.tzinfo is None:
                    return value
                if name == "sqlite":
                    there = value.astimezone(zone).replace(tzinfo=None)
                    return there.isoformat(" ", "microseconds" if there.microsecond else "seconds")
                return value.astimezone(zone).replace(tzinfo=None)

            return bound

        def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
            return lambda value: as_moment(value, zone)

    return cast(type[DateTime], Moment)


def _day_type(base: Any, zone: ZoneInfo, name: str) -> type[Date]:
    class Day(base):  # type: ignore[misc]
        """A calendar day; a moment that is stored as one becomes the day it falls on."""

        def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
            def bound(value: Any) -> Any:
                if isinstance(value, datetime):
                    value = value.astimezone(zone).date()
                return value.isoformat() if name == "sqlite" and isinstance(value, date) else value

            return bound

        def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
            return lambda value: as_day(value, zone)

    return cast(type[Date], Day)
