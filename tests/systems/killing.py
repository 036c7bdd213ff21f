"""Work in a foreign database that is killed at a step of it, in a fork (tests/forking.py).

A step is a statement there, the intent, the commit and the receipt, and the moment after each of these three. `at`: the
number of the step, 0 for none; the work gives the names of its steps, one a line."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any


def sweep(at: int, size: int) -> str:
    """What is due in other databases, and nothing else."""
    from gallra.running import runs, steps
    from tests.systems.world import NOW

    names = _steps(at)
    steps.STEPS = (steps.other_databases,)
    result = runs.sweep(NOW, confirmed=frozenset({"*", "clock"}), size=size)
    assert result.outcome == "finished", result.reason
    return "\n".join(names)


def correct(at: int, address: str, word: str, value: str) -> str:
    from gallra.running import persons
    from tests.systems.world import NOW

    names = _steps(at)
    done = persons.correct(address, {word: value}, now=NOW, by="command line")
    assert not done.unreachable, done.unreachable
    return "\n".join(names)


def decide(at: int, kind: str, key: str, decision: str) -> str:
    from gallra.running import reviewing
    from tests.systems.world import NOW

    names = _steps(at)
    reviewing.decide(kind, key, decision=decision, reason="prov", by="säljchefen", now=NOW)  # type: ignore[arg-type]
    return "\n".join(names)


def _steps(at: int) -> list[str]:
    """Let every step say its name, and the one with this number kill the process."""
    from gallra.running import foreign_blank, foreign_corrections, foreign_reviews
    from gallra.running.foreign_sweep import LedgerBook
    from gallra.systems.sql.database import ForeignDatabase

    names: list[str] = []

    def here(name: str) -> None:
        names.append(name)
        if len(names) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def telling(of: Any, method: str, name: Callable[..., str], after: bool = False) -> None:
        plain = getattr(of, method)

        def told(*arguments: Any, **named: Any) -> Any:
            if getattr(arguments[0], "_depth", 1):
                here(name(*arguments))
            done = plain(*arguments, **named)
            if after:
                here(f"after {name(*arguments)}")
            return done

        setattr(of, method, told)

    telling(ForeignDatabase, "rows", lambda _, statement: statement.name)
    telling(ForeignDatabase, "run", lambda _, statement: statement.name)
    for book in (LedgerBook, foreign_blank.LedgerBook):
        telling(book, "intend", lambda *_: "intent", after=True)
        telling(book, "receive", lambda *_: "receipt", after=True)
    for module in (foreign_corrections, foreign_reviews):
        telling(module, "announce", lambda *_: "intent", after=True)
        telling(module, "settled", lambda *_: "receipt", after=True)
    guarded = ForeignDatabase._guarded

    def committing(self: ForeignDatabase, name: str, act: Callable[[], Any]) -> Any:
        if name == "commit":
            here("commit")
        return guarded(self, name, act)

    ForeignDatabase._guarded = committing  # type: ignore[method-assign]
    return names
