"""Our own database as the engine sees it: statements on Django's connection, so that effect, receipt and the state of
whatever asked for it commit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import psycopg
from django.db import connections, transaction
from django.db.utils import DatabaseError
from sqlalchemy.engine import Dialect

from gallra.engine.compile import POSTGRESQL, Statement
from gallra.engine.execute import Row

LOCKS = 0x6761
"""The first half of the advisory locks that name a rule."""


class OwnDatabase:
    """The executor of our own database on the calling thread's connection."""

    def __init__(self, using: str = "default") -> None:
        self.using = using

    @property
    def dialect(self) -> Dialect:
        return POSTGRESQL

    def rows(self, statement: Statement) -> list[Row]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(statement.text, _sent(statement))
            return list(cursor.fetchall())

    def run(self, statement: Statement) -> int:
        with connections[self.using].cursor() as cursor:
            cursor.execute(statement.text, _sent(statement))
            return max(int(cursor.rowcount), 0)

    def many(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """The rows of each statement, or one row with the number it changed; sent in one round trip, carried out in
        their order, each with a snapshot of its own."""
        wrapper = connections[self.using]
        wrapper.ensure_connection()
        answers: list[list[Row]] = []
        with wrapper.wrap_database_errors, ExitStack() as cursors:
            raw = wrapper.connection
            with raw.pipeline():
                open_ = []
                for statement in statements:
                    cursor = cursors.enter_context(raw.cursor())
                    cursor.execute(statement.text, _sent(statement))
                    open_.append(cursor)
            for cursor in open_:
                rows = list(cursor.fetchall()) if cursor.description else [(max(int(cursor.rowcount), 0),)]
                answers.append(rows)
        return answers

    def transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic(using=self.using)

    def transient(self, error: BaseException) -> bool:
        cause = error.__cause__ if isinstance(error, DatabaseError) else error
        inside = connections[
            self.using
        ].in_atomic_block  # a failed outer transaction cannot be tried again from in here
        return (
            isinstance(cause, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected)
            and not inside
        )

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """A session lock: it ends with the connection, so a killed sweeper leaves none behind."""
        lock = "(%(lock)s::integer, hashtext(%(name)s::text))"
        params = {"lock": LOCKS, "name": name}
        mine = bool(self.rows(Statement("alone", f"SELECT pg_try_advisory_lock{lock}", params))[0][0])
        try:
            yield mine
        finally:
            if (
                mine
                and connections[self.using].connection is not None
                and not connections[self.using].needs_rollback
            ):
                self.rows(Statement("release", f"SELECT pg_advisory_unlock{lock}", params))


def _sent(statement: Statement) -> Any:
    """The parameters as the driver gets them. Lists of numbers go as an array's text: the driver takes two
    microseconds for each number of a list, a thousand batches' worth of waiting, and the text says its type.
    """
    if not isinstance(statement.params, Mapping):
        return statement.params or None
    found = {
        name: "{" + ",".join(map(str, value)) + "}" if _numbers(value) else value
        for name, value in statement.params.items()
    }
    return found or None


def _numbers(value: object) -> bool:
    return type(value) is list and bool(value) and all(type(each) is int for each in value)
