"""The embedded PostgreSQL: one server per installation, shared by every process that needs it.

Each process that uses the server holds a shared lock on the file `users`; whoever leaves last stops it. Starting and
stopping happen under the lock `change`, so two that start at once do not fight: the second finds it running. Locks are
the kernel's and die with their process: a server left behind by a killed process is found, used, and stopped by the
next. The data survive a kill at any moment; PostgreSQL then recovers, which may take minutes and is waited for.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from psycopg import conninfo, pq

from gallra.site.binaries import OsUser
from gallra.site.environment import Misconfigured
from gallra.site.terminal import gettext as _

Say = Callable[[str], None]

SUPERUSER = "gallra_superuser"
MAJOR = "18"
PORT = 5432  # names the socket only: the server listens on no address
LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107
QUIET_WAIT = 3.0  # seconds before it is said that we wait
STOP_WAIT = 300  # seconds


class ServerFailed(Exception):
    """The embedded server could not be made, started or stopped; the text holds the end of its log."""


@dataclass(frozen=True)
class Server:
    """An embedded server: its folder (data/, log/, locks), its socket folder, programs, user and settings."""

    folder: Path
    socket: Path
    programs: Path
    user: OsUser | None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @contextmanager
    def running(self, *, password: str, say: Say, prepare: Callable[[], None]) -> Iterator[None]:
        """Use the server: made and started where needed, stopped by whoever leaves last.

        `password` is the superuser's, `prepare` runs after each start, before anybody else may use it.
        """
        self._make_folders()
        with (self.folder / "users").open("w") as users:
            with self._changing():
                fcntl.flock(users, fcntl.LOCK_SH)
                if self._start(password=password, say=say):
                    prepare()
            try:
                yield
            finally:
                with self._changing():
                    try:
                        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        pass  # somebody else still uses it
                    else:
                        self._stop()

    def conninfo(self, *, user: str, password: str, dbname: str) -> str:
        """The address for libpq."""
        return conninfo.make_conninfo(
            host=str(self.socket), port=PORT, user=user, password=password, dbname=dbname
        )

    def made(self) -> bool:
        """Whether there is a data folder that this release can use, running or not."""
        version = self.data / "PG_VERSION"
        return version.exists() and version.read_text(encoding="ascii").strip() == MAJOR

    def pid(self) -> int | None:
        """The process of the running server; None when none runs on this data folder."""
        number = _pid_in(self.data / "postmaster.pid")
        return number if number is not None and self._works_here(number) else None

    # --- making --------------------------------------------------------------------------------------------------

    def _make_folders(self) -> None:
        for folder in (self.folder, self.log, self.socket):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.stat()
            owner = self.user.uid if self.user else os.geteuid()
            if found.st_uid not in (owner, 0 if self.user else owner) or folder.is_symlink():
                raise Misconfigured(
                    _("%(folder)s belongs to another user. Remove it, or choose another GALLRA_HOME.")
                    % {"folder": folder}
                )
            folder.chmod(0o700)
            self._hand_over(folder)

    def _hand_over(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user.uid, self.user.gid)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with (self.folder / "change").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _initialise(self, *, password: str, say: Say) -> None:
        """Make the data folder, whole or not at all."""
        version = self.data / "PG_VERSION"
        if version.exists():
            found = version.read_text(encoding="ascii").strip()
            if found != MAJOR:
                raise ServerFailed(
                    _(
                        "The data in %(data)s was made by PostgreSQL %(found)s; this release brings %(major)s. Nothing "
                        "was changed. Start the release that made them, take a dump, and load it here."
                    )
                    % {"data": self.data, "found": found, "major": MAJOR}
                )
            return
        say(_("Making the database ..."))
        for left in self.folder.glob("draft-*"):  # of an earlier attempt that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix="draft-", dir=self.folder) as name:
            draft = Path(name)
            self._hand_over(draft)
            word = draft / "password"
            word.touch(mode=0o600)
            word.write_text(password + "\n", encoding="utf-8")
            self._hand_over(word)
            self._run(
                [
                    str(self.programs / "initdb"),
                    "--pgdata",
                    str(draft / "data"),
                    "--username",
                    SUPERUSER,
                    "--pwfile",
                    str(word),
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-instructions",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                ]
            )
            (draft / "data").rename(self.data)

    def _configure(self) -> None:
        """Write the server's two files anew, so that they are what this release says, whatever was there."""
        chosen = {**self._settings(), **self.settings}
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in chosen.items()]
        for name, content in (
            ("postgresql.conf", "# Written by Gallra at every start.\n" + "".join(lines)),
            ("pg_hba.conf", "# Written by Gallra at every start.\nlocal all all scram-sha-256\n"),
        ):
            path, draft = self.data / name, self.data / f"{name}.new"
            draft.touch(mode=0o600)
            draft.write_text(content, encoding="utf-8")
            self._hand_over(draft)
            draft.replace(path)

    def _settings(self) -> dict[str, str]:
        memory = psutil.virtual_memory().total // 2**20  # MB
        return {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "100",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
            "default_text_search_config": "pg_catalog.simple",
            # No value of a row or a statement reaches the log.
            "logging_collector": "on",
            "log_directory": str(self.log),
            "log_filename": "postgresql-%a.log",
            "log_file_mode": "0600",
            "log_rotation_age": "1d",
            "log_truncate_on_rotation": "on",
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "log_statement": "none",
            "log_min_duration_statement": "-1",
            # A machine of 2 GB gets 256 MB, one of 8 GB and more gets 1 GB.
            "shared_buffers": f"{min(max(memory // 8, 128), 1024)}MB",
            "effective_cache_size": f"{max(memory // 2, 256)}MB",
            "maintenance_work_mem": f"{min(max(memory // 16, 64), 512)}MB",
            "work_mem": "16MB",
            "max_wal_size": "4GB",
            # Old files of the write-ahead log, with the rows in them, are removed and not kept for the next writes.
            "wal_recycle": "off",
            "jit": "off",
        }

    # --- starting and stopping -----------------------------------------------------------------------------------

    def _start(self, *, password: str, say: Say) -> bool:
        """Start the server and wait until it answers; False when it ran already."""
        if self.pid() is not None and self._ping() is pq.Ping.OK:
            return False
        self._initialise(password=password, say=say)
        ran = self.pid() is not None
        if not ran:
            self._clear_away(say)
            self._configure()
            self._run(
                [
                    str(self.programs / "pg_ctl"),
                    "start",
                    "--no-wait",
                    "--silent",
                    "--pgdata",
                    str(self.data),
                    "--log",
                    str(self.log / "start.log"),
                ]
            )
        self._wait_until_ready(say)
        return not ran

    def _clear_away(self, say: Say) -> None:
        """Wait for the last processes of a killed server; drop lock files whose number another program now has.

        Those with a dead number are left to PostgreSQL, which checks its shared memory by them.
        """
        since = time.monotonic()
        told = False
        while self._processes():
            if time.monotonic() - since > QUIET_WAIT and not told:
                say(_("Waiting for the last processes of the killed database server ..."))
                told = True
            if time.monotonic() - since > STOP_WAIT:
                raise ServerFailed(
                    _("Processes of an earlier database server do not end. Nothing was changed.")
                )
            time.sleep(0.05)
        for file in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
            number = _pid_in(file)
            if number is not None and psutil.pid_exists(number):  # a stranger, or dead and not yet buried
                file.unlink()

    def _wait_until_ready(self, say: Say) -> None:
        since = time.monotonic()
        told = 0.0
        while (answer := self._ping()) is not pq.Ping.OK:
            waited = time.monotonic() - since
            if self.pid() is None and waited > 1.0:
                time.sleep(0.2)  # what it wrote last
                raise ServerFailed(
                    _("The database server did not start. The end of its log:\n%(log_end)s")
                    % {"log_end": self._log_end()}
                )
            if waited - told > (QUIET_WAIT if not told else 15.0):
                told = waited
                doing = (
                    _("The database recovers what was not written when it was killed")
                    if answer is pq.Ping.REJECT
                    else _("The database starts")
                )
                say(
                    _("%(doing)s; this can take minutes (%(waited).0f s so far) ...")
                    % {"doing": doing, "waited": waited}
                )
            time.sleep(0.02)

    def _stop(self) -> None:
        if self.pid() is None:
            return
        self._run(
            [
                str(self.programs / "pg_ctl"),
                "stop",
                "--mode=fast",
                "--silent",
                "--pgdata",
                str(self.data),
                f"--timeout={STOP_WAIT}",
            ]
        )

    def _ping(self) -> pq.Ping:
        address = conninfo.make_conninfo(
            host=str(self.socket), port=PORT, dbname="postgres", connect_timeout=5
        )
        return pq.Ping(pq.PGconn.ping(address.encode()))

    def _works_here(self, pid: int) -> bool:
        """Whether this process works in the data folder: a server's processes do, and no others."""
        try:
            process = psutil.Process(pid)
            here: bool = process.cwd() == os.path.realpath(self.data)
            return here and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def _processes(self) -> frozenset[int]:
        """Every process of a server on the data folder, of a killed one too."""
        return frozenset(pid for pid in psutil.pids() if self._works_here(pid))

    def _log_end(self) -> str:
        files = sorted(self.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
        return "\n".join(
            line for file in files[-2:] for line in file.read_text(encoding="utf-8").splitlines()[-10:]
        )

    def _run(self, command: list[str]) -> None:
        """Run one of PostgreSQL's programs as the server's user, with nothing of our environment."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        as_user: dict[str, object] = {}
        if self.user:
            as_user = {"user": self.user.uid, "group": self.user.gid, "extra_groups": []}
        with tempfile.TemporaryFile() as output:  # a pipe would be held open by the server
            done = subprocess.run(  # type: ignore[call-overload]
                command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                umask=0o077,
                **as_user,
            )
            if done.returncode != 0:
                output.seek(0)
                words = output.read().decode(errors="replace").strip()
                raise ServerFailed(
                    _("%(name)s failed:\n%(words)s\n%(log_end)s")
                    % {"name": Path(command[0]).name, "words": words, "log_end": self._log_end()}
                )


def _pid_in(file: Path) -> int | None:
    """The number in the first line of a lock file of PostgreSQL's; None when there is none."""
    try:
        return int(file.read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
