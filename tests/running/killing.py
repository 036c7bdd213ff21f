"""A sweep that is killed before its statement number N: `python -m tests.running.killing N`. N = 0 is never killed."""

from __future__ import annotations

import os
import signal
import sys

import django


def main(at: int) -> None:
    django.setup()
    from gallra.running.runs import sweep
    from tests.running.pausing import Telling
    from tests.running.world import NIGHT

    def before(number: int, name: str) -> None:
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)

    executor = Telling(before)
    sweep(NIGHT, executor=executor, size=2)
    sys.stdout.write(str(executor.count))


if __name__ == "__main__":
    main(int(sys.argv[1]))
