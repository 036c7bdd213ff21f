"""An executor that tells before each statement it sends, so that a test can pause or kill a sweep between any two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from gallra.engine.compile import Statement
from gallra.engine.execute import Row
from gallra.systems.connection import OwnDatabase


class Telling(OwnDatabase):
    """Our database; `before` gets the number (from 1) and name of each statement before it is sent."""

    def __init__(self, before: Callable[[int, str], None]) -> None:
        super().__init__()
        self.before = before
        self.count = 0

    def _tell(self, statement: Statement) -> None:
        self.count += 1
        self.before(self.count, statement.name)

    def rows(self, statement: Statement) -> list[Row]:
        self._tell(statement)
        return super().rows(statement)

    def run(self, statement: Statement) -> int:
        self._tell(statement)
        return super().run(statement)


class Thread(threading.Thread):
    """A thread that keeps what its work gave or raised, and closes its connections."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.result: Any = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def done(self, seconds: float = 30) -> Thread:
        self.join(seconds)
        assert not self.is_alive(), "still waiting"
        return self


def until_it_waits(acting: threading.Thread, seconds: float = 20) -> None:
    """Until `acting` has ended, or waits for a lock that another session of this database holds."""
    until = time.monotonic() + seconds
    while acting.is_alive() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone() != (0,):
                return
        acting.join(0.01)


def meanwhile(
    at: int, sweep: Callable[[OwnDatabase], Any], act: Callable[[], Any]
) -> tuple[Thread, Thread, bool]:
    """Run `sweep`, stop it before its statement number `at`, begin `act`, let both end. The third: whether it got so
    far.
    """
    reached, go_on = threading.Event(), threading.Event()

    def before(number: int, name: str) -> None:
        if number == at:
            reached.set()
            assert go_on.wait(30)

    sweeping = Thread(lambda: sweep(Telling(before)))
    while not reached.wait(0.01) and sweeping.is_alive():
        pass
    acting = Thread(act)
    until_it_waits(acting)
    go_on.set()
    return sweeping.done(), acting.done(), reached.is_set()
