"""The three foreign databases that are run for real: a SQLite file, a second PostgreSQL, MariaDB."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import conninfo, sql

from gallra.site import database as site_database
from tests.systems import mariadb
from tests.systems.world import Place

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def mariadb_socket() -> Iterator[Path]:
    with mariadb.server() as socket:
        yield socket


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty foreign support database, one of each sort."""
    name = f"foreign_{WORKER}"
    if request.param == "sqlite":
        (tmp_path / "desk.db").touch()
        made = Place(f"sqlite:///{tmp_path / 'desk.db'}", "sqlite")
        made.create()
        yield made
    elif request.param == "postgresql":
        request.getfixturevalue("server")
        yield from _postgresql(name)
    else:
        socket = request.getfixturevalue("mariadb_socket")
        server = Place(f"mariadb+pymysql://root@localhost/mysql?unix_socket={quote(str(socket))}", "mariadb")
        server.run(f"CREATE OR REPLACE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci")
        made = Place(f"mariadb+pymysql://root@localhost/{name}?unix_socket={quote(str(socket))}", "mariadb")
        made.create()
        yield made
        server.run(f"DROP DATABASE {name}")


def _postgresql(name: str) -> Iterator[Place]:
    at = site_database.superuser_address()
    known = conninfo.conninfo_to_dict(at)
    with psycopg.connect(at, autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        superuser.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        who = f"{known['user']}:{quote(str(known.get('password', '')))}"
        port = f"&port={known['port']}" if "port" in known else ""
        made = Place(
            f"postgresql+psycopg://{who}@/{name}?host={quote(str(known['host']), safe='')}{port}",
            "postgresql",
        )
        made.create()
        yield made
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
