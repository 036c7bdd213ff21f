"""A sweep that is killed at step N of its work in a foreign database: `python -m tests.systems.killing N`.
Steps are its
statements, the intent, the commit and the receipt, and the moment after each of these three. 0 is never killed; it
prints the names of all steps."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


def main(at: int) -> None:
    django.setup()
    from gallra.running.foreign_sweep import LedgerBook
    from gallra.running.runs import sweep
    from gallra.systems.sql.database import ForeignDatabase
    from tests.systems.world import NOW

    names: list[str] = []

    def here(name: str) -> None:
        names.append(name)
        if len(names) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def telling(of: type, method: str, name: Callable[..., str], after: bool = False) -> None:
        plain = getattr(of, method)

        def told(self: Any, *arguments: Any, **named: Any) -> Any:
            inside = getattr(self, "_depth", 1)
            if inside:
                here(name(*arguments))
            done = plain(self, *arguments, **named)
            if after:
                here(f"after {name(*arguments)}")
            return done

        setattr(of, method, told)

    telling(ForeignDatabase, "rows", lambda statement: statement.name)
    telling(ForeignDatabase, "run", lambda statement: statement.name)
    telling(LedgerBook, "intend", lambda *_: "intent", after=True)
    telling(LedgerBook, "receive", lambda *_: "receipt", after=True)
    plain = ForeignDatabase._guarded

    def guarded(self: ForeignDatabase, name: str, act: Callable[[], Any]) -> Any:
        if name == "commit":
            here("commit")
        return plain(self, name, act)

    ForeignDatabase._guarded = guarded  # type: ignore[method-assign]
    result = sweep(NOW, confirmed=frozenset({"*", "clock"}), size=4)
    assert result.outcome == "finished", result.reason
    sys.stdout.write("\n".join(names))


if __name__ == "__main__":
    main(int(sys.argv[1]))
