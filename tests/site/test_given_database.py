"""A PostgreSQL by address: used as it is, and refused in words when it is not fit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from gallra.site import database
from gallra.site.environment import Misconfigured, secret

NAME = "given"


@dataclass(frozen=True)
class Given:
    """A database that somebody else's server would hold; addresses by role."""

    name: str

    def url(self, user: str, password: str | None = None) -> str:
        """An address as an operator would write it."""
        known = {"gallra_owner": "owner", "gallra_app": "app", "gallra_superuser": "superuser"}
        word = password if password is not None else secret(f"database_{known[user]}")
        return f"postgresql://{user}:{quote(word)}@/{self.name}?host={quote(str(database.socket_folder()), safe='')}"


@pytest.fixture
def given(server: None) -> Iterator[Given]:
    """An empty database on the tests' server, spoken to by address."""
    yield from _made(sql.SQL("ENCODING 'UTF8'"))


def _made(how: sql.SQL) -> Iterator[Given]:
    name = sql.Identifier(NAME)
    with psycopg.connect(database.superuser_address(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        superuser.execute(
            sql.SQL("CREATE DATABASE {} OWNER gallra_owner TEMPLATE template0 {}").format(name, how)
        )
        yield Given(NAME)
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _set(monkeypatch: pytest.MonkeyPatch, app: str, owner: str) -> None:
    monkeypatch.setenv("GALLRA_DATABASE_URL", app)
    monkeypatch.setenv("GALLRA_DATABASE_OWNER_URL", owner)


def _refusal() -> str:
    with pytest.raises(Misconfigured) as refusal, database.running(print):
        pass
    return str(refusal.value)


def test_it_is_used_and_neither_started_nor_stopped(
    given: Given, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = given.url("gallra_app")
    _set(monkeypatch, url, given.url("gallra_owner"))
    monkeypatch.setenv("GALLRA_HOME", str(tmp_path_factory.mktemp("home")))
    for _ in range(2):
        done = subprocess.run([sys.executable, "-m", "gallra", "migrate"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    with psycopg.connect(url) as app:
        assert app.execute("SELECT count(*) FROM ledger_entry").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM ledger_entry")


def test_two_roles_are_needed(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, given.url("gallra_owner"), given.url("gallra_owner"))
    assert "name the same role" in _refusal()


def test_a_role_that_could_change_the_ledger_is_refused(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, given.url("gallra_superuser"), given.url("gallra_owner"))
    assert "is a superuser or a member of the owner's role" in _refusal()


def test_a_refused_password_is_told_without_it(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, given.url("gallra_app", "hidden-word"), given.url("gallra_owner"))
    told = _refusal()
    assert "GALLRA_DATABASE_URL names does not answer, or refuses the role" in told
    assert "hidden-word" not in told


def test_an_old_server_is_refused(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST", 990000)
    _set(monkeypatch, given.url("gallra_app"), given.url("gallra_owner"))
    assert "older than 15" in _refusal()


def test_another_encoding_is_refused(server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for given in _made(sql.SQL("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'")):
        _set(monkeypatch, given.url("gallra_app"), given.url("gallra_owner"))
        assert "not in UTF8" in _refusal()


def test_settings_that_let_values_into_its_log_are_told(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, given.url("gallra_app"), given.url("gallra_owner"))
    told: list[str] = []
    with database.running(told.append):
        pass
    assert told == []  # the tests' own server lets none in
    with psycopg.connect(database.superuser_address(NAME), autocommit=True) as superuser:
        superuser.execute(f"ALTER DATABASE {NAME} SET log_min_error_statement = 'error'")
        superuser.execute(f"ALTER DATABASE {NAME} SET log_statement = 'all'")
    with database.running(told.append):
        pass
    assert len(told) == 1
    assert "log_min_error_statement, log_statement" in told[0]


def test_its_host_is_open_to_the_guard_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = "postgresql://gallra_owner:word@db.example/gallra"
    _set(monkeypatch, "postgresql://gallra_app:word@db.example/gallra", owner)
    assert database.hosts() == {"db.example"}
    _set(monkeypatch, "postgresql://gallra_app:word@/gallra?host=/run/postgresql", owner)
    assert database.hosts() == {"db.example"}
