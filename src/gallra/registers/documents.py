"""Documents at rest: each file encrypted with a key of its own, unreadable once the row that holds the key is
gone (S8).

A file is written to a draft, synced, renamed, and then named by a row: killed at any point, what is left over
is a file without a row, which `collect_orphans` removes. The key is wrapped with the installation's; the path
is bound to the wrapping, and every piece to its place in the file, so that pieces cannot be swapped, repeated
or cut off unseen.

Layout of a file: 8 bytes mark, 7 bytes nonce prefix, then pieces of at most 64 KiB of plain text, each
followed by its 16-byte tag. The nonce of a piece is the prefix, its number (4 bytes) and 1 for the last
piece, else 0.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_hex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from gallra.registers.bases import Document
from gallra.registers.errors import Refused
from gallra.site.environment import secret

MARK = b"gallra1\n"
PIECE = 64 * 1024  # bytes of plain text
TAG = 16
LARGEST = 200 * 2**20  # bytes
GRACE = timedelta(hours=1)  # a file younger than this may be about to get its row
_BATCH = 500


@dataclass(frozen=True, slots=True, repr=False)
class Stored:
    """A file that is on disk. file: path below the documents folder; size: bytes of the plain document;
    secret: its key, wrapped.
    """

    file: str
    size: int
    secret: bytes


@dataclass(frozen=True, slots=True)
class Collected:
    """Numbers of files: removed without a row, and rows whose file is missing."""

    removed: int
    missing: int


def root() -> Path:
    """The documents folder, made with mode 0700 where it is missing."""
    folder = Path(settings.DOCUMENTS_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def store(chunks: Iterable[bytes]) -> Stored:
    """Encrypt a document to a new file, piece by piece, and sync it. Call it in the transaction that adds the
    row.

    chunks: the plain document, in parts of any size. Raises Refused("too_large") beyond `LARGEST` bytes,
    leaving nothing.
    """
    name = token_hex(16)
    file = f"{name[:2]}/{name}"
    key, prefix = AESGCM.generate_key(256), token_bytes(7)
    folder = root() / name[:2]
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / f"{name}.draft"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(MARK + prefix)
            size = 0
            for number, (piece, last) in enumerate(_pieces(chunks)):
                size += len(piece)
                if size > LARGEST:
                    raise Refused("too_large", "document")
                out.write(AESGCM(key).encrypt(_nonce(prefix, number, last), piece, MARK))
            out.flush()
            os.fsync(out.fileno())
        draft.rename(root() / file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(folder)
    _sync(root())
    return Stored(file, size, _wrap(key, file))


def read(document: Document) -> Iterator[bytes]:
    """The plain document, piece by piece. Raises Refused("unreadable") where file or key is gone, changed or
    cut.
    """
    key = _unwrap(bytes(document.secret), document.file)
    try:
        with (root() / document.file).open("rb") as file:
            mark, prefix = file.read(len(MARK)), file.read(7)
            if mark != MARK or len(prefix) != 7:
                raise Refused("unreadable", "document")
            number, piece = 0, file.read(PIECE + TAG)
            while piece:
                following = file.read(PIECE + TAG)
                yield AESGCM(key).decrypt(_nonce(prefix, number, not following), piece, MARK)
                number, piece = number + 1, following
            if number == 0:
                raise Refused("unreadable", "document")
    except (InvalidTag, OSError):
        raise Refused("unreadable", "document") from None


def collect_orphans(*, now: datetime) -> Collected:
    """Remove files that no row names, and drafts left by a kill, once they are older than `GRACE`.

    Rows whose file is missing are counted, not touched. Walks the whole folder: a nightly job.
    """
    removed = missing = 0
    for batch in _batches(root()):
        named = _named([f"{path.parent.name}/{path.name}" for path in batch])
        for path in batch:
            if f"{path.parent.name}/{path.name}" not in named and _age(path, now) > GRACE:
                path.unlink(missing_ok=True)
                removed += 1
    for model in _models():
        for file in model._default_manager.values_list("file", flat=True).iterator(chunk_size=_BATCH):
            missing += not (root() / str(file)).exists()
    return Collected(removed, missing)


def _pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of `PIECE`, each with whether it is the last; an empty document is one empty
    piece.
    """
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        while len(rest) > PIECE:
            yield bytes(rest[:PIECE]), False
            del rest[:PIECE]
    yield bytes(rest), True


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _installation_key() -> bytes:
    return sha256(b"gallra documents\n" + secret("document_key").encode()).digest()


def _wrap(key: bytes, file: str) -> bytes:
    nonce = token_bytes(12)
    return nonce + AESGCM(_installation_key()).encrypt(nonce, key, file.encode())


def _unwrap(wrapped: bytes, file: str) -> bytes:
    try:
        return AESGCM(_installation_key()).decrypt(wrapped[:12], wrapped[12:], file.encode())
    except (InvalidTag, ValueError):
        raise Refused("unreadable", "document") from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _models() -> tuple[type[Document], ...]:
    """Every model of documents: a new register's is found without being named here."""
    from django.apps import apps

    return tuple(model for model in apps.get_models() if issubclass(model, Document))


def _named(files: list[str]) -> set[str]:
    return {
        str(file)
        for model in _models()
        for file in model._default_manager.filter(file__in=files).values_list("file", flat=True)
    }


def _batches(folder: Path) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in folder.glob("*/*"):
        batch.append(path)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
    except FileNotFoundError:
        return timedelta(0)
