"""The ledger's key, and signing a checkpoint with it.

The private half is made once, in GALLRA_HOME/secrets/ledger_key with mode 600 (or given as
GALLRA_LEDGER_KEY), and never shown. The public half is what `gallra ledger key` prints, to be published where
the controller cannot quietly change it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gallra.ledger.verifier import Key, Note, note_text
from gallra.site.environment import Misconfigured, known_secret, secret
from gallra.site.terminal import gettext as _

SECRET = "ledger_key"  # noqa: S105 — the name of it


class Signer:
    """Signs checkpoints. `key` is the public half; the ledger's name is made from it."""

    def __init__(self, private: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        public = self._private.public_key().public_bytes_raw()
        self.key = Key(f"gallra/{hashlib.sha256(public).hexdigest()[:16]}", public)

    def sign(self, note: Note) -> str:
        """The C2SP signed note."""
        text = note_text(self.key, note)
        signature = base64.b64encode(self.key.id + self._private.sign(text.encode())).decode()
        return f"{text}\n— {self.key.origin} {signature}\n"


def load_signer() -> Signer:
    """The installation's signer; the key is made at the first call. Misconfigured where what is given is no
    key."""
    return _read(secret(SECRET, make=_make))


def known_key() -> Key | None:
    """The public key, or None where none was made yet."""
    text = known_secret(SECRET)
    return None if text is None else _read(text).key


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """As the verifier's own, by the cryptography library: a hundred times as fast."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make() -> str:
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def _read(text: str) -> Signer:
    try:
        return Signer(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise Misconfigured(
            _(
                "GALLRA_LEDGER_KEY (or GALLRA_HOME/secrets/ledger_key) is not an Ed25519 key: 32 bytes "
                "in base64. Restore it from its backup; a new key cannot go on with an old ledger."
            )
        ) from None
