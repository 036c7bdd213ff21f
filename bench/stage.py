"""Where benchmarks are played: an embedded server of their own, templates made once, a fresh copy for every run.

A copy is made by files and followed by a checkpoint, so that nobody runs cold and nobody pays for what was written
before. The server has the settings of an installation in use: everything that commits is on the disk.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

EMPTY = "gallra"
COPY = "gallra_run"


@dataclass(frozen=True, slots=True)
class Stage:
    """A running server. home: its GALLRA_HOME; told: where progress goes."""

    home: Path
    told: Callable[[str], None]

    def template(self, name: str, fill: Callable[[], None]) -> str:
        """A database filled by `fill` in this process, vacuumed and analysed: made once, its name thereafter. One that
        was kept is brought to this release's tables.
        """
        with self._superuser() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                point_to(name)
                _migrate()
                return name
            draft = f"{name}_draft"
            disconnect()
            _drop(connection, draft)
            _create(connection, draft, EMPTY)
            began = time.perf_counter()
            point_to(draft)
            fill()
            disconnect()
            with self._superuser(draft) as inside:
                inside.execute("VACUUM (ANALYZE)")
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
            connection.execute("CHECKPOINT")
        self.told(f"made the database {name} in {time.perf_counter() - began:.0f} s")
        return name

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """A fresh, checkpointed copy of `template`, to which Django's aliases point while the block runs; with it a
        ledger that nobody has copied yet, else the database would seem to be older than the copy.
        """
        disconnect()
        shutil.rmtree(self.home / "ledger", ignore_errors=True)
        with self._superuser() as connection:
            _drop(connection, COPY)
            _create(connection, COPY, template)
            connection.execute("CHECKPOINT")
            point_to(COPY)
            try:
                yield COPY
            finally:
                disconnect()
                _drop(connection, COPY)

    def environment(self, database: str) -> dict[str, str]:
        """What a child process must be told to work in this database."""
        return {**os.environ, "GALLRA_DATABASE_NAME": database}

    def superuser(self, dbname: str) -> psycopg.Connection:
        """A connection of the server's superuser that commits each statement."""
        return self._superuser(dbname)

    def _superuser(self, dbname: str = "postgres") -> psycopg.Connection:
        from gallra.site import database

        return psycopg.connect(database.superuser_address(dbname), autocommit=True)


@contextmanager
def stage(home: Path | None, told: Callable[[str], None]) -> Iterator[Stage]:
    """The server in a temporary folder, or in `home`, where the templates are kept for the next time."""
    kept = home is not None
    place = home or Path(tempfile.mkdtemp(prefix="gallra-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o711)  # started by root, the server is another user, who must pass through
    for name in [name for name in os.environ if name.startswith("GALLRA_")]:
        del os.environ[name]
    os.environ.update(
        GALLRA_HOME=str(place),
        GALLRA_DATABASE_FOLDER=str(place / "postgres"),
        GALLRA_LEDGER_FOLDER=str(place / "ledger"),
        DJANGO_SETTINGS_MODULE="gallra.site.settings",
    )
    try:
        from gallra.site import boot

        with boot.installation(told, migrated=False):
            _migrate()
            yield Stage(place, told)
    finally:
        if not kept:
            shutil.rmtree(place, ignore_errors=True)


def point_to(name: str) -> None:
    """Let both of Django's aliases work in the database `name` from now on."""
    from django.db import connections

    from gallra.site import database

    disconnect()
    passwords = database.aliases()
    for alias in ("default", "owner"):
        connections.settings[alias].update(NAME=name, PASSWORD=passwords[alias]["PASSWORD"])


def disconnect() -> None:
    """Close this process's connections: a database in use can be neither copied nor dropped."""
    from django.db import connections

    connections.close_all()


def _migrate() -> None:
    from django.core.management import call_command

    from gallra.site import grants

    call_command("migrate", database="owner", verbosity=0)
    grants.apply()
    disconnect()


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    from gallra.site import database

    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY OWNER {}")
    connection.execute(
        statement.format(sql.Identifier(name), sql.Identifier(template), sql.Identifier(database.OWNER))
    )


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
