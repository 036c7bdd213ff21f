"""Work in a process of its own that may be killed, without a program to load each time.

One process loads everything once (`python -m tests.forking`); for each line it reads it forks a child that does the
work with its own connections, and writes a line about its end. A kill is SIGKILL: the child has no time to clean up.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class End:
    """How a child ended. said: what its work returned; failed: the traceback of what it raised."""

    killed: bool
    said: str
    failed: str


class Forker:
    """The tests' side of the process that forks; a fixture of the session ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking"],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "gallra.site.settings"},
        )  # fmt: skip

    def do(self, work: Callable[..., str], *arguments: Any, environment: dict[str, str]) -> End:
        """Call `work`, a function of a module, with these arguments (JSON), and wait for its end.

        environment: of `Database`; its database is the child's. Raises AssertionError where the work failed.
        """
        order = {
            "module": work.__module__, "name": work.__name__, "arguments": arguments, "environment": environment,
        }  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        end = End(**json.loads(self._process.stdout.readline()))
        assert not end.failed, end.failed
        return end

    def close(self) -> None:
        self._process.communicate(timeout=30)


def main() -> None:
    import django

    django.setup()
    import gallra.running.runs  # noqa: F401 - what most work needs, loaded before anything is forked

    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os._exit(_work(json.loads(line), writing))
        os.close(writing)
        with os.fdopen(reading) as told:
            said = told.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        failed = "" if killed or status == 0 else said or f"ended with status {status}"
        sys.stdout.write(json.dumps(asdict(End(killed, "" if failed else said, failed))) + "\n")
        sys.stdout.flush()


def _work(order: dict[str, Any], writing: int) -> int:
    from importlib import import_module

    from django.db import connections

    os.environ.update(order["environment"])
    for alias in ("default", "owner"):
        connections.settings[alias].update(NAME=order["environment"]["GALLRA_DATABASE_NAME"])
    try:
        said = getattr(import_module(order["module"]), order["name"])(*order["arguments"])
    except BaseException:
        os.write(writing, traceback.format_exc().encode()[-3000:])
        return 1
    os.write(writing, said.encode())
    return 0


if __name__ == "__main__":
    main()
