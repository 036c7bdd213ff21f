"""From `gallra demo` in an empty home to the first page."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.common import Bench
from bench.measure import Result, median, said

ROOT = Path(__file__).parents[1]
LONGEST = 120.0
"""Seconds until it is given up."""


def start(bench: Bench) -> Result:
    """Database made, tables, two thousand people with five years of history, board, web: until `/` is served."""
    seconds = []
    for number in range(bench.runs):
        seconds.append(_once())
        bench.told(f"round {number + 1} of {bench.runs}: {said(seconds[-1])}")
    found = median(seconds)
    title = "`gallra demo` on an installed project to first page"
    return Result("demo", title, "–", {"ours": said(found)}, found, 15.0, bench.runs, unit=" s")


def _once() -> float:
    home = Path(tempfile.mkdtemp(prefix="gallra-bench-demo-"))
    home.chmod(0o711)
    port = _free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GALLRA_", "DJANGO_"))
    }
    environment |= {"GALLRA_HOME": str(home / "home"), "GALLRA_DATABASE_FOLDER": str(home / "postgres")}
    began = time.perf_counter()
    demo = subprocess.Popen(
        [Path(sys.executable).parent / "gallra", "demo", "--port", str(port)], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _served(port):
            if demo.poll() is not None:
                raise RuntimeError(f"the demo ended by itself with {demo.returncode}")
            if time.perf_counter() - began > LONGEST:
                raise RuntimeError(f"no page after {LONGEST:.0f} s")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=60)
        shutil.rmtree(home, ignore_errors=True)


def _served(port: int) -> bool:
    """Whether the policy's page comes, whole."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            return page.status == 200 and b"</html>" in page.read()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
