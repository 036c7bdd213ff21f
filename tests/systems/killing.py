"""Work in a foreign database that is killed at a step of it, by SIGKILL, in a process of its own.

A step is a statement there, the intent, the commit and the receipt, and the moment after each of these three. One
process loads everything once (`python -m tests.systems.killing`); for each line it reads it forks a child that does
the work, with its own connections, and writes a line about its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class End:
    """How a child ended. names: of its steps, of one that was not killed; told: what it said before it failed."""

    killed: bool
    names: list[str]
    told: str


class Killer:
    """The process that forks. The tests' side."""

    def __init__(self) -> None:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gallra.site.settings"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.systems.killing"],
            cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, what: str, *arguments: str, at: int, database: str, environment: dict[str, str]) -> End:
        """Do it, killed at step `at`; 0: never. environment: what differs from that of the tests when they began."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "what": what,
            "arguments": arguments,
            "at": at,
            "database": database,
            "environment": environment,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return End(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)


def main() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os._exit(_child(order, writing))
        os.close(writing)
        with os.fdopen(reading) as said:
            told = said.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        failed = not killed and os.waitstatus_to_exitcode(status) != 0
        end = End(killed, [] if failed or killed else told.split("\n"), told if failed else "")
        sys.stdout.write(json.dumps(end.__dict__) + "\n")
        sys.stdout.flush()


def _child(order: dict[str, Any], writing: int) -> int:
    import traceback

    from django.db import connections

    os.environ.update(order["environment"])
    for alias in ("default", "owner"):
        connections.settings[alias].update(NAME=order["database"])
    names = _steps(order["at"])
    try:
        DOING[order["what"]](*order["arguments"])
    except BaseException:
        os.write(writing, traceback.format_exc().encode()[-3000:])
        return 1
    os.write(writing, "\n".join(names).encode())
    return 0


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


def _sweep(size: str) -> None:
    from gallra.running import steps
    from gallra.running.runs import sweep
    from tests.systems.world import NOW

    steps.STEPS = (steps.other_databases,)
    result = sweep(NOW, confirmed=frozenset({"*", "clock"}), size=int(size))
    assert result.outcome == "finished", result.reason


def _correct(address: str, word: str, value: str) -> None:
    from gallra.running.persons import correct
    from tests.systems.world import NOW

    done = correct(address, {word: value}, now=NOW, by="command line")
    assert not done.unreachable, done.unreachable


def _decide(kind: str, key: str, decision: str) -> None:
    from gallra.running.reviewing import decide
    from tests.systems.world import NOW

    decide(kind, key, decision=decision, reason="prov", by="säljchefen", now=NOW)  # type: ignore[arg-type]


DOING: dict[str, Callable[..., None]] = {"sweep": _sweep, "correct": _correct, "decide": _decide}

if __name__ == "__main__":
    main()
