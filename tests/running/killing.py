"""A sweep that is killed before its statement number N, or at any moment: done in a fork (tests/forking.py)."""

from __future__ import annotations

import os
import signal
import threading
from datetime import datetime


def sweep_killed_before(at: int) -> str:
    """The night's sweep of the small world, killed before the statement with that number; 0: never."""
    from gallra.running.runs import sweep
    from tests.running.pausing import Telling
    from tests.running.world import NIGHT

    def before(number: int, name: str) -> None:
        if number == at:
            _die()

    executor = Telling(before)
    sweep(NIGHT, executor=executor, size=2)
    return str(executor.count)


def sweep_killed_after(now: str, seconds: float) -> str:
    """A sweep of everything, killed so long after it began, wherever it is then."""
    from gallra.running.installed import running
    from gallra.running.runs import sweep

    running()
    timer = threading.Timer(seconds, _die)
    timer.daemon = True
    timer.start()
    sweep(datetime.fromisoformat(now), audit=True, confirmed=frozenset({"clock", "*"}), size=2)
    return "done"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
