"""`gallra ledger verify`, `export`, `proof`, `key`: said in both languages, with exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.utils import translation
from typer.testing import CliRunner

from gallra.cli import app
from gallra.ledger import verifier, words
from gallra.ledger.copy import path
from gallra.ledger.signing import load_signer
from gallra.ledger.verifier import Fault
from gallra.ledger.verify import Verified
from tests.conftest import Database
from tests.ledger.test_tampering import owner
from tests.ledger.writing import ledger, receipt


@pytest.fixture
def gallra(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """Commands in this process, on this test's database, in English."""
    monkeypatch.setattr("gallra.cli.ledger.installation", nullcontext)
    ledger(3)
    with translation.override("en"):
        yield CliRunner()


def test_verify_says_that_everything_holds(gallra: CliRunner) -> None:
    result = gallra.invoke(app, ["ledger", "verify"])
    assert result.exit_code == 0
    assert "3 entries, 3 of them signed" in result.stdout
    assert "Everything holds" in result.stdout
    with translation.override("sv"):
        assert "Allt håller" in gallra.invoke(app, ["ledger", "verify"]).stdout


def test_verify_says_what_does_not_and_where(gallra: CliRunner) -> None:
    owner("UPDATE ledger_entry SET batch = 7 WHERE number = 2")
    result = gallra.invoke(app, ["ledger", "verify"])
    assert result.exit_code == 1
    assert "1 thing does not hold:" in result.stdout
    assert "place 1, entry 2: changed" in result.stdout
    told = json.loads(gallra.invoke(app, ["ledger", "verify", "--json"]).stdout)
    assert (told["holds"], told["faults"][0]["kind"], told["faults"][0]["number"]) == (False, "changed", 2)
    with translation.override("sv"):
        assert "plats 1, post 2: ändrad" in gallra.invoke(app, ["ledger", "verify"]).stdout


def test_export_signs_what_is_new_and_can_be_checked(gallra: CliRunner, tmp_path: Path) -> None:
    receipt()
    out = tmp_path / "ledger.jsonl"
    result = gallra.invoke(app, ["ledger", "export", "--out", str(out)])
    assert result.exit_code == 0
    assert "4 entries under 2 signatures" in result.stdout
    key = gallra.invoke(app, ["ledger", "key"]).stdout.strip()
    assert verifier.main(["--key", key, str(out)]) == 0
    told = json.loads(gallra.invoke(app, ["ledger", "export", "--out", str(out), "--json"]).stdout)
    assert (told["entries"], told["checkpoints"]) == (4, 2)


def test_proof_of_a_receipt(gallra: CliRunner, tmp_path: Path) -> None:
    number, out = receipt(), tmp_path / "proof.json"
    result = gallra.invoke(app, ["ledger", "proof", str(number), "--out", str(out)])
    assert result.exit_code == 0
    assert "Anyone can check it" in result.stdout
    assert verifier.main(["--key", load_signer().key.text, str(out)]) == 0
    assert gallra.invoke(app, ["ledger", "proof", str(number)]).stdout == out.read_text()
    missing = gallra.invoke(app, ["ledger", "proof", "99"])
    assert (missing.exit_code, missing.stderr) == (1, "There is no entry 99 in the ledger.\n")


def test_nothing_is_signed_on_top_of_a_broken_ledger(gallra: CliRunner, tmp_path: Path) -> None:
    path().write_bytes(path().read_bytes() + b'{"checkpoint":"a","leaves":[]}\n')
    result = gallra.invoke(app, ["ledger", "export", "--out", str(tmp_path / "x")])
    assert result.exit_code == 1
    assert "gallra ledger verify" in result.stderr
    assert not (tmp_path / "x").exists()


def test_key(gallra: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.loads(gallra.invoke(app, ["ledger", "key", "--json"]).stdout)
    assert told["key"] == load_signer().key.text
    assert told["fingerprint"] == load_signer().key.fingerprint
    monkeypatch.setattr("gallra.ledger.signing.known_key", lambda: None)
    result = gallra.invoke(app, ["ledger", "key"])
    assert (result.exit_code, "no key yet" in result.stderr) == (1, True)


def test_as_people_run_it(fresh_database: Database) -> None:
    ledger(2)
    result = subprocess.run(
        [sys.executable, "-m", "gallra", "ledger", "verify"],
        env={**fresh_database.environment, "LC_ALL": "sv_SE.UTF-8"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")
    assert "Allt håller" in result.stdout


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_kind_of_fault_has_its_words(lang: str) -> None:
    with translation.override(lang):
        lines = [words.fault_line(Fault(kind, 1, None, "why")) for kind in words._kinds()]
        many = Verified(
            99, 99, 0, None, tuple(range(30)), tuple(Fault("removed", n, n, "gone") for n in range(50))
        )
        told = words.verified_lines(many)
        assert words.no_proof(number=3, exists=True) != words.no_proof(number=3, exists=False)
    assert len(set(lines)) == len(lines)
    assert len(told) == 1 + 1 + 1 + words.MOST + 1 + 1
    assert " 19 …" in told[1]
