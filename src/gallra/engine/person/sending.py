"""Several statements at once: in one round trip where the executor can, one after the other where it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from gallra.engine.compile import Statement
from gallra.engine.execute import Executor, Row


@runtime_checkable
class Pipelined(Protocol):
    """An executor that sends statements without waiting for each answer. They are carried out in their order, each
    seeing what the ones before it did."""

    def many(self, statements: Sequence[Statement]) -> list[list[Row]]: ...


def send(executor: Executor, statements: Sequence[Statement]) -> list[list[Row]]:
    """The rows of each statement, in their order; for one that returns none, one row with the number it changed."""
    if not statements:
        return []
    if isinstance(executor, Pipelined):
        return executor.many(statements)
    return [
        executor.rows(statement) if returns(statement) else [(executor.run(statement),)]
        for statement in statements
    ]


def returns(statement: Statement) -> bool:
    """Whether a statement gives rows."""
    text = statement.text.lstrip()
    return text[:6].upper() == "SELECT" or text[:4].upper() == "WITH" or " RETURNING " in text
