"""`gallra up`: everything starts, stops cleanly, and starts again, whatever was killed."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A migrated installation, for the tests of this file one after the other."""
    folder = Path(tempfile.mkdtemp(prefix="gallra-serving-"))
    folder.chmod(0o711)
    subprocess.run(
        [sys.executable, "-m", "gallra", "migrate"], env=_environment(folder), check=True, capture_output=True
    )
    yield folder
    shutil.rmtree(folder)


def _environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "GALLRA_HOME": str(home),
        "GALLRA_DATABASE_FOLDER": str(home / "postgres"),
        "LC_ALL": "C.UTF-8",
    }


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def _serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`gallra up` once it serves: its process and its port. Ended by force at the end, if it still runs."""
    port = _free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "gallra", "up", "--port", str(port)],
        env=_environment(home),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            lines = []
            for line in process.stderr:
                lines.append(line)
                if "serves" in line:
                    break
            else:
                pytest.fail("".join(lines))
            yield process, port
        finally:
            process.kill()


def _get(port: int, path: str) -> tuple[int, dict[str, str], str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", path)
        answer = line.getresponse()
        return (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read().decode(),
        )


def _processes(home: Path) -> list[psutil.Process]:
    """Everything that runs for this home, the database's server included."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("GALLRA_HOME") == str(home) or process.cwd() == str(
                home / "postgres/data"
            )
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def _command(process: psutil.Process) -> list[str]:
    """The command of a process; empty for one that has ended meanwhile."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def _wait_for(condition: Callable[[], object], seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def _children(home: Path, name: str) -> set[int]:
    """The supervisor's child of that name and what it started itself."""
    found = set()
    for one in _processes(home):
        with suppress(psutil.Error):
            if f"gallra.site.{name}" in one.cmdline():
                found.add(one.pid)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_cleanly(home: Path, number: signal.Signals) -> None:
    with _serving(home) as (process, port):
        status, headers, _ = _get(port, "/health")
        assert status == 200
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert {"web", "worker"} <= {
            part.split(".")[-1] for one in _processes(home) for part in one.cmdline()
        }
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
        assert _processes(home) == []


def test_a_part_that_ends_by_itself_is_started_again(home: Path) -> None:
    with _serving(home) as (process, port):
        for name in ("worker", "web"):
            before = _children(home, name)
            os.kill(min(before), signal.SIGKILL)
            _wait_for(partial(_all_new, home, name, before))
        _wait_for(lambda: _answers(port))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_after_a_kill_nothing_stays_but_the_database_and_all_starts_again(home: Path) -> None:
    with _serving(home) as (process, _port):
        process.kill()
        process.wait()
        _wait_for(
            lambda: not any("gallra.site" in part for one in _processes(home) for part in _command(one))
        )
        assert any("postgres" in one.name() for one in _processes(home))
    with _serving(home) as (process, port):
        assert _answers(port)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    assert _processes(home) == []


def test_a_taken_port_is_told_and_nothing_starts(home: Path) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = str(sock.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "gallra", "up", "--port", port],
            env=_environment(home),
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr == f"Port {port} is in use on this machine. Choose another with --port.\n"


def test_others_than_this_machine_are_served_only_with_an_address(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gallra", "up", "--host", "0.0.0.0"],  # noqa: S104
        env=_environment(home),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Set GALLRA_ADDRESS to https://name" in done.stderr


def _all_new(home: Path, name: str, before: set[int]) -> bool:
    now = _children(home, name)
    return bool(now) and not now & before


def _answers(port: int) -> bool:
    try:
        return _get(port, "/health")[0] == 200
    except OSError:
        return False
