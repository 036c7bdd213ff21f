"""Somebody else's database as the engine's executor: one connection, its own transactions, errors without values."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from gallra.engine.compile import Statement
from gallra.engine.execute import Row
from gallra.kinds import Text
from gallra.systems.sql.dialect import NAMES, as_day, as_moment, dialect_for

_DRIVERS = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql", "sqlite": "sqlite+pysqlite"}
_NAMES = {"postgresql": "postgresql", "postgres": "postgresql", "sqlite": "sqlite", "mariadb": "mariadb",
          "mysql": "mariadb", "mssql": "mssql"}  # fmt: skip
WAIT = 30
"""Seconds to wait for a connection or a lock before the system counts as unreachable, or the batch is tried again."""
_DEADLOCKS = {"40001", "40P01", "1205", "1213", "database is locked", "55P03"}


class Unreachable(Exception):
    """The system's database cannot be asked. The text names the system and the reason, never an address or value."""

    def __init__(self, system: str, reason: Text) -> None:
        super().__init__(f"{system}: {reason.en}")
        self.system, self.reason = system, reason

    def told(self, lang: str = "en") -> str:
        """The system and the reason in `sv` or `en`."""
        return f"{self.system}: {self.reason[lang]}"


class Failed(Exception):
    """The database refused a statement. Names the system, the statement and the error's class and code; the database's
    own text may hold values and is left out."""

    def __init__(self, system: str, statement: str, reason: str, *, transient: bool) -> None:
        super().__init__(f"{system}: {statement}: {reason}")
        self.system, self.statement, self.reason, self.transient = system, statement, reason, transient

    def told(self, lang: str = "en") -> str:
        """The system, the statement and the error's code: names, the same in every language."""
        return str(self)


def _not_supported(name: str) -> Text:
    there = ", ".join(NAMES)
    return Text(f"{name} stöds inte; det som finns är {there}", f"{name} is not supported; there are {there}")


def _coded(sv: str, en: str, code: str) -> Text:
    """A reason with the code or class of the error behind it."""
    return Text(f"{sv} ({code})", f"{en} ({code})")


def address(variable: str, system: str) -> URL:
    """The database's address from the environment variable, or from the file that `<variable>_FILE` names. Raises
    Unreachable, which never repeats the value."""
    given, path = os.environ.get(variable), os.environ.get(f"{variable}_FILE")
    if given and path:
        raise Unreachable(
            system,
            Text(
                f"{variable} och {variable}_FILE är båda angivna; ta bort den ena",
                f"{variable} and {variable}_FILE are both set; unset one of them",
            ),
        )
    if path:
        try:
            given = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError):
            raise Unreachable(
                system,
                Text(
                    f"{variable}_FILE pekar på en fil som inte går att läsa",
                    f"{variable}_FILE names a file that cannot be read",
                ),
            ) from None
    if not given:
        raise Unreachable(
            system,
            Text(
                f"{variable} är inte angiven; ange databasens adress",
                f"{variable} is not set; set it to the database's address",
            ),
        )
    try:
        return make_url(given)
    except (ArgumentError, ValueError):
        raise Unreachable(
            system,
            Text(
                f"{variable} är ingen adress till en databas", f"{variable} is not the address of a database"
            ),
        ) from None


def dialect_name(url: URL) -> str | None:
    """Which of the supported databases an address is of."""
    return _NAMES.get(url.get_backend_name())


def opened(
    url: URL, *, system: str, zone: ZoneInfo, check_host: Callable[[str], None], alone: Alone | None = None
) -> ForeignDatabase:
    """The database at `url`, not yet connected to. check_host: raises for a host that is not declared (S9, S13); it is
    asked for every host that the address names, however it is written. Raises Unreachable."""
    name = dialect_name(url)
    if name is None:
        raise Unreachable(system, _not_supported(url.get_backend_name()))
    for host in hosts(url):
        check_host(host)
    if name == "sqlite" and url.database and not Path(url.database).is_file():
        raise Unreachable(system, Text("SQLite-filen finns inte", "the SQLite file is not there"))
    if "+" not in url.drivername:
        url = url.set(drivername=_DRIVERS.get(name, url.drivername))
    try:
        engine = create_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args=_connect_args(name),
            **({} if name == "sqlite" else {"isolation_level": "READ COMMITTED"}),
        )  # fmt: skip
    except (NoSuchModuleError, ImportError, SQLAlchemyError) as error:
        raise Unreachable(
            system,
            _coded("dess drivrutin går inte att använda", "its driver cannot be used", type(error).__name__),
        ) from None
    _prepared(engine, name, zone)
    return ForeignDatabase(engine, dialect_for(name, zone), system, zone, alone)


def hosts(url: URL) -> list[str]:
    """Every host an address leads to: before the path, and in its query, as libpq and ODBC allow. A socket in the
    file system is none."""
    named = [url.host or ""]
    for key in ("host", "hostaddr", "server", "odbc_connect", "service"):
        value = url.query.get(key, ())
        for each in (value,) if isinstance(value, str) else value:
            named += each.split(",")
    return [host.rsplit(":", 1)[0] if host.count(":") == 1 else host
            for host in named if host and not host.startswith(("/", "@"))]  # fmt: skip


Alone = Callable[[str], AbstractContextManager[bool]]
"""A named lock in our own database."""


class ForeignDatabase:
    """The executor of one system. Statements outside `transaction` are each their own. Close it when done."""

    def __init__(
        self, engine: Engine, dialect: Dialect, system: str, zone: ZoneInfo, alone: Alone | None = None
    ) -> None:
        self.engine, self.system, self.zone = engine, system, zone
        self._dialect, self._alone = dialect, alone
        self._connection: Connection | None = None
        self._depth = 0

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    def rows(self, statement: Statement) -> list[Row]:
        """The rows, moments in UTC and days as dates, by the types the statement was compiled with."""
        with self._sending(statement.name) as connection:
            found = connection.exec_driver_sql(statement.text, _params(statement)).fetchall()
        readers = self._readers(statement)
        if not any(readers):
            return [tuple(row) for row in found]
        return [
            tuple(read(v) if read and v is not None else v for read, v in zip(readers, row, strict=True))
            for row in found
        ]

    def run(self, statement: Statement) -> int:
        with self._sending(statement.name) as connection:
            return max(int(connection.exec_driver_sql(statement.text, _params(statement)).rowcount), 0)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside commits or nothing does; inside another it is part of that one."""
        if self._depth:
            yield
            return
        connection = self._connected()
        connection.info["immediate"] = True
        self._depth = 1
        try:
            begun = self._guarded("begin", connection.begin)
            try:
                yield
            except BaseException:
                with contextlib.suppress(SQLAlchemyError):
                    begun.rollback()
                raise
            self._guarded("commit", begun.commit)
        finally:
            self._depth = 0
            connection.info["immediate"] = False

    def transient(self, error: BaseException) -> bool:
        return isinstance(error, Failed) and error.transient and not self._depth

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """The named lock stands in our own database: theirs need not know of us."""
        if self._alone is None:
            yield True
            return
        with self._alone(f"{self.system} {name}") as mine:
            yield mine

    def connection(self) -> Connection:
        """The connection itself, for reflection. Raises Unreachable."""
        return self._connected()

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._connection is not None and self._connection.invalidated:
            self.close()
        if self._connection is None:
            try:
                self._connection = self.engine.connect()
            except (SQLAlchemyError, ImportError, OSError) as error:
                raise Unreachable(
                    self.system, _coded("det går inte att ansluta", "it cannot be connected to", _code(error))
                ) from None
        return self._connection

    @contextmanager
    def _sending(self, name: str) -> Iterator[Connection]:
        connection = self._connected()
        try:
            if self._depth:
                yield connection
            else:
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise self._failed(name, error) from None

    def _guarded(self, name: str, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except DBAPIError as error:
            raise self._failed(name, error) from None

    def _failed(self, name: str, error: DBAPIError) -> Exception:
        if error.connection_invalidated:
            self.close()
            return Unreachable(
                self.system, _coded("anslutningen bröts", "the connection was lost", _code(error))
            )
        reason = _code(error)
        return Failed(self.system, name, reason, transient=any(word in reason for word in _DEADLOCKS))

    def _readers(self, statement: Statement) -> tuple[Callable[[Any], Any] | None, ...]:
        return tuple(_reader(of, self._dialect) for of in statement.results)


def _reader(of: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """How values of a type are read; the driver's own form is left where it says nothing about moments or truth."""
    word = type(of).__name__
    if word in ("DateTime", "Date", "Boolean", "Uuid", "BigInteger", "Integer"):
        made: Callable[[Any], Any] | None = of.dialect_impl(dialect).result_processor(dialect, None)
        return bool if word == "Boolean" and made is None else made
    return None


def _params(statement: Statement) -> Any:
    return statement.params or None


def _code(error: BaseException) -> str:
    """An error's class and code: nothing of its text but the one phrase SQLite has in place of a code."""
    cause = getattr(error, "orig", None) or error
    words = [type(cause).__name__]
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        words.append(state)
    first = cause.args[0] if cause.args else None
    if isinstance(first, int):
        words.append(str(first))
    if isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause):
        words.append("database is locked")
    return " ".join(words)


def _connect_args(name: str) -> dict[str, Any]:
    if name == "postgresql":
        return {"connect_timeout": WAIT, "application_name": "gallra"}
    if name == "mariadb":
        return {"connect_timeout": WAIT, "charset": "utf8mb4"}
    if name == "sqlite":
        return {"timeout": WAIT}
    return {"timeout": WAIT}


def _prepared(engine: Engine, name: str, zone: ZoneInfo) -> None:
    """What a session needs: its zone, how long it waits for locks; SQLite's functions, foreign keys and
    transactions."""

    @event.listens_for(engine, "connect")
    def connect(raw: Any, record: Any) -> None:
        if name == "sqlite":
            raw.isolation_level = None  # we say BEGIN ourselves
            raw.create_function("gallra_moment", 1, lambda v: _text(as_moment(v, zone)), deterministic=True)
            raw.create_function("gallra_day", 1, lambda v: _text(as_day(v, zone)), deterministic=True)
            raw.execute("PRAGMA foreign_keys = ON")
            raw.execute("PRAGMA secure_delete = ON")
            return
        cursor = raw.cursor()
        if name == "postgresql":
            cursor.execute("SELECT set_config('TimeZone', %s, false)", (str(zone),))
            cursor.execute(f"SELECT set_config('lock_timeout', '{WAIT}s', false)")
            raw.commit()
        elif name == "mariadb":
            cursor.execute("SET time_zone = '+00:00'")
            cursor.execute(f"SET innodb_lock_wait_timeout = {WAIT}")
        cursor.close()

    if name == "sqlite":

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(
                "BEGIN IMMEDIATE" if connection.info.get("immediate") else "BEGIN DEFERRED"
            )


def _text(value: Any) -> str | None:
    """In one form, so that texts compare as moments do."""
    return (
        None if value is None else value.isoformat(*((" ", "microseconds") if hasattr(value, "hour") else ()))
    )
