"""Keys, notes and signatures; the verifier's own Ed25519 says what the cryptography library says."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.ledger import signing, verifier
from gallra.ledger.verifier import Key, Malformed, Note, open_note, read_key
from gallra.site.environment import Misconfigured

SIGNER = signing.Signer(b"\x07" * 32)
NOTE = Note(3, b"\x01" * 32, "2026-02-14T01:00:00.000000Z")

# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("private", "public", "message", "signature"), VECTORS)
def test_published_signatures(private: str, public: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert verifier.signed_by(*parts)
    assert signing.signed_by(*parts)
    assert signing.Signer(bytes.fromhex(private)).key.public == parts[0]


@settings(max_examples=25)
@given(
    st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511), st.sampled_from("kms")
)
def test_the_verifiers_own_ed25519_agrees_with_the_library(
    seed: bytes, message: bytes, bit: int, part: str
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verifier.signed_by(public, message, signature)
    parts = {"k": public, "m": message or b"\x00", "s": signature}
    flipped = bytearray(parts[part])
    flipped[bit // 8 % len(flipped)] ^= 1 << bit % 8
    parts[part] = bytes(flipped)
    bent = parts["k"], parts["m"], parts["s"]
    assert verifier.signed_by(*bent) is signing.signed_by(*bent) is False


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (b"\xff" * 32, b"\x00" * 64),  # no number below the prime
        (b"\x02" + b"\x00" * 31, b"\x00" * 64),  # no such point
        (b"\x01" + b"\x00" * 30 + b"\x80", b"\x00" * 64),  # a zero with a sign
        (SIGNER.key.public, b"\x00" * 63),
        (SIGNER.key.public, b"\x58" + b"\x66" * 31 + b"\xff" * 32),  # a scalar beyond the order
    ],
)
def test_what_is_no_key_or_signature_signs_nothing(public: bytes, signature: bytes) -> None:
    assert not verifier.signed_by(public, b"message", signature)
    assert not signing.signed_by(public, b"message", signature)


def test_a_note_is_opened_by_its_key_only() -> None:
    text = SIGNER.sign(NOTE)
    assert open_note(text, SIGNER.key) == open_note(text, SIGNER.key, signing.signed_by) == NOTE
    lines = text.split("\n")
    assert lines[0] == SIGNER.key.origin
    assert lines[1:3] == ["3", base64.b64encode(NOTE.root).decode()]
    with pytest.raises(Malformed, match="another key"):
        open_note(text, signing.Signer(b"\x08" * 32).key)
    with pytest.raises(Malformed, match="another key"):
        open_note(text, Key(SIGNER.key.origin, signing.Signer(b"\x08" * 32).key.public))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("\n3\n", "\n4\n", "signature"),
        ("\n3\n", "\n03\n", "signature"),
        ("\n3\n", "\n٣\n", "form"),
        ("\nat 2026", "\nat 2027", "signature"),
        ("\nat ", "\nto ", "form"),
        ("AQEB", "AgEB", "signature"),
        ("AQEB", "*QEB", "base64"),
        ("— gallra", "- gallra", "another"),
    ],
)
def test_a_changed_note_is_not_opened(old: str, new: str, says: str) -> None:
    text = SIGNER.sign(NOTE)
    assert old in text
    with pytest.raises(Malformed, match=says):
        open_note(text.replace(old, new, 1), SIGNER.key)


def test_a_key_is_read_as_it_is_published() -> None:
    assert read_key(SIGNER.key.text + "\n") == SIGNER.key
    assert len(SIGNER.key.fingerprint) == 64
    for wrong in ("", "gallra", SIGNER.key.text[:-4] + "AAA=", SIGNER.key.text.replace("gallra", "another")):
        with pytest.raises(Malformed):
            read_key(wrong)


def test_the_key_is_made_once_and_kept_to_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLRA_HOME", str(tmp_path))
    assert signing.known_key() is None
    signer = signing.load_signer()
    assert signing.load_signer().key == signer.key == signing.known_key()
    assert stat.S_IMODE((tmp_path / "secrets" / signing.SECRET).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "given_key", ["not base64 at all, but long enough for a secret", "A" * 20 + "BCDEFGHIJKLMNOPQ"]
)
def test_what_is_no_key_is_refused_by_name(given_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLRA_LEDGER_KEY", given_key)
    with pytest.raises(Misconfigured, match="GALLRA_LEDGER_KEY") as caught:
        signing.load_signer()
    assert given_key not in str(caught.value)
