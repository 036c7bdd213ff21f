"""Words of documents, so that they can be searched and not read: of each word a keyed token, never the word.

A document lies encrypted with a key that goes with its row (documents.py); its words in the clear beside it would undo
that. So the row's `words` holds tokens: who has the database and not the installation's key learns how many
different words a document has and which documents share one, and no word. The tokens go with the row
(docs/decisions/searching.md).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

from gallra.naming import tails, words
from gallra.registers import contents
from gallra.site.environment import secret

BYTES = 6
"""Of a token: among a million words some share one. What is found is read before it counts."""


def searchable(data: bytes) -> str:
    """The tokens of a file's words and of the ends of its numbers, in an order that says nothing; empty where nothing
    can be read."""
    text = contents.text_of(data)
    return tokens((*words(text), *tails(text))) if text else ""


def tokens(of: Iterable[str]) -> str:
    """The tokens of words, each once."""
    key = _derived(secret("document_key"))
    return " ".join(sorted({_token(key, word) for word in of}))


def token(word: str) -> str:
    """What stands for a word (in small letters, accents joined)."""
    return _token(_derived(secret("document_key")), word)


def _token(key: bytes, word: str) -> str:
    """It begins with a letter, so that the index takes it for a word."""
    return f"w{hmac.digest(key, word.encode(), 'sha256')[:BYTES].hex()}"


@lru_cache(maxsize=4)
def _derived(installation: str) -> bytes:
    return sha256(b"gallra words of documents\n" + installation.encode()).digest()
