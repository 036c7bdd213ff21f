"""Salted commitments: how the ledger refers to a person, a record, or a text without saying which.

HMAC-SHA-256 under a random salt that is kept with the thing itself. Whoever has the thing and its salt can
show that an entry speaks of it; once the salt is erased with the thing, nobody can, not even by trying every
address there is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

SALT_BYTES = 32


def new_salt() -> bytes:
    """256 random bits, to be kept with the thing and nowhere else."""
    return secrets.token_bytes(SALT_BYTES)


def commit(value: str, *, salt: bytes) -> str:
    """The commitment to `value` under `salt` (32 bytes), 64 hexadecimal digits."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()


def commit_all(values: Iterable[str], *, salt: bytes) -> str:
    """One commitment to a set of values, whatever their order: each is committed to, the results sorted and
    hashed."""
    each = sorted(commit(value, salt=salt) for value in values)
    return hashlib.sha256("\n".join(each).encode()).hexdigest()


def keyed(value: str, *, key: bytes) -> str:
    """The keyed hash of something impersonal that is to be found again, 64 hexadecimal digits: nobody can try values
    without the installation's key (32 bytes). Never of a person."""
    if len(key) != SALT_BYTES:
        raise ValueError(f"a key has {SALT_BYTES} bytes")
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def matches(commitment: str, value: str, *, salt: bytes) -> bool:
    """Whether `commitment` was made of `value` under `salt`."""
    return hmac.compare_digest(commitment, commit(value, salt=salt))
