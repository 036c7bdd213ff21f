"""A deadlock or serialisation failure is tried again, anything else is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gallra.engine.execute import again
from gallra.systems.connection import OwnDatabase


class Deadlock(Exception):
    """As the database would raise it."""


class Failing(OwnDatabase):
    """Counts its transactions."""

    begun = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.begun += 1
        yield

    def transient(self, error: BaseException) -> bool:
        return isinstance(error, Deadlock)


def test_a_deadlock_is_tried_again_in_a_new_transaction() -> None:
    executor, tries = Failing(), iter((Deadlock(), Deadlock(), None))

    def act() -> str:
        if (error := next(tries)) is not None:
            raise error
        return "done"

    assert again(executor, act) == "done"
    assert executor.begun == 3


def test_anything_else_is_not_tried_again() -> None:
    executor = Failing()

    def act() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        again(executor, act)
    assert executor.begun == 1
