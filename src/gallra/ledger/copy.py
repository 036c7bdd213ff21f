"""The copy of the ledger outside the database: the same lines as an export, in
GALLRA_HOME/ledger/ledger.jsonl.

Whoever can change the tables finds the copy in the way: a ledger whose tail was cut is shorter than its copy.
It is more in the way on another disk or machine: GALLRA_LEDGER_FOLDER says where. It is also what a restore
joins to an older database. Lines are only added, a checkpoint's at a time, and reach the disk before the call
returns.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gallra.ledger.lines import header_line, stretches
from gallra.ledger.verifier import Key, Malformed, read_checkpoint
from gallra.site.environment import own_folder, text

_MARK = b'\n{"checkpoint":'
_BLOCK = 1 << 20  # bytes


def path() -> Path:
    """Where the copy is. The folder is made where it is missing."""
    if given := text("LEDGER_FOLDER"):
        folder = Path(given).expanduser().absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        folder = own_folder("ledger")
    return folder / "ledger.jsonl"


def size() -> int:
    """How many entries the copy's last whole checkpoint covers; 0 where there is no copy. Malformed where it
    is damaged."""
    file = path()
    if not file.exists():
        return 0
    with file.open("rb") as opened:
        return _last(opened)[1]


def lines() -> Iterator[bytes]:
    """The copy's lines, without its header, up to its last whole checkpoint."""
    file = path()
    if not file.exists():
        return
    with file.open("rb") as opened:
        end = _last(opened)[0]
        opened.seek(0)
        read = len(opened.readline())
        while read < end:
            line = opened.readline()
            read += len(line)
            yield line


def catch_up(key: Key) -> None:
    """Add to the copy what the database has signed and the copy has not. What a crash left half written goes
    first."""
    file = path()
    with _alone(file.parent), _opened(file) as opened:
        end, covered = _last(opened)
        opened.seek(end)
        opened.truncate()
        if end == 0:
            opened.write(header_line(key) + b"\n")
        for stretch in stretches(covered):
            for line in stretch.text():
                opened.write(line + b"\n")
        opened.flush()
        os.fsync(opened.fileno())


def _last(opened: BinaryIO) -> tuple[int, int]:
    """Where the last whole checkpoint line ends, in bytes, and how many entries it covers; else the header's
    end and 0."""
    opened.seek(0)
    header = opened.readline()
    stop = opened.seek(0, os.SEEK_END)
    tail, begin = b"", stop
    while begin > 0:
        begin = max(0, begin - _BLOCK)
        opened.seek(begin)
        tail = opened.read(min(_BLOCK, stop - begin - len(tail))) + tail
        whole = tail[: tail.rfind(b"\n") + 1]
        if (found := whole.rfind(_MARK)) >= 0:
            line = whole[found + 1 : whole.index(b"\n", found + 1)]
            end = begin + found + 1 + len(line) + 1
            return end, _covered(line)
    return (len(header) if header.endswith(b"\n") else 0), 0


def _covered(line: bytes) -> int:
    parts = read_checkpoint(line)[1].split("\n")
    if len(parts) < 2 or not parts[1].isascii() or not parts[1].isdigit():
        raise Malformed("the last checkpoint in the copy is not in the form of one")
    return int(parts[1])


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    new = not file.exists()
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as opened:
        yield opened
    if new:
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time adds to the copy."""
    with os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
