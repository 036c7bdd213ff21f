"""A restore that is killed before entry N is put back: `python -m tests.running.restoring N`."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def main(at: int) -> None:
    django.setup()
    from gallra.ledger import joining
    from gallra.running import restoring
    from tests.running.world import NIGHT

    insert, count = joining.insert, 0

    def before(entry: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        insert(entry)

    joining.insert = before
    restoring.restore(NIGHT)


if __name__ == "__main__":
    main(int(sys.argv[1]))
