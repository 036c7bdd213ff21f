"""Records in addresses: by record kind and key, where the key says nothing about anyone; else by a reference that only
this installation can open.

A key stands as it is where its declaration says that it is impersonal (a case's number, an offer's), or says nothing
and it is a number or a UUID, as in the ledger. Others could be an address or, of a session, what signs in.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha512
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from gallra.engine.tables import key_type
from gallra.kinds import RecordKind

SEALED = "~"
"""What a sealed reference begins with; no plain one does."""
_PLAIN = re.compile(r"[\w-][\w.-]{0,59}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}")


def reference(kind: RecordKind, key: Any) -> str:
    """How the record stands in an address: letters, digits and `-_.~` only."""
    word = str(key)
    if impersonal(kind) and _PLAIN.fullmatch(word):
        return word
    sealed = _cipher().encrypt(word.encode(), [kind.name.encode()])
    return SEALED + urlsafe_b64encode(sealed).decode().rstrip("=")


def opened(kind: RecordKind, word: str) -> Any:
    """The key of a reference, as the kind's table has it. Raises ValueError for what is none."""
    if word.startswith(SEALED):
        word = _unsealed(kind, word.removeprefix(SEALED))
    elif not (impersonal(kind) and _PLAIN.fullmatch(word)):
        raise ValueError("no reference")
    if key_type(kind.table) == "integer":
        if not _NUMBER.fullmatch(word):
            raise ValueError("no number")
        return int(word)
    return UUID(word) if key_type(kind.table) == "uuid" else word


def impersonal(kind: RecordKind) -> bool:
    """Whether the key may be shown."""
    declared = next((c for c in kind.table.columns if c.name == kind.table.key), None)
    return declared.impersonal if declared else key_type(kind.table) in ("integer", "uuid")


def _unsealed(kind: RecordKind, word: str) -> str:
    try:
        sealed = urlsafe_b64decode(word + "=" * (-len(word) % 4))
        return _cipher().decrypt(sealed, [kind.name.encode()]).decode()
    except (InvalidTag, UnicodeError) as error:
        raise ValueError("no reference") from error


def _cipher() -> AESSIV:
    """The same key and kind always give the same reference, so that pages can be found again."""
    return AESSIV(sha512(b"gallra record reference" + settings.SECRET_KEY.encode()).digest())
