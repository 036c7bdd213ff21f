"""A sweep of everything, to be killed at any moment: `python -m tests.running.years.killing NOW`.

Says when it begins.
"""

from __future__ import annotations

import sys
from datetime import datetime

import django


def main(now: datetime) -> None:
    django.setup()
    from gallra.running.installed import running
    from gallra.running.runs import sweep

    running()
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    sweep(now, audit=True, confirmed=frozenset({"clock", "*"}), size=2)


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]))
