"""How statements reach a database: the protocol that systems/own.py and systems/sql.py fulfil, and the retry around a
batch.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

import stamina
from sqlalchemy.engine import Dialect

from gallra.engine.compile import Statement

Row = tuple[Any, ...]
Result = TypeVar("Result")


class Executor(Protocol):
    """One connection to one database.

    rows: the rows of a query. run: the number of rows a statement changed. transaction: everything inside commits or
    nothing does; nested, it is a savepoint. transient: whether an error means "try the same again" (serialisation
    failure, deadlock). alone: holds the named lock while inside, gives False where another session has it.
    """

    @property
    def dialect(self) -> Dialect: ...

    def rows(self, statement: Statement) -> list[Row]: ...

    def run(self, statement: Statement) -> int: ...

    def transaction(self) -> AbstractContextManager[None]: ...

    def transient(self, error: BaseException) -> bool: ...

    def alone(self, name: str) -> AbstractContextManager[bool]: ...


def again(executor: Executor, act: Callable[[], Result]) -> Result:
    """What `act` gives; a serialisation failure or deadlock rolls its transaction back and tries again, at most eight
    times.
    """

    def transient(error: Exception) -> bool:
        return executor.transient(error)

    for attempt in stamina.retry_context(
        on=transient, attempts=8, timeout=60.0, wait_initial=0.02, wait_max=1.0
    ):
        with attempt, executor.transaction():
            return act()
    raise AssertionError("stamina either returns or raises")


def one(executor: Executor, statement: Statement) -> Any:
    """The first column of the only row."""
    return executor.rows(statement)[0][0]
