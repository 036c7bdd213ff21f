"""One file that a stranger checks with Python and the public key, nothing else: exports and proofs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from gallra.ledger import verifier
from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.export import export
from gallra.ledger.proof import NoProof, prove
from gallra.ledger.signing import Signer
from gallra.ledger.verifier import Key, Malformed, read_proof
from tests.conftest import Database
from tests.ledger.writing import NOW, ledger, receipt

Lines = list[bytes]


def stranger(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier as somebody would who has that file only: isolated, without any installed package. It says
    the same when it is imported."""
    given = [str(argument) for argument in arguments]
    result = subprocess.run(
        [sys.executable, "-I", "-S", verifier.__file__, *given],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = verifier.main(given)
    assert (result.returncode, result.stdout, result.stderr) == (code, out.getvalue(), err.getvalue())
    return result


@pytest.fixture
def key(fresh_database: Database) -> Key:
    return ledger(4, 1, 5)


@pytest.fixture
def exported(key: Key, tmp_path: Path) -> Path:
    out = tmp_path / "export.jsonl"
    told = export(out, key)
    assert (told.entries, told.checkpoints, told.bytes) == (10, 3, out.stat().st_size)
    return out


def test_a_stranger_can_check_an_export(key: Key, exported: Path, tmp_path: Path) -> None:
    result = stranger("--key", key.text, exported)
    assert (result.returncode, result.stderr) == (0, "")
    assert "holds. 10 entries, signed up to 2026-02-16T01:00:00.000000Z" in result.stdout
    assert key.fingerprint in result.stdout
    published = tmp_path / "key.txt"
    published.write_text(key.text + "\n")
    assert stranger("--key", published, exported).returncode == 0


def test_every_entry_is_a_line_of_its_own(exported: Path) -> None:
    lines = [json.loads(line) for line in exported.read_bytes().splitlines()]
    assert lines[0]["format"] == "gallra-ledger-1"
    assert [line["number"] for line in lines if "number" in line] == list(range(1, 11))
    assert [len(line["leaves"]) for line in lines if "leaves" in line] == [4, 1, 5]


FORGERIES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "changed": (lambda x: [*x[:6], x[6].replace(b'"records":5', b'"records":0'), *x[7:]], "place 4, entry 5"),
    "removed": (lambda x: [*x[:2], *x[3:]], "REMOVED at place 1"),
    "inserted": (
        lambda x: [*x[:2], x[2].replace(b'"number":2', b'"number":99'), *x[2:]], "INSERTED at place 1, entry 99",
    ),
    "reordered": (lambda x: [x[0], x[2], x[1], *x[3:]], "REORDERED at place"),
    "without a checkpoint": (lambda x: [*x[:5], *x[6:]], "CHECKPOINT at place 1"),
    "without the last checkpoint": (lambda x: x[:-1], "UNSIGNED at place 5, entry 6"),
    "a checkpoint twice": (lambda x: [*x, b'{"checkpoint":' + x[-1].partition(b":")[2].partition(b',"leaves"')[0]
                                      + b',"leaves":[]}\n'], "not later"),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_stranger_finds_what_was_done_to_an_export(key: Key, exported: Path, forgery: str) -> None:
    forge, says = FORGERIES[forgery]
    exported.write_bytes(b"".join(forge(exported.read_bytes().splitlines(keepends=True))))
    result = stranger("--key", key.text, exported)
    assert result.returncode == 1
    assert says in result.stdout


def test_another_key_opens_nothing(exported: Path) -> None:
    result = stranger("--key", Signer(b"\x09" * 32).key.text, exported)
    assert result.returncode == 1
    assert "another key" in result.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [(b"", "JSON"), (b"[1]\n", "JSON"), (b'{"format":"gallra-ledger-1"}\n[]\n', "JSON"), (None, "No such file"),
     (b'{"format":"gallra-ledger-1"}\n{"checkpoint":1}\n', "form"), (b"\xff\n", "JSON")],
)  # fmt: skip
def test_what_is_no_export_is_said(tmp_path: Path, text: bytes | None, says: str) -> None:
    file = tmp_path / "file"
    if text is not None:
        file.write_bytes(text)
    result = stranger("--key", Signer(b"\x09" * 32).key.text, file)
    assert (result.returncode, "Traceback" in result.stderr) == (2, False)
    assert says in result.stderr


def test_what_is_no_key_is_said(tmp_path: Path) -> None:
    assert stranger("--key", "nothing", tmp_path).returncode == 2


def test_an_empty_ledger_is_exported_too(fresh_database: Database, tmp_path: Path) -> None:
    key = Signer(b"\x09" * 32).key
    export(tmp_path / "empty", key)
    assert "0 entries, no checkpoint yet" in stranger("--key", key.text, tmp_path / "empty").stdout


def test_an_export_is_written_whole_or_not_at_all(
    key: Key, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exported.read_bytes()
    monkeypatch.setattr("gallra.ledger.export.stretches", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(exported, key)
    assert exported.read_bytes() == before
    assert not [file for file in exported.parent.iterdir() if file.name.startswith(".")]


@pytest.mark.parametrize("number", range(1, 11))
def test_every_receipt_has_its_proof(key: Key, tmp_path: Path, number: int) -> None:
    made = prove(number, key)
    assert read_proof(made).check(key).size == 10
    assert len(made) < 4096


def test_a_stranger_can_check_a_proof_and_that_an_export_goes_on_from_it(
    key: Key, exported: Path, tmp_path: Path
) -> None:
    proof = tmp_path / "proof.json"
    proof.write_bytes(prove(5, key))
    receipt(11)
    make_checkpoint(NOW)
    newer = tmp_path / "newer.jsonl"
    export(newer, key)
    result = stranger("--key", key.text, proof, exported, newer)
    assert result.returncode == 0, result.stdout
    assert "The receipt is entry 5 of a ledger with 10 entries" in result.stdout
    assert '"records":5' in result.stdout


def test_an_export_cut_short_is_found_by_a_proof_handed_out_before(
    key: Key, exported: Path, tmp_path: Path
) -> None:
    proof = tmp_path / "proof.json"
    proof.write_bytes(prove(2, key))
    lines = exported.read_bytes().splitlines(keepends=True)
    exported.write_bytes(b"".join(lines[:8]))
    assert stranger("--key", key.text, exported).returncode == 0
    result = stranger("--key", key.text, proof, exported)
    assert result.returncode == 1
    assert "CUT at place 5: the ledger with 10 entries" in result.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"records", b"recordz"),
        (b'"place":4', b'"place":5'),
        (b'"path":["', b'"path":["AAAA","'),
        (b"at 2026", b"at 2027"),
    ],
)
def test_a_forged_proof_does_not_hold(key: Key, tmp_path: Path, old: bytes, new: bytes) -> None:
    made = prove(5, key)
    assert old in made
    proof = tmp_path / "proof.json"
    proof.write_bytes(made.replace(old, new, 1))
    result = stranger("--key", key.text, proof)
    assert (result.returncode, "DOES NOT HOLD" in result.stdout) == (1, True)


@pytest.mark.parametrize("text", [b"{}", b'{"format":"gallra-ledger-proof-1","entry":"","place":1,"path":1}'])
def test_what_is_no_proof_is_said(key: Key, tmp_path: Path, text: bytes) -> None:
    with pytest.raises(Malformed, match="not the proof"):
        read_proof(text)


def test_there_is_no_proof_of_what_is_not_signed(key: Key) -> None:
    with pytest.raises(NoProof, match="no entry 11"):
        prove(11, key)
    assert receipt() == 11
    with pytest.raises(NoProof, match="not signed yet"):
        prove(11, key)
