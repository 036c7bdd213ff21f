"""A sentence that no program can see is kept while somebody's word for it holds, and asks again when it has lapsed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from gallra.cli import app
from gallra.ledger.commitments import matches
from gallra.ledger.models import Entry
from gallra.running.attesting import NotVouchedFor, asked, attest
from gallra.running.board import check
from gallra.running.models import Attestation
from tests.running.world import MINI, NIGHT, adopted

ATTESTED = (
    MINI
    + """
[staff]
place = "Malmö"
attested = { by = "controller", every = "12 months" }
promises = ["M10"]
"""
)
pytestmark = [pytest.mark.promise("M10"), pytest.mark.usefixtures("db")]


def status(now: datetime) -> str:
    return next(promise.status for promise in check(now).promises if promise.id == "M10")


def test_a_word_is_asked_for_holds_its_period_and_lapses() -> None:
    adopted(ATTESTED, at=NIGHT - timedelta(hours=1))
    assert status(NIGHT) == "waiting"
    assert status(NIGHT + timedelta(days=3)) == "broken"
    made = attest("m10", by="managing director", now=NIGHT)
    assert (made.promise, made.until) == ("M10", date(2027, 11, 22))
    assert status(NIGHT + timedelta(days=365)) == "kept"
    assert status(datetime(2027, 11, 23, 12, 0, tzinfo=UTC)) == "waiting"
    assert status(datetime(2027, 11, 26, 12, 0, tzinfo=UTC)) == "broken"


def test_the_newest_word_counts() -> None:
    adopted(ATTESTED)
    attest("M10", by="managing director", now=NIGHT - timedelta(days=400))
    attest("M10", by="head of support", now=NIGHT)
    assert [(each.promise, each.last and each.last.by) for each in asked(NIGHT)] == [
        ("M10", "head of support")
    ]
    assert status(NIGHT) == "kept"


@pytest.mark.promise("M14")
def test_the_ledger_says_what_and_until_when_never_who() -> None:
    version = adopted(ATTESTED).version
    made = attest("M10", by="Alva", words="seen at the office", now=NIGHT)
    entry = Entry.objects.get(action="attestation")
    assert (entry.policy, entry.body["promises"]) == (version, ["M10"])
    assert (entry.body["statement"], entry.body["until"]) == ("staff", "2027-11-22")
    assert "Alva" not in str(entry.body)
    assert matches(entry.body["by"], "Alva", salt=bytes(made.salt))
    assert matches(entry.body["reason"], "seen at the office", salt=bytes(made.salt))


@pytest.mark.parametrize(
    ("promise", "by"),
    [("M16", "Alva"), ("M99", "Alva"), ("M10", " "), ("M10", "alva@x.example"), ("M10", "a" * 61)],
)
def test_what_cannot_be_vouched_for_is_refused(promise: str, by: str) -> None:
    adopted(ATTESTED)
    with pytest.raises(NotVouchedFor):
        attest(promise, by=by, now=NIGHT)
    assert not Attestation.objects.exists()
    assert not Entry.objects.exists()


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the installation."""

    @contextmanager
    def installation() -> Iterator[None]:
        yield

    monkeypatch.setattr("gallra.cli.attesting.installation", installation)


def told(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["attest", *arguments])
    return result.exit_code, result.output


@pytest.mark.usefixtures("_here")
def test_the_command_shows_asks_and_vouches() -> None:
    adopted(ATTESTED, at=timezone.now())
    assert json.loads(told("--json")[1])[0] == {
        "promise": "M10", "place": "staff", "every": "12 months", "by": None, "at": None, "until": None,
    }  # fmt: skip
    assert told("M10")[0] == 2, "nobody was named"
    assert told("M10", "--by", "managing director")[0] == 1, "nobody agreed"
    assert not Attestation.objects.exists()
    code, text = told("M10", "--by", "managing director", "--yes")
    assert code == 0
    assert "M10" in text
    assert Attestation.objects.get().by == "managing director"
    assert json.loads(told("M10", "--by", "Alva", "--yes", "--json")[1])["by"] == "Alva"
    assert "Alva" in told()[1]


@pytest.mark.usefixtures("_here")
def test_a_policy_that_asks_nobody_says_so() -> None:
    adopted(MINI)
    assert told()[0] == 0
    assert json.loads(told("--json")[1]) == []
