"""`gallra restrictions`, `disclosures` and `breaches`: nobody's address is an argument, or shown."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader
from typer.testing import CliRunner

from gallra.cli import app, breaches, disclosures, restrictions
from gallra.mail.models import Outgoing
from gallra.registers.directory import restricting
from gallra.rights.models import Disclosure
from tests.rights.world import BO, policy
from tests.running.world import case, contact

pytestmark = pytest.mark.usefixtures("db", "files")


@pytest.fixture(autouse=True)
def here(db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work in the test's transaction."""
    for module in (restrictions, disclosures, breaches):
        monkeypatch.setattr(module, "installation", nullcontext)
        monkeypatch.setattr(module, "signed", lambda now: None)
    translation.activate("en")
    policy()
    case(contact=contact(BO))


def run(*arguments: str, given: str = "") -> Any:
    return CliRunner().invoke(app, list(arguments), input=given)


def said(*arguments: str, given: str = "") -> Any:
    """What the command says as JSON; no address is in it."""
    done = run(*arguments, "--json", given=given)
    assert done.exit_code == 0, done.output
    assert BO not in done.output
    return json.loads(done.output)


@pytest.mark.article("18")
def test_restrictions() -> None:
    assert run("restrictions", "add", "-", given=f"{BO}\n").exit_code == 1, "it asks first"
    assert not restricting.is_restricted(BO)
    number = said("restrictions", "add", "-", "--yes", given=f"{BO}\n")["restriction"]
    assert restricting.is_restricted(BO)
    ending = said("restrictions", "lift", str(number), "--reason", "Rättat", "--yes")
    assert ending["ends"]
    assert Outgoing.objects.get().text == "rights/lifting"
    assert [line["restriction"] for line in said("restrictions", "list")] == [number]


@pytest.mark.promise("M14", "M15")
def test_disclosures() -> None:
    given = ("disclosures", "add", "Skatteverket", "--authority", "--ground", "law", "--why", "42 kap. SFL",
             "--extent", "en faktura", "--person", "--yes")  # fmt: skip
    assert run(*given, given=f"{BO}\n").exit_code == 1, "nobody has approved it"
    made = said(*given, "--approved-by", "Alva", given=f"{BO}\n")
    assert made["person"] is True
    assert Disclosure.objects.get().address == BO
    assert [line["to"] for line in said("disclosures", "list")] == ["authority"]
    assert said("disclosures", "notices") == []


@pytest.mark.article("33", "34")
def test_breaches(tmp_path: Path) -> None:
    number = str(said("breaches", "add", "En dator är borta", "--kind", "support.case")["breach"])
    assert said("breaches", "affected", number)["people"] == 1
    text = tmp_path / "message.txt"
    text.write_text("En dator är borta.", "utf-8")
    assert said("breaches", "tell", number, str(text), "--yes") == {"written_to": 1}
    assert said("breaches", "note", number, "Polisanmäld")["breach"] == int(number)
    assert said("breaches", "judge", number, "--risk", "high")["risk"] == "high"
    assert said("breaches", "reported", number, "--reference", "IMY-1")["reported"]
    assert run("breaches", "export", number, str(tmp_path / "out")).exit_code == 0
    assert "IMY-1" in PdfReader(tmp_path / "out" / f"breach-{number}.pdf").pages[0].extract_text()
    assert said("breaches", "close", number, "--yes")["closed"]
    assert [line["told"] for line in said("breaches", "list")] == [1]
