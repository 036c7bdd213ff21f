"""A job of a request that is killed before its statement number N: done in a fork (tests/forking.py)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection


def statements(act: Callable[[], object], *, kill_before: int = 0) -> int:
    """How many statements `act` sends; killed before the one of that number."""
    count = 0

    def each(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(each):
        act()
    return count


def carry_out(request: int, now: str, at: int, documents: str) -> str:
    """Carry the request out, killed before that statement."""
    from gallra.rights import carrying

    settings.DOCUMENTS_ROOT = Path(documents)
    return str(
        statements(lambda: carrying.carry_out(request, now=datetime.fromisoformat(now)), kill_before=at)
    )


def look_up(request: int, now: str, at: int) -> str:
    """Look the person up, killed before that statement."""
    from gallra.rights import looking

    return str(statements(lambda: looking.look_up(request, now=datetime.fromisoformat(now)), kill_before=at))
