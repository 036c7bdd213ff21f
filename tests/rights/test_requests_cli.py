"""`gallra requests`: list, show and enter; nobody's address or name is shown."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import pytest
from django.utils import timezone, translation
from typer.testing import CliRunner

from gallra.cli import app
from gallra.cli import requests as commands
from gallra.rights import looking, requests
from gallra.rights.models import Request
from tests.conftest import Database
from tests.person.world import Seed
from tests.rights.world import ALVA, BO, mails, policy


@pytest.fixture(autouse=True)
def here(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work in the test's own database, whose connections stay open afterwards."""
    monkeypatch.setattr(commands, "installation", nullcontext)
    translation.activate("en")
    policy()


def run(*arguments: str, given: str = "") -> Any:
    return CliRunner().invoke(app, ["requests", *arguments], input=given)


@pytest.mark.promise("S16")
def test_what_came_by_phone_is_entered_listed_and_shown_without_the_address() -> None:
    Seed("Mark", BO).everything()
    assert run("enter", "access", BO).exit_code == 2
    said = run("enter", "erasure", "-", "--received", "2026-11-02", "--link", given=f"{BO}\n")
    assert said.exit_code == 0, said.output
    made = Request.objects.get()
    assert (made.channel, made.address, made.state) == ("phone", BO, "waiting for confirmation")
    assert made.due_on.isoformat() == "2026-12-02"
    assert mails() == [("rights/link", BO)]
    requests.identify(made.pk, reason="känd röst", by=ALVA, now=timezone.now())
    looking.look_up(made.pk, now=timezone.now())
    listed = json.loads(run("list", "--json").output)
    assert [(line["request"], line["right"], line["next"]) for line in listed] == [
        (made.pk, "erasure", "decide")
    ]
    shown = json.loads(run("show", str(made.pk), "--json").output)
    assert {row["verdict"] for row in shown["decisions"]} >= {"erase", "keep"}
    assert [r["event"] for r in shown["receipts"]] == ["received", "link sent", "identified", "looked up"]
    for told in (
        run("list"),
        run("list", "--all"),
        run("show", str(made.pk)),
        run("show", str(made.pk), "--json"),
    ):
        assert told.exit_code == 0, told.output
        assert BO not in told.output
        assert "Mark" not in told.output
    assert run("show", "0").exit_code == 1


def test_an_empty_queue_and_a_letter_without_an_address() -> None:
    assert "No request is open." in run("list").output
    said = run("enter", "access", "-", "--channel", "letter", "--json", given="\n")
    assert json.loads(said.output)["state"] == "open"
    refused = run("enter", "forgiveness", "-", given=f"{BO}\n")
    assert refused.exit_code != 0
    assert Request.objects.count() == 1
