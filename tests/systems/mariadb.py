"""A MariaDB of the tests' own: Debian's programs, a data folder that goes with the run, a socket, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql


def program(name: str) -> str:
    """The program's path. It is installed by scripts/setup test."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    assert found, f"{name} is missing: run scripts/setup test"
    return found


@contextmanager
def server() -> Iterator[Path]:
    """The socket of a running server; it runs as an unprivileged user where the tests run as root."""
    home = Path(tempfile.mkdtemp(prefix="gallra-mariadb-"))
    user = "nobody" if os.getuid() == 0 else None
    if user:
        shutil.chown(home, user)
    data, socket = home / "data", home / "s"
    _install(data, user)
    run = [program("mariadbd"), "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking",
           f"--pid-file={home / 'pid'}", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M",
           "--character-set-server=utf8mb4", "--skip-log-bin", f"--log-error={home / 'log'}"]  # fmt: skip
    process = subprocess.Popen(run, user=user, cwd=home, stderr=subprocess.DEVNULL)
    try:
        _wait(process, socket)
        yield socket
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _install(data: Path, user: str | None) -> None:
    """What mariadb-install-db does, without the programs of the client package that it calls."""
    tables = [
        Path("/usr/share/mysql") / name
        for name in ("mysql_system_tables.sql", "mysql_system_tables_data.sql")
    ]
    script = "CREATE DATABASE mysql;\nUSE mysql;\n" + "".join(t.read_text("utf-8") for t in tables)
    subprocess.run(["mkdir", str(data)], user=user, check=True)
    boot = [program("mariadbd"), "--no-defaults", "--bootstrap", f"--datadir={data}", "--skip-log-bin",
            "--enforce-storage-engine=", "--innodb-log-file-size=16M"]  # fmt: skip
    done = subprocess.run(
        boot, user=user, input=script, cwd=data.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def _wait(process: subprocess.Popen[bytes], socket: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        if socket.exists():
            pymysql.connect(unix_socket=str(socket), user="root").close()
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")
