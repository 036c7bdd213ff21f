"""`gallra demo`: a whole company from nothing, what its start says, and the link that opens the board once."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """An empty home, filled by the first test that uses it."""
    folder = Path(tempfile.mkdtemp(prefix="gallra-demo-"))
    folder.chmod(0o711)
    yield folder / "home"
    shutil.rmtree(folder)


def _demo(home: Path, *options: str) -> tuple[list[str], dict[str, str]]:
    environment = {
        **os.environ,
        "GALLRA_HOME": str(home),
        "GALLRA_DATABASE_FOLDER": str(home.parent / "postgres"),
        "LC_ALL": "C.UTF-8",
    }
    return [sys.executable, "-m", "gallra", "demo", "--people", "60", *options], environment


@contextmanager
def _running(home: Path, *options: str) -> Iterator[tuple[str, int]]:
    """The demo once it serves: what it said, and its port. Ended by Ctrl-C."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
    command, environment = _demo(home, *options, "--port", str(port))
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = ""
            for line in process.stderr:
                said += line
                if "Ctrl-C ends it" in line:
                    break
            else:
                pytest.fail(said)
            yield said, port
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def _get(port: int, path: str, **headers: str) -> tuple[int, str, str]:
    """Status, the session's cookie and where it leads to."""
    status, cookies, to, _html = _ask(port, "GET", path, **headers)
    session = re.search(r"\bgallra=\w+", cookies)
    return status, session[0] if session else "", to


def _ask(port: int, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str, str]:
    """Status, cookies, where it leads to, and the page."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(method, path, body=body or None, headers=headers)
        answer = line.getresponse()
        html = answer.read().decode()
        cookies = "; ".join(answer.headers.get_all("Set-Cookie") or [])
        return answer.status, cookies, answer.getheader("Location") or "", html


def _press(port: int, path: str) -> tuple[int, str, str]:
    """The page's button pressed: as `_get`."""
    status, cookies, _to, html = _ask(port, "GET", path)
    assert status == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    own = re.search(r"csrftoken=\w+", cookies)
    assert token
    assert own
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": own[0]}
    status, cookies, to, _html = _ask(port, "POST", path, f"csrfmiddlewaretoken={token[1]}", **form)
    session = re.search(r"\bgallra=\w+", cookies)
    return status, session[0] if session else "", to


def test_it_makes_a_company_says_where_it_stands_and_opens_as_alva_once(home: Path) -> None:
    with _running(home) as (said, port):
        assert _get(port, "/")[0] == 200
        assert re.search(r"SWINX: \d+ sentences promise something: \d+ ", said)
        assert "What goes tonight:" in said
        assert not re.search(r" (DEBUG|INFO|WARNING|ERROR) ", said), (
            "no line of a log among what a newcomer reads"
        )
        assert re.search(r"^  S1[78] +\d+  \w+\.\w+$", said, re.MULTILINE)
        assert said.count("gallra") >= 3
        link = re.search(rf"http://localhost:{port}(/demo/\S+)", said)
        assert link
        assert _get(port, "/demo/another")[0] == 404
        proxied = {"X-Forwarded-For": "192.0.2.1"}
        assert _get(port, link[1], **proxied)[0] == 404  # through a proxy anybody could seem to be here
        for _ in range(2):  # what opens addresses by itself changes nothing
            assert _get(port, link[1]) == (200, "", "")
        assert _ask(port, "POST", link[1])[0] == 403  # another site's form
        status, cookie, to = _press(port, link[1])
        assert (status, to) == (302, "/office/")
        assert _get(port, "/office/", Cookie=cookie)[0] == 200
        assert _get(port, link[1])[0] == 404  # once
        assert _get(port, "/office/outbox/")[0] == 200
        assert _get(port, "/office/outbox/", **proxied)[0] == 404


def test_it_starts_again_with_the_same_company(home: Path) -> None:
    with _running(home) as (said, port):
        assert "Making a company" not in said
        assert _get(port, "/health")[0] == 200


def test_another_demo_is_not_mixed_with_it(home: Path) -> None:
    command, environment = _demo(home, "--policy", "munkeby")
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "holds another demo (policy swinx, people 60, seed 1)" in done.stderr


def test_anew_throws_away_a_demo_and_nothing_else_and_munkebys_opens_as_a_customer(home: Path) -> None:
    with _running(home, "--policy", "munkeby", "--anew") as (said, port):
        assert "Munkeby Systems" in said
        link = re.search(rf"http://localhost:{port}(/demo/\S+)   \(opens as Bo", said)
        assert link
        status, cookie, to = _press(port, link[1])
        assert (status, to) == (302, "/support/")
        assert _get(port, "/support/", Cookie=cookie)[0] == 200
        assert _get(port, "/office/", Cookie=cookie)[0] == 403
        assert _get(port, link[1])[0] == 404  # once
    (home / "demo").unlink()
    command, environment = _demo(home, "--anew")
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is not a demo, so nothing was thrown away" in done.stderr
    assert (home / "secrets").is_dir()


def test_an_installation_in_use_is_not_made_a_demo(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    command, environment = _demo(tmp_path)
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "holds an installation that is no demo" in done.stderr
