"""Everything that runs while Gallra serves: the database, the worker, the web.

The supervisor starts the worker and the web as children and starts one again that ends by itself. On Ctrl-C or SIGTERM
the children end first, then the database is left. Each child holds the reading end of a pipe from the supervisor: were
the supervisor killed, they see its end and go too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from gallra.site.server import Say
from gallra.site.terminal import gettext as _

GRACE = 30.0  # seconds a child gets to end
MOST_RESTARTS = 5  # within RESTART_WINDOW; then something is wrong, and everything stops
RESTART_WINDOW = 60.0  # seconds


class ServingFailed(Exception):
    """A part keeps ending; the text says which."""


@dataclass
class Child:
    """One process under the supervisor."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C in the terminal reaches the supervisor only."""
        self.started = [at for at in self.started if time.monotonic() - at < RESTART_WINDOW] + [
            time.monotonic()
        ]
        self._end_group()
        if len(self.started) > MOST_RESTARTS:
            raise ServingFailed(
                _("The %(name)s ends again and again; its last words are above. All is stopped.")
                % {"name": self.name}
            )
        self.process = subprocess.Popen(
            self.command, env=dict(self.environment), stdin=subprocess.PIPE, start_new_session=True
        )

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def end(self, *, by: float) -> None:
        """Wait until it has ended; after `by` (of the monotonic clock) it is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(by - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._end_group()
        if self.process.stdin:
            self.process.stdin.close()

    def _end_group(self) -> None:
        """What a child that has ended leaves behind (the web's own processes, which would hold the port)."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def children(*, host: str, port: int) -> list[Child]:
    """The worker and the web, as this installation runs them."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gallra.site.settings"}
    python = [sys.executable, "-m"]
    return [
        Child("web", [*python, "gallra.site.web", host, str(port)], environment),
        Child("worker", [*python, "gallra.site.worker"], environment),
    ]


@contextmanager
def signals_as_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, from now until the end of the block."""
    stop = threading.Event()

    def set_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, set_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def started(parts: list[Child]) -> Iterator[None]:
    """The parts run for as long as the block does, and are ended however it ends."""
    try:
        for part in parts:
            part.start()
        yield
    finally:
        by = time.monotonic() + GRACE
        for part in parts:
            if part.process is not None and part.process.poll() is None:
                part.process.terminate()
        for part in parts:
            part.end(by=by)


def watch(
    parts: list[Child],
    *,
    stop: threading.Event,
    ready: Callable[[], bool],
    on_ready: Callable[[], None],
    say: Say,
) -> None:
    """Start again what ends by itself, until `stop` is set. `on_ready` is called once, when `ready` first says so."""
    told = False
    while not stop.wait(0.1):
        if not told and ready():
            told = True
            on_ready()
        for part in parts:
            if part.ended():
                say(_("The %(name)s ended by itself; it is started again.") % {"name": part.name})
                part.start()


def end_with_supervisor() -> None:
    """In a child: end as by SIGTERM when the supervisor is gone, which closes our standard input."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="supervisor", daemon=True).start()


def answers(host: str, port: int) -> bool:
    """Whether the web answers."""
    import http.client

    line = http.client.HTTPConnection(host, port, timeout=5)
    try:
        line.request("GET", "/health", headers={"Host": f"{host}:{port}"})
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def free(host: str, port: int) -> bool:
    """Whether nobody serves at this address yet."""
    import socket

    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError:
            return False
    return True


def collect_static(root: Path, *, release: str) -> None:
    """Copy the static files under their hashed names, when they are not those of this release and its files."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    newest = max(
        (
            Path(storage.path(path)).stat().st_mtime_ns
            for finder in get_finders()
            for path, storage in finder.list([])
        ),
        default=0,
    )
    stamp = root / ".release"
    wanted = f"{release} {newest}"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    root.mkdir(exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")
