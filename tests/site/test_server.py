"""The embedded server: who may read what, and that it comes up after whatever happened to it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from gallra.site import binaries, database
from gallra.site.environment import Misconfigured
from gallra.site.server import Server, ServerFailed

SETTINGS = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of the test's own."""
    folder = Path(tempfile.mkdtemp(prefix="gallra-server-"))
    folder.chmod(0o711)
    monkeypatch.setenv("GALLRA_HOME", str(folder))
    monkeypatch.setenv("GALLRA_DATABASE_FOLDER", str(folder / "postgres"))
    monkeypatch.setenv("GALLRA_DATABASE_SETTINGS", ";".join(f"{k}={v}" for k, v in SETTINGS.items()))
    yield folder
    server = database.embedded_server()
    if pid := server.pid():
        os.kill(pid, signal.SIGKILL)
        _wait_for(lambda: not server._processes())
    shutil.rmtree(folder)


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def _value(question: str) -> object:
    with psycopg.connect(database.address("default")) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_everything_is_closed_to_others_and_nothing_above_is_changed(home: Path) -> None:
    above = list(home.parents)
    before = [_mode(path) for path in above]
    with database.running(print):
        user = binaries.os_user()
        for path in (
            home / "postgres",
            home / "postgres/data",
            home / "postgres/log",
            database.socket_folder(),
        ):
            assert _mode(path) == 0o700, path
            assert path.stat().st_uid == (user.uid if user else os.geteuid())
        for path in (home / "postgres").rglob("*"):
            assert not _mode(path) & 0o077 or path.is_socket() or path.name in {"users", "change"}, path
        assert _mode(home / "secrets") == 0o700
        secrets = list((home / "secrets").iterdir())
        assert {path.name for path in secrets} == {"database_superuser", "database_owner", "database_app"}
        assert {_mode(path) for path in secrets} == {0o600}
    assert [_mode(path) for path in above] == before
    assert _mode(home) == 0o711


def test_everybody_is_asked_for_a_password(home: Path) -> None:
    with database.running(print):
        socket = str(database.socket_folder())
        for user in ("gallra_superuser", "gallra_owner", "gallra_app", "postgres"):
            for password in (None, "wrong"):
                with pytest.raises(psycopg.OperationalError, match="password"):
                    psycopg.connect(host=socket, dbname="gallra", user=user, password=password)
        with psycopg.connect(database.superuser_address()) as superuser:
            rules = superuser.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
            kept = superuser.execute("SELECT rolpassword FROM pg_authid WHERE rolcanlogin").fetchall()
        assert rules == [("local", "scram-sha-256")]
        assert len(kept) == 3
        assert all(word.startswith("SCRAM-SHA-256$") for (word,) in kept)


def test_it_speaks_utf8_in_utc_and_to_this_machine_only(home: Path) -> None:
    with database.running(print):
        assert _value("SELECT current_setting('server_version_num')::int / 10000") == 18
        assert _value("SELECT current_setting('listen_addresses')") == ""
        assert _value("SELECT current_setting('TimeZone')") == "UTC"
        assert (
            _value("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'gallra'") == "UTF8"
        )
        assert _value("SELECT datlocale FROM pg_database WHERE datname = 'gallra'") == "C.UTF-8"
        assert _value("SELECT lower('ÅSA ÖBERG')") == "åsa öberg"
        assert (
            _value(
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'gallra_app'"
            )
            is False
        )


@pytest.mark.promise("S9", "M7")
def test_no_value_reaches_the_log(home: Path) -> None:
    marker = "marker-4711-bo@company.example"
    with database.running(print), psycopg.connect(database.address("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE pet (name text PRIMARY KEY, age int CHECK (age > 0))")
        for question in (
            "INSERT INTO pet VALUES (%(value)s, 1), (%(value)s, 1)",
            "INSERT INTO pet VALUES (%(value)s, -1)",
            "SELECT %(value)s::int",
            "SELECT no_such_column FROM pet WHERE name = %(value)s",
            f"SELECT '{marker}' FROM nowhere",  # written into the statement, as nobody should
            f"INSERT INTO pet VALUES ('{marker}', -1)",
        ):
            with pytest.raises(psycopg.Error):
                owner.execute(question.encode(), {"value": marker} if "%(" in question else None)
    logs = list((home / "postgres/log").iterdir())
    written = "".join(path.read_text(encoding="utf-8") for path in logs)
    assert "ready to accept connections" in written  # this is the log
    assert "marker-4711" not in written


def test_a_killed_server_comes_up_again_with_what_was_committed(home: Path) -> None:
    with database.running(print):
        with psycopg.connect(database.address("owner"), autocommit=True) as owner:
            owner.execute("CREATE TABLE kept (n int)")
            owner.execute("INSERT INTO kept VALUES (7)")
            owner.execute("GRANT SELECT ON kept TO gallra_app")
        pid = database.embedded_server().pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with database.running(print):  # started while the dead one's pid file and socket still lie there
            assert _value("SELECT n FROM kept") == 7
    assert database.embedded_server().pid() is None


def test_a_pid_file_with_the_number_of_another_program_is_survived(home: Path) -> None:
    with database.running(print):
        pass
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        file = home / "postgres/data/postmaster.pid"
        file.write_text(
            f"{stranger.pid}\n{home}/postgres/data\n0\n5432\n{database.socket_folder()}\n\n  1 1\n"
        )
        with database.running(print):
            assert _value("SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_long_recovery_is_waited_for_and_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallra.site.server.QUIET_WAIT", 0.0)
    with database.running(print):
        with psycopg.connect(database.address("owner"), autocommit=True) as owner:
            owner.execute(
                "CREATE TABLE long AS SELECT n, repeat('x', 200) AS t FROM generate_series(1, 200000) n"
            )
        server = database.embedded_server()
        os.kill(server.pid() or 0, signal.SIGKILL)
        told: list[str] = []
        with database.running(told.append):
            assert server.pid() is not None
    assert any("can take minutes" in line for line in told)


def test_two_that_start_at_once_share_one_server(home: Path) -> None:
    code = textwrap.dedent("""
        import sys
        from gallra.site import database
        with database.running(lambda text: None):
            print(database.embedded_server().pid(), flush=True)
            sys.stdin.read()
        """)
    several = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    pids = {process.stdout.readline().strip() for process in several if process.stdout}
    assert len(pids) == 1
    for left, process in enumerate(reversed(several)):
        assert database.embedded_server().pid() == int(min(pids)), (
            f"stopped under {len(several) - left} users"
        )
        process.communicate("")
        assert process.returncode == 0
    assert database.embedded_server().pid() is None


def test_the_server_of_a_killed_user_is_found_and_stopped_by_the_next(home: Path) -> None:
    code = textwrap.dedent("""
        import time
        from gallra.site import database
        with database.running(print):
            print("up", flush=True)
            time.sleep(60)
        """)
    first = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    while first.stdout.readline().strip() != "up":
        pass
    server = database.embedded_server()
    pid = server.pid()
    first.kill()
    first.communicate()
    assert server.pid() == pid is not None
    with database.running(print):
        assert server.pid() == pid
    assert server.pid() is None


def test_data_of_another_release_of_postgresql_are_left_alone(home: Path) -> None:
    (home / "postgres/data").mkdir(parents=True)
    (home / "postgres/data/PG_VERSION").write_text("17\n")
    with pytest.raises(ServerFailed, match="PostgreSQL 17"), database.running(print):
        pass
    assert [path.name for path in (home / "postgres/data").iterdir()] == ["PG_VERSION"]


def test_a_database_whose_passwords_are_gone_is_left_alone_and_named(home: Path) -> None:
    with database.running(print):
        pass
    shutil.rmtree(home / "secrets")
    with pytest.raises(Misconfigured) as told, database.running(print):
        pass
    assert str(home / "postgres") in str(told.value)
    assert not (home / "secrets" / "database_superuser").exists()
    assert database.embedded_server().made()


def test_an_interrupted_making_is_made_again(home: Path) -> None:
    (home / "postgres/draft-left").mkdir(parents=True)
    with database.running(print):
        assert _value("SELECT 1") == 1
    assert not list((home / "postgres").glob("draft-*"))


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with database.running(print):
        pass
    broken = database.embedded_server(shared_buffers="nonsense")
    with (
        pytest.raises(ServerFailed, match="shared_buffers"),
        broken.running(password="unused", say=print, prepare=lambda: None),
    ):
        pass


def test_a_home_with_a_long_name_gets_a_socket_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = home / ("a-folder-with-a-long-name" * 5)
    monkeypatch.setenv("GALLRA_DATABASE_FOLDER", str(deep))
    socket = database.socket_folder()
    try:
        deep.mkdir()
        deep.chmod(0o700)
        with database.running(print):
            assert _mode(socket) == 0o700
            assert _value("SELECT 1") == 1
    finally:
        shutil.rmtree(socket)


def test_programs_in_a_closed_folder_are_copied_to_an_open_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root's server is another user's")
    closed = home / "closed"
    spec = importlib.util.find_spec(binaries.PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    closed.mkdir(mode=0o700)
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            package / binaries.VERSION / part, closed / binaries.PACKAGE / binaries.VERSION / part
        )
    shutil.copytree(package.parent / f"{binaries.PACKAGE}.libs", closed / f"{binaries.PACKAGE}.libs")
    monkeypatch.setattr(spec, "submodule_search_locations", [str(closed / binaries.PACKAGE)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: spec)
    monkeypatch.setattr(binaries, "STATE", home / "state")
    with database.running(print):
        assert _value("SELECT 1") == 1
        server: Server = database.embedded_server()
        assert home / "state" in server.programs.parents
    assert _mode(closed) == 0o700
