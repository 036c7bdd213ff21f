"""The commands of sweeping: they show the plan, change nothing without --yes, and write JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from gallra.cli import app, console
from gallra.registers.support.models import Case
from gallra.running.models import Hold
from tests.running.world import MINI, adopted, case, contact

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the installation."""

    @contextmanager
    def installation() -> Iterator[None]:
        yield

    for module in ("sweeping", "holds", "adopting"):
        monkeypatch.setattr(f"gallra.cli.{module}.installation", installation)
    monkeypatch.setattr(console, "installation", installation)


def told(*arguments: str, stdin: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    return result.exit_code, result.output


def world() -> Case:
    now = timezone.now()
    adopted(MINI, at=now - timedelta(hours=1))
    return case(closed=now - timedelta(days=100), contact=contact())


def test_due_counts_and_shows_the_statements() -> None:
    world()
    code, text = told("due")
    assert code == 0
    assert "support.case" in text
    plan = json.loads(told("due", "--json")[1])
    assert (plan["taken"], plan["steps"][0]["promises"]) == (1, ["M16"])
    assert "FROM support_case" in told("due", "--sql")[1]


def test_a_sweep_changes_nothing_without_yes() -> None:
    one = world()
    assert told("sweep")[0] == 1
    code, plan = told("sweep", "--dry-run")
    assert code == 0
    assert "e-mail dialogue 2, contacts 1" in plan or "e-postväxling 2, kontaktpersoner 1" in plan
    one.refresh_from_db()
    assert one.archived_at is None
    assert told("sweep", "--yes")[0] == 0
    one.refresh_from_db()
    assert one.archived_at is not None


def test_a_dry_run_says_in_json_what_the_run_does() -> None:
    world()
    dry = json.loads(told("sweep", "--dry-run", "--json")[1])
    done = json.loads(told("sweep", "--yes", "--json")[1])
    assert sum(done["taken"].values()) == dry["taken"] == 1
    assert dry["along"] == {
        "parts": {"support_message": 2},
        "contacts": {"support_contact": 1},
        "companies": 0,
    }
    assert (done["parts"]["support_message"], done["contacts"], done["companies"]) == (2, 1, 0)


def test_promises_and_forecast() -> None:
    world()
    board = json.loads(told("promises", "--json")[1])
    assert [(p["id"], p["status"]) for p in board["promises"]] == [("M16", "broken")]
    assert "M16" in told("promises")[1]
    assert json.loads(told("forecast", "--json")[1])[0]["count"] == 1
    assert "█" in told("forecast")[1]


def test_why() -> None:
    one = world()
    assert json.loads(told("why", "case", str(one.number), "--json")[1])["state"] == "due"
    told("sweep", "--yes")
    assert json.loads(told("why", "support.case", str(one.number), "--json")[1])["state"] == "archived"


def test_a_persons_address_is_read_from_input_and_never_shown() -> None:
    one = world()
    code, text = told("hold", "add", "-", "--ground", "tvist", "--yes", stdin="bo@example.com\n")
    assert code == 0
    assert "bo@example.com" not in text
    hold = Hold.objects.get()
    assert hold.email == "bo@example.com"
    assert "bo@example.com" not in told("hold", "list")[1] + told("hold", "list", "--json")[1]
    told("sweep", "--yes")
    one.refresh_from_db()
    assert one.archived_at is None
    assert told("hold", "release", str(hold.pk))[0] == 1
    assert told("hold", "release", str(hold.pk), "--yes")[0] == 0
    told("sweep", "--yes")
    one.refresh_from_db()
    assert one.archived_at is not None


def test_adopt_shows_the_difference_and_asks(tmp_path: Path) -> None:
    world()
    file = tmp_path / "policy.toml"
    file.write_text(MINI.replace("3 months", "4 months"), encoding="utf-8")
    assert told("adopt", str(file), "--reason", "längre")[0] == 1
    dry = json.loads(told("adopt", str(file), "--dry-run", "--json")[1])
    assert dry["rules"][0]["more"] == -1
    assert told("adopt", str(file), "--reason", "längre", "--yes")[0] == 0
    assert json.loads(told("due", "--json")[1])["taken"] == 0
    file.write_text("keep = 3", encoding="utf-8")
    assert told("adopt", str(file), "--reason", "x", "--yes")[0] == 2
