"""The list to replay: what must be done again when an older backup is put back (design.md sections 7 and 10).

One line for each thing decided (erasures, corrections, holds, stopped mailings, reviews, attestations, adoptions) and
each batch of a sweep, outside the database, in the file `replay` beside the ledger's copy (folder mode 700, file 600).
A line has its entry of the ledger, impersonal keys, and what people wrote or are called only sealed: AES-GCM under the
secret `replay_key`. Lines go once no backup is left that they could be needed for.

What was decided stands there, on the disk, before its transaction commits, as an intent with the transaction's
number; a second line says that it has committed. So the list misses nothing that committed, wherever the process dies:
an intent without its second line is settled by what PostgreSQL knows of the transaction (`reconcile`). A batch of a
sweep is written once it has committed: without its line its records are due again, and the next sweep takes them.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections, transaction
from django.utils.translation import gettext as _

from gallra.ledger import copy
from gallra.ledger.lines import canonical, entry_form, entry_line
from gallra.ledger.models import Entry
from gallra.policy.model import Policy
from gallra.site.environment import secret

log = logging.getLogger(__name__)

SECRET = "replay_key"  # noqa: S105 — the name of it
DEFAULT_KEEP = timedelta(days=365)
"""How long lines live where the policy names no period for backups."""
FAST = frozenset({"sweep.receipt", "blank", "settle"})
"""Entries that PostgreSQL may lose in a crash of its own, with what they tell of; their lines come after the commit."""
_NONCE = 12  # bytes


class Unreadable(Exception):
    """The list to replay, or its key, is not the one that was written."""


class NotNoted(Exception):
    """Something decided could not be written to the list to replay; it is not done."""

    def __str__(self) -> str:
        return _(
            "It could not be written to the list outside the database, so it was not done: a restore would undo it. "
            "See to the disk and the rights of GALLRA_LEDGER_FOLDER (without it GALLRA_HOME/ledger), and try again."
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do again. entry: of the ledger, whole; keys: impersonal; sealed: readable with the key only.

    transaction: empty where it is known to have committed; else the number of the transaction that was to commit it.
    """

    entry: dict[str, Any]
    keys: dict[str, Any] = field(default_factory=dict)
    sealed: str = field(default="", repr=False)
    transaction: str = ""

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
    """Add the line of the entry `number`, which the open transaction has just written: a batch's (FAST) once it has
    committed, all others before, and once more when it has. Where the caller gives the entry as `written`, it is not
    read again.

    Raises NotNoted, which undoes what is not yet committed: but for stopped mailings, which are more urgent than the
    list. A batch's line that cannot be written is logged.
    """
    entry, xact = (entry_form(written), "") if written else _written(number)
    line: dict[str, Any] = {"entry": entry, "keys": dict(keys or {})}
    if sealed:
        nonce = os.urandom(_NONCE)
        text = json.dumps(sealed, default=_plain).encode()
        data = nonce + AESGCM(_key()).encrypt(nonce, text, _bound_to(entry))
        line["sealed"] = base64.b64encode(data).decode()
    if entry["action"] in FAST:
        transaction.on_commit(partial(_add, canonical(line)), robust=True)
        return
    try:
        _add(canonical(line | {"transaction": xact or _transaction()}))
    except OSError as error:
        log.error("the list to replay: entry %d failed with %s", number, type(error).__name__)
        if entry["action"] != "mailings.stopped":
            raise NotNoted from None
    told = canonical({"committed": number})  # lost with the power, it is asked for again
    transaction.on_commit(partial(_add, told, sync=False), robust=True)


def lines() -> list[Line]:
    """The whole list, by number, without what was rolled back. What a crash left half written at the end is no line.
    Raises Unreadable."""
    file = path()
    if not file.exists():
        return []
    found: dict[int, Line] = {}
    for raw in file.read_bytes().split(b"\n")[:-1]:
        try:
            said = json.loads(raw)
            if "committed" in said:
                if (line := found.get(said["committed"])) is not None:
                    found[line.number] = replace(line, transaction="")
            elif "withdrawn" in said:
                found.pop(said["withdrawn"], None)
            else:
                line = Line(said["entry"], said["keys"], said.get("sealed", ""), said.get("transaction", ""))
                found[line.number] = line
        except (ValueError, KeyError, TypeError):
            raise Unreadable("The list to replay is damaged: a line is not in the form of one.") from None
    return [found[number] for number in sorted(found)]


def reconcile() -> None:
    """Settle intents that a crash or a rollback left open, by what the database knows of their transactions. For a
    database that was not put back: a restored one knows nothing of them."""
    left = [line for line in lines() if line.transaction]
    if not left:
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT x, CASE WHEN x::xid8 <= pg_current_xact_id() THEN pg_xact_status(x::xid8) END"
            " FROM unnest(%s::text[]) AS x",
            [[line.transaction for line in left]],
        )
        status = dict(cursor.fetchall())
    there = {
        entry.number: entry_line(entry) for entry in Entry.objects.filter(number__in=[x.number for x in left])
    }
    for line in left:
        if status[line.transaction] == "in progress":
            continue
        if there.get(line.number) == canonical(line.entry):
            _add(canonical({"committed": line.number}))
        elif status[line.transaction] == "aborted":
            _add(canonical({"withdrawn": line.number}))


def withdraw(numbers: Iterable[int]) -> None:
    """These intents are settled by a person: the list forgets them."""
    for number in numbers:
        _add(canonical({"withdrawn": number}))


def newest(passing: frozenset[str]) -> int | None:
    """The number of the last line that is known to have committed and whose action is not one of `passing`."""
    file = path()
    if not file.exists():
        return None
    known = file.stat()
    return _newest(passing, str(file), known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=4)
def _newest(passing: frozenset[str], file: str, changed: int, size: int) -> int | None:
    """Read once while the file is the same."""
    return next(
        (x.number for x in reversed(lines()) if not x.transaction and x.entry["action"] not in passing), None
    )


def drop_old(policy: Policy, now: datetime) -> int:
    """Remove the lines that no backup can need any more: older than the policy keeps backups, or a year where it does
    not say. Their number."""
    oldest = _oldest(policy, now)
    file = path()
    with alone():
        if not file.exists():
            return 0
        every = file.read_bytes().split(b"\n")[:-1]
        kept = _kept(every, oldest)
        if len(kept) < len(every):
            write(file, b"".join(raw + b"\n" for raw in kept))
    return _things(every) - _things(kept)


def _things(raws: list[bytes]) -> int:
    return sum(raw.startswith(b'{"entry":') for raw in raws)


def _kept(every: list[bytes], oldest: datetime) -> list[bytes]:
    """The lines from `oldest` on, with the lines that speak of them."""
    kept: list[bytes] = []
    living: set[int] = set()
    for raw in every:
        said = json.loads(raw)
        if "entry" in said and datetime.fromisoformat(said["entry"]["at"]) >= oldest:
            living.add(said["entry"]["number"])
            kept.append(raw)
        elif "entry" not in said and living & {said.get("committed"), said.get("withdrawn")}:
            kept.append(raw)
    return kept


def path() -> Path:
    """Where the list is: beside the ledger's copy."""
    return copy.path().with_name("replay")


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


_WRITTEN = "SELECT *, pg_current_xact_id()::text AS xact FROM ledger_entry WHERE number = %s"


def _written(number: int) -> tuple[dict[str, object], str]:
    """An entry that the open transaction has just written, and the transaction's number."""
    entry: Any = next(iter(Entry.objects.raw(_WRITTEN, [number])))
    return entry_form(entry), str(entry.xact)


def _transaction() -> str:
    """The number of the open transaction, as text: it has 64 bits."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return str(cursor.fetchone()[0])


def _add(line: bytes, *, sync: bool = True) -> None:
    with alone():
        add_to(path(), line, sync=sync)


def add_to(file: Path, line: bytes, *, sync: bool = True) -> None:
    """One more line at the end of the file; sync: on the disk before the call returns. Callers are `alone`."""
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
        if sync:
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
def alone() -> Iterator[None]:
    """One process at a time writes to the list and what stands beside it."""
    with os.fdopen(os.open(path().with_name("replay.lock"), os.O_RDWR | os.O_CREAT, 0o600), "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
