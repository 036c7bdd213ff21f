"""Waiting for what the server does by itself, never by sleeping a fixed time."""

from __future__ import annotations

import time

from django.db import connection


def until_locks_are_gone(seconds: float = 30) -> None:
    """Until no other session of this database holds an advisory lock: the server notices late that a client was killed.

    Raises TimeoutError where one is still held after `seconds`.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
                " WHERE locktype = 'advisory' AND datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)
    raise TimeoutError("a killed session's lock is still held")
