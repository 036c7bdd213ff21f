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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_hex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from gallra.registers import contents, searching
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
    secret: its key, wrapped. words: tokens of its words (searching.py), None where it was not read.
    """

    file: str
    size: int
    secret: bytes
    words: str | None = None


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


class Draft:
    """A file that is being encrypted, piece by piece, as it is written; never plain on the disk.

    folder: the documents', or another one; largest: bytes of the plain file, `LARGEST` if not given. Used as a
    context: what was not finished is gone.
    """

    def __init__(self, folder: Path, *, largest: int | None = None) -> None:
        name = token_hex(16)
        self._file = f"{name[:2]}/{name}"
        self._folder, self._largest = folder, LARGEST if largest is None else largest
        self._key, self._prefix = AESGCM.generate_key(256), token_bytes(7)
        self._rest, self._number, self._size = bytearray(), 0, 0
        (folder / name[:2]).mkdir(mode=0o700, exist_ok=True)
        self._path = folder / f"{self._file}.draft"
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._out = os.fdopen(handle, "wb")
        self._out.write(MARK + self._prefix)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()
        self._path.unlink(missing_ok=True)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Take more of the plain file. Raises Refused("too_large") beyond the limit."""
        self._rest += data
        self._size += len(data)
        if self._size > self._largest:
            raise Refused("too_large", "document")
        while len(self._rest) > PIECE:
            self._seal(bytes(self._rest[:PIECE]), last=False)
            del self._rest[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing: what is not a whole piece waits for the rest of it."""

    def finish(self) -> Stored:
        """Sync the file and give it its name. Call it in the transaction that adds the row."""
        self._seal(bytes(self._rest), last=True)
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self._path.rename(self._folder / self._file)
        _sync(self._path.parent)
        _sync(self._folder)
        return Stored(self._file, self._size, _wrap(self._key, self._file))

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._out.write(AESGCM(self._key).encrypt(_nonce(self._prefix, self._number, last), piece, MARK))
        self._number += 1


def store(chunks: Iterable[bytes]) -> Stored:
    """Encrypt a document to a new file, piece by piece, and sync it. Call it in the transaction that adds the
    row.

    chunks: the plain document, in parts of any size. It is read on the way, so that it can be searched, unless it is
    larger than `contents.LARGEST`. Raises Refused("too_large") beyond `LARGEST` bytes, leaving nothing.
    """
    whole = bytearray()
    with Draft(root()) as draft:
        for chunk in chunks:
            draft.write(chunk)
            if len(whole) <= contents.LARGEST:
                whole += chunk
        return replace(draft.finish(), words=searching.searchable(bytes(whole)))


def read(document: Document) -> Iterator[bytes]:
    """The plain document, piece by piece. Raises Refused("unreadable") where file or key is gone, changed or
    cut.
    """
    return read_from(root(), document.file, bytes(document.secret))


def stored(table: str, key: object) -> Document | None:
    """The row of a document, by the table that a declaration names; None where it is gone."""
    model = next((each for each in _models() if each._meta.db_table == table), None)
    return None if model is None else model._default_manager.filter(pk=key).first()


def read_from(folder: Path, name: str, secret: bytes) -> Iterator[bytes]:
    """A plain file of another folder, by its name and wrapped key. Raises as `read`."""
    key = _unwrap(secret, name)
    try:
        with (folder / name).open("rb") as file:
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


def read_unread(*, most: int = 200) -> int:
    """Read documents that nobody has read yet, so that they can be searched; how many. For a nightly job: those from
    before there was a search."""
    done = 0
    for model in _models():
        rows = model._default_manager.filter(words=None).order_by("pk")[: most - done]
        for row in rows:
            done += model._default_manager.filter(pk=row.pk, words=None).update(words=_searchable(row))
    return done


def _searchable(document: Document) -> str:
    try:
        return searching.searchable(b"".join(read(document)))
    except Refused:
        return ""


def collect_orphans(*, now: datetime) -> Collected:
    """Remove files that no row names, and drafts left by a kill, once they are older than `GRACE`.

    Rows whose file is missing are counted, not touched. Walks the whole folder: a nightly job.
    """
    removed, missing = remove_unnamed(root(), _named, now=now), 0
    for model in _models():
        for file in model._default_manager.values_list("file", flat=True).iterator(chunk_size=_BATCH):
            missing += not (root() / str(file)).exists()
    return Collected(removed, missing)


def remove_unnamed(folder: Path, named: Callable[[list[str]], set[str]], *, now: datetime) -> int:
    """Remove the files of a folder older than `GRACE` that are not among those that `named` gives back; how many."""
    removed = 0
    for batch in _batches(folder):
        known = named([f"{path.parent.name}/{path.name}" for path in batch])
        for path in batch:
            if f"{path.parent.name}/{path.name}" not in known and _age(path, now) > GRACE:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


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
