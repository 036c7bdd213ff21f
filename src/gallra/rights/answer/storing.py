"""Answers at rest: encrypted as documents are (registers/documents.py), each with a key of its own, in a folder of
their own under GALLRA_HOME. A zip is never plain on the disk: `draft` is what `package.build` writes to.

A file whose row is gone cannot be read by anyone, and is removed by `collect_orphans`; `remove` does it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from gallra.registers import documents
from gallra.registers.documents import Draft, Stored

LARGEST = 4 * 2**30  # bytes: a zip has many documents


def root() -> Path:
    """The answers' folder, made with mode 0700 where it is missing."""
    folder = Path(settings.DOCUMENTS_ROOT).parent / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def draft() -> Draft:
    """A new file to write the plain zip to; `finish()` gives what the row keeps: file, size, secret. What is not
    finished is gone. Raises Refused("too_large") beyond `LARGEST`."""
    return Draft(root(), largest=LARGEST)


def read(file: str, secret: bytes) -> Iterator[bytes]:
    """The plain zip, piece by piece. Raises Refused("unreadable") where file or key is gone, changed or cut."""
    return documents.read_from(root(), file, secret)


def remove(file: str) -> None:
    """Remove a file at once, when its row is gone."""
    with suppress(FileNotFoundError):
        (root() / file).unlink()


def collect_orphans(named: Callable[[list[str]], set[str]], *, now: datetime) -> int:
    """Remove files older than an hour that no row names; how many. named: of some files, those that a row names."""
    return documents.remove_unnamed(root(), named, now=now)


__all__ = ["Draft", "Stored", "collect_orphans", "draft", "read", "remove", "root"]
