"""How receipts name records of other databases: so that `why` finds them, and nobody reads anything from them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from gallra.kinds import RecordKind
from gallra.ledger.commitments import commit_all, keyed, new_salt
from gallra.site.environment import secret


def plain(key: Any) -> int | str:
    """A key as JSON has it."""
    return key if isinstance(key, int) else str(key)


def name_of(kind: str, key: Any) -> int | str:
    """What a receipt calls a record whose key says nothing: a number by itself; a text by its keyed hash, for nobody
    has looked at every one of them."""
    return key if isinstance(key, int) else keyed(f"{kind} {key}", key=_secret())


def names_of(kind: RecordKind, keys: Sequence[Any]) -> list[int | str] | str:
    """The keys of a batch as its receipt has them. A personal key is a reference to a person: one commitment to all,
    under a salt that nobody keeps."""
    if says_nothing(kind):
        return [name_of(kind.name, key) for key in keys]
    return commit_all([str(key) for key in keys], salt=new_salt())


def says_nothing(kind: RecordKind) -> bool:
    """Whether the key is not personal."""
    return not any(column.name == kind.table.key and column.personal for column in kind.table.columns)


def _secret() -> bytes:
    return sha256(b"gallra receipts\n" + secret("suppression_key").encode()).digest()
