"""The command line about one person: addresses never as arguments, plans before changes, files for their owner only."""

from __future__ import annotations

import csv
import io
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gallra.cli import app
from gallra.ledger.models import Entry
from gallra.registers.support.models import Case, Contact
from gallra.running import handing
from gallra.systems import own
from tests.conftest import Database
from tests.person.world import BO, CLEO, Seed
from tests.running.world import case, contact

pytestmark = [pytest.mark.usefixtures("fresh_database", "policy"), pytest.mark.promise("M21", "M23", "S15")]
MARKER = "Zyxmarkör-7f3a"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work in the test's own database, whose connections stay open afterwards."""
    from contextlib import nullcontext

    from django.utils import translation

    from gallra.cli import person

    monkeypatch.setattr(person, "installation", nullcontext)
    translation.activate("en")


def run(*arguments: str, input: str | None = None) -> Any:
    return CliRunner().invoke(app, list(arguments), input=input)


@pytest.mark.parametrize("command", [("find",), ("erase",), ("extract", "--out", "x")])
def test_an_address_is_no_argument(command: tuple[str, ...], tmp_path: Path) -> None:
    told = run(*command, BO)
    assert told.exit_code == 2
    assert "history" in told.output
    assert BO not in told.output


def test_find_tells_numbers_and_no_values() -> None:
    Seed(MARKER, BO).everything()
    contact("bo.privat@annan.example")
    Contact.objects.filter(email="bo.privat@annan.example").update(name=Contact.objects.get(email=BO).name)
    told = run("find", "-", "--json", input=BO + "\n")
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data["systems"]["own"]["support_case"] == 1
    assert data["systems"]["own"]["support_contact"] == 1
    assert [(twin["table"], twin["by"]) for twin in data["twins"]] == [("support_contact", ["name"])]
    assert MARKER not in told.output
    assert BO not in told.output
    asked = run("find", input=BO + "\n")
    assert "support_case" in asked.output
    assert "nothing is done about it" in asked.output.replace("\n", " ")


def test_find_lists_mentions_in_other_peoples_text() -> None:
    Seed(MARKER, BO).record(own.kinds()["support.case"])
    cleos = case(contact=contact(CLEO))
    Case.objects.filter(pk=cleos.pk).update(description=f"Fråga {BO.upper()} om det")
    data = json.loads(run("find", "-", "--mentions", "--json", input=BO + "\n").stdout)
    assert [(m["kind"], m["record"], m["column"]) for m in data["mentions"]] == [
        ("support.case", cleos.pk, "description")
    ]


def test_find_shows_its_statements() -> None:
    told = run("find", "--sql")
    assert told.exit_code == 0
    assert "FROM support_contact" in told.stdout
    assert " OR " not in told.stdout


def test_extract_writes_for_its_owner_only_and_never_over(tmp_path: Path) -> None:
    seed = Seed(MARKER, BO).everything()
    out = tmp_path / "answer"
    told = run("extract", "-", "--out", str(out), "--json", input=BO + "\n")
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    for path in (out, *out.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    written = (out / "extract.json").read_bytes()
    import hashlib

    assert data["sha256"] == hashlib.sha256(written).hexdigest()
    entry = Entry.objects.get(number=data["receipt"])
    assert entry.body["file"] == data["sha256"]
    assert BO not in str(entry.body)
    assert data["documents"] == len(seed.files)
    swedish, english = (out / "LÄSMIG.txt").read_text("utf-8"), (out / "README.txt").read_text("utf-8")
    assert "ärende" in swedish
    assert "case" in english
    again = run("extract", "-", "--out", str(out), input=BO + "\n")
    assert again.exit_code == 1
    assert (out / "extract.json").read_bytes() == written
    assert Entry.objects.filter(action="extract").count() == 1


def test_correct_shows_its_plan_and_needs_a_yes() -> None:
    Seed(MARKER, BO).everything()
    told = run("correct", "-", "phone=040-123 45 67", input=BO + "\n")
    assert told.exit_code == 1
    assert "is corrected" in told.output
    assert Contact.objects.get().phone != "040-123 45 67"
    told = run("correct", "-", "phone=040-123 45 67", "--yes", "--json", input=BO + "\n")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["receipt"]
    assert Contact.objects.get().phone == "040-123 45 67"


def test_a_new_address_is_read_too_and_never_an_argument() -> None:
    Seed(MARKER, BO).record(own.kinds()["support.case"])
    told = run("correct", "-", "email=ny@kund.example", "--yes", input=BO + "\n")
    assert told.exit_code == 2
    assert run("correct", "-", "email=-", "--yes", input=f"{BO}\nny@kund.example\n").exit_code == 0
    assert Contact.objects.get().email == "ny@kund.example"


def test_erase_shows_its_plan_and_needs_a_yes() -> None:
    Seed(MARKER, BO).everything()
    told = run("erase", "-", input=BO + "\n")
    assert told.exit_code == 1
    assert "2032-12-31" in told.output, "what the statute keeps is said with its day"
    assert Case.objects.count() == 1
    told = run("erase", "-", "--yes", "--json", "--stop-mailings", input=BO + "\n")
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data["done"]["left"] == 0
    assert not data["done"]["complete"]
    assert {line["kind"] for line in data["plan"]["lines"] if line["what"] == "kept"} == {
        "finance.agreement", "finance.invoice",
    }  # fmt: skip
    assert Case.objects.count() == 0
    assert MARKER not in told.output
    assert BO not in told.output


def test_from_a_shell_with_the_address_on_standard_input(fresh_database: Database, tmp_path: Path) -> None:
    Seed(MARKER, BO).record(own.kinds()["support.case"])

    def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
        [sys.executable, "-m", "gallra", *arguments], input=BO + "\n", text=True, capture_output=True, timeout=60,
        env={**fresh_database.environment, "LC_ALL": "sv_SE.UTF-8"},
    )  # fmt: skip

    found = shell("find", "-")
    assert found.returncode == 0, found.stderr
    assert "support_case" in found.stdout
    erased = shell("erase", "-", "--yes")
    assert erased.returncode == 0, erased.stderr
    assert Case.objects.count() == 0
    for told in (found, erased):
        assert MARKER not in told.stdout + told.stderr
        assert BO not in told.stdout + told.stderr


@pytest.mark.parametrize("value", ["=1+1", "+46 40 12", "-x", "@sum", "\tx", "\rx", "  =1+1"])
def test_no_cell_is_a_formula(value: str) -> None:
    [_, cell] = list(csv.reader(io.StringIO(handing.sheet([{"a": value}]))))
    assert cell[0] == "'" + value


def test_numbers_stay_numbers_and_text_stays_text() -> None:
    assert [handing.safe(v) for v in ("-12.50", -3, True, None, "Åsa", {"a": 1})] == [
        "-12.50", "-3", "true", "", "Åsa", '{"a": 1}',
    ]  # fmt: skip
