"""Fixtures for every test: an embedded server per run, a database per worker, a database per test that commits.

`db` gives a transaction that is rolled back; `fresh_database` a copy of the migrated database with real commits, for
tests with threads, processes or several connections. Both speak as the working role, as in use.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import translation
from hypothesis import HealthCheck, settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from gallra.site import database as site_database
from gallra.site import grants
from tests.forking import Forker

# "quick" while writing code, "ci" by default, "thorough" by GALLRA_TEST_PROFILE for a long night.
_slow_is_fine = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=20, deadline=None, suppress_health_check=_slow_is_fine)
settings.register_profile("ci", max_examples=100, deadline=None, suppress_health_check=_slow_is_fine)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=_slow_is_fine)
settings.load_profile(os.environ.get("GALLRA_TEST_PROFILE", "ci"))

TEMPLATE = "gallra"


@dataclass(frozen=True)
class Database:
    """A database of the embedded server, to which Django's aliases `default` and `owner` point while it is in use."""

    name: str

    def address(self, role: str = "default") -> str:
        """The address for psycopg, as the working role or as `owner`."""
        return psycopg.conninfo.make_conninfo(site_database.address(role), dbname=self.name)

    @property
    def environment(self) -> dict[str, str]:
        """What a child process must be told to work in this database."""
        return {
            **os.environ,
            "GALLRA_DATABASE_NAME": self.name,
            "DJANGO_SETTINGS_MODULE": "gallra.site.settings",
        }


@pytest.fixture(scope="session")
def server(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The embedded server with the migrated database `gallra`, from which all others are copied."""
    with site_database.running(print), django_db_blocker.unblock():
        done = Path(os.environ["GALLRA_HOME"]) / "migrated"
        with locked("template"):
            if not done.exists():
                _point_to(TEMPLATE)
                call_command("migrate", database="owner", verbosity=0)
                grants.apply()
                connections.close_all()
                done.touch()
        yield
        connections.close_all()


@pytest.fixture(autouse=True)
def _settings_language() -> None:
    """The language of the settings: a page read in English by an earlier test leaves its thread in English."""
    translation.deactivate()


@pytest.fixture(scope="session")
def database(server: None) -> Iterator[Database]:
    """The worker's own database."""
    with _copy(f"worker_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}") as copy:
        yield copy


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """pytest-django makes no database: ours are made above."""


@pytest.fixture
def db(database: Database, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """The worker's database in a transaction that is rolled back after the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield database
        transaction.set_rollback(True)


@pytest.fixture
def fresh_database(
    server: None,
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Database]:
    """An empty, migrated database of the test's own: everything commits. Dropped after the test, as is the copy of its
    ledger outside the database."""
    monkeypatch.setenv("GALLRA_LEDGER_FOLDER", str(tmp_path / "ledger"))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    before = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        try:
            with _copy(f"fresh_{worker}") as copy:
                yield copy
        finally:
            _point_to(before)


@pytest.fixture(scope="session")
def forker(server: None) -> Iterator[Forker]:
    """A process that does work in forks of itself, which may be killed."""
    one = Forker()
    yield one
    one.close()


@contextmanager
def _copy(name: str) -> Iterator[Database]:
    identifier = sql.Identifier(name)
    with psycopg.connect(site_database.superuser_address(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        with locked("template"):  # a database that is being copied admits no other copy
            superuser.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY OWNER {}").format(
                    identifier, sql.Identifier(TEMPLATE), sql.Identifier(site_database.OWNER)
                )
            )
        _point_to(name)
        try:
            yield Database(name)
        finally:
            connections.close_all()
            superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))


def _point_to(name: str) -> None:
    """Let both aliases, in every thread, work in the database `name` from now on."""
    connections.close_all()
    passwords = site_database.aliases()
    for alias in ("default", "owner"):
        connections.settings[alias].update(NAME=name, PASSWORD=passwords[alias]["PASSWORD"])


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One worker at a time."""
    with (Path(os.environ["GALLRA_HOME"]) / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
