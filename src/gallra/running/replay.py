"""The list to replay: what must be done again when an older backup is put back (design.md sections 7 and 10).

One line for each erasure, correction, hold and batch of a sweep, written outside the database once it has committed, to
the file `replay` beside the ledger's copy (folder mode 700, file 600, on the disk before the call returns). A line has
its entry of the ledger, impersonal keys, and what says something about a person only sealed: AES-GCM under the secret
`replay_key`. Lines go once no backup is left that they could be needed for.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections, transaction

from gallra.ledger import copy
from gallra.ledger.lines import canonical, entry_form
from gallra.ledger.models import Entry
from gallra.policy.model import Policy
from gallra.site.environment import secret

SECRET = "replay_key"  # noqa: S105 — the name of it
DEFAULT_KEEP = timedelta(days=365)
"""How long lines live where the policy names no period for backups."""
_NONCE = 12  # bytes


class Unreadable(Exception):
    """The list to replay, or its key, is not the one that was written."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do again. entry: of the ledger, whole; keys: impersonal; sealed: readable with the key only."""

    entry: dict[str, Any]
    keys: dict[str, Any] = field(default_factory=dict)
    sealed: str = field(default="", repr=False)

    @property
    def number(self) -> int:
        return int(self.entry["number"])

    def opened(self) -> dict[str, Any]:
        """What was sealed. Raises Unreadable."""
        if not self.sealed:
            return {}
        data = base64.b64decode(self.sealed)
        try:
            text = AESGCM(_key()).decrypt(data[:_NONCE], data[_NONCE:], _bound_to(self.entry))
        except InvalidTag:
            raise Unreadable("The list to replay was sealed with another replay_key, or changed.") from None
        opened: dict[str, Any] = json.loads(text)
        return opened


def note(
    number: int,
    *,
    keys: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
    written: Entry | None = None,
) -> None:
    """Once the open transaction has committed, add the line of the entry `number`, which it has just written; where
    the caller gives it as `written`, it is not read again.

    A list that cannot be written is logged and does not undo what has committed; the restore then finds the entry in
    the ledger's copy and says that it has no line.
    """
    entry = entry_form(written or Entry.objects.get(number=number))
    line: dict[str, Any] = {"entry": entry, "keys": dict(keys or {})}
    if sealed:
        nonce = os.urandom(_NONCE)
        text = json.dumps(sealed, default=_plain).encode()
        data = nonce + AESGCM(_key()).encrypt(nonce, text, _bound_to(entry))
        line["sealed"] = base64.b64encode(data).decode()
    transaction.on_commit(partial(_add, canonical(line)), robust=True)


def lines() -> list[Line]:
    """The whole list, by number. What a crash left half written at the end is no line. Raises Unreadable."""
    file = path()
    if not file.exists():
        return []
    found = {}
    for raw in file.read_bytes().split(b"\n")[:-1]:
        try:
            said = json.loads(raw)
            line = Line(said["entry"], said["keys"], said.get("sealed", ""))
            found[line.number] = line
        except (ValueError, KeyError, TypeError):
            raise Unreadable("The list to replay is damaged: a line is not in the form of one.") from None
    return [found[number] for number in sorted(found)]


def newest(passing: frozenset[str]) -> int | None:
    """The number of the last line whose action is not one of `passing`."""
    file = path()
    if not file.exists():
        return None
    known = file.stat()
    return _newest(passing, str(file), known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=4)
def _newest(passing: frozenset[str], file: str, changed: int, size: int) -> int | None:
    """Read once while the file is the same."""
    return next((line.number for line in reversed(lines()) if line.entry["action"] not in passing), None)


def drop_old(policy: Policy, now: datetime) -> int:
    """Remove the lines that no backup can need any more: older than the policy keeps backups, or a year where it does
    not say. Their number."""
    oldest = _oldest(policy, now)
    file = path()
    with _alone(file):
        if not file.exists():
            return 0
        every = file.read_bytes().split(b"\n")[:-1]
        kept = [raw for raw in every if datetime.fromisoformat(json.loads(raw)["entry"]["at"]) >= oldest]
        if len(kept) < len(every):
            write(file, b"".join(raw + b"\n" for raw in kept))
    return len(every) - len(kept)


def keep_marks() -> None:
    """Write down how far every sequence and gapless series has come, so that no number is given twice after a
    restore. Cheap: one query over the catalogue."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
            " AND last_value IS NOT NULL AND sequencename NOT LIKE 'procrastinate%'"
        )
        marks: dict[str, Any] = {"sequences": dict(cursor.fetchall())}
        cursor.execute("SELECT series, last FROM finance_counter")
        marks["series"] = dict(cursor.fetchall())
    file = path().with_name("marks")
    with _alone(file):
        write(file, json.dumps(_higher(marks, marks_kept())).encode())


def marks_kept() -> dict[str, dict[str, int]]:
    """The marks as last written."""
    file = path().with_name("marks")
    return json.loads(file.read_bytes()) if file.exists() else {"sequences": {}, "series": {}}


def path() -> Path:
    """Where the list is: beside the ledger's copy."""
    return copy.path().with_name("replay")


def _higher(one: dict[str, dict[str, int]], other: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {
        what: {
            name: max(one[what].get(name, 0), other[what].get(name, 0)) for name in {*one[what], *other[what]}
        }
        for what in ("sequences", "series")
    }


def _oldest(policy: Policy, now: datetime) -> datetime:
    if policy.backups is None:
        return now - DEFAULT_KEEP
    day = policy.backups.keep.period.cutoff(now.date())
    return datetime.combine(day, now.timetz())


def _key() -> bytes:
    return hashlib.sha256(b"gallra replay\0" + secret(SECRET).encode()).digest()


def _bound_to(entry: Mapping[str, Any]) -> bytes:
    return canonical([entry["number"], entry["action"], entry["at"]])


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _add(line: bytes) -> None:
    file = path()
    with _alone(file):
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as opened:
            end = opened.seek(0, os.SEEK_END)
            if end:
                opened.seek(end - 1)
                if opened.read(1) != b"\n":  # a crash left half a line, which stands at the end
                    opened.seek(0)
                    end = opened.read().rfind(b"\n") + 1
                    opened.truncate(end)
            opened.seek(end)
            opened.write(line + b"\n")
            opened.flush()
            os.fsync(opened.fileno())


def write(file: Path, data: bytes) -> None:
    """The whole file or nothing."""
    draft = file.with_name(f".{file.name}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process at a time writes there."""
    with os.fdopen(os.open(file.with_name("replay.lock"), os.O_RDWR | os.O_CREAT, 0o600), "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
