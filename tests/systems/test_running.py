"""The running policy in a foreign database: adopted, planned, swept with receipts, shown, held, asked about."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from gallra.ledger.models import Entry
from gallra.policy import PolicyMistakes
from gallra.running import adopting, asking, board, holds, runs
from gallra.running.models import Intent
from tests.conftest import Database
from tests.systems.test_sweep import expected
from tests.systems.world import DAY, DOCS, NOW, Held, Place, fates, generated, of
from tests.waiting import until_locks_are_gone

ROOT = Path(__file__).parents[2]
ALL = frozenset({"*", "clock"})


@pytest.fixture
def desk(fresh_database: Database, place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The example's policy runs, over this foreign database."""
    monkeypatch.setenv("DESK_DATABASE_URL", place.url)
    adopting.adopt(DOCS / "desk.toml", reason="test", now=NOW - timedelta(hours=2))
    return place


@pytest.mark.promise("M16", "S18", "M19", "M20", "S14")
def test_a_sweep_does_what_its_plan_says_and_writes_intents_and_receipts(desk: Place) -> None:
    rows = generated(11, cases=150)
    desk.fill(rows)
    holds.hold_record("desk.case", "Ä-00003", ground="tvist", now=NOW, by="command line")
    holds.hold_record("quote", "O-002", ground="tvist", now=NOW, by="command line")
    holds.hold_person("Person4@example.com", ground="tvist", now=NOW, by="command line")
    held = Held(frozenset({3}), frozenset({"O-002"}), frozenset({"person4@example.com"}))
    plan = runs.due(NOW)
    with pytest.raises(runs.Refused):  # the brake is one for all systems
        runs.sweep(NOW)
    result = runs.sweep(NOW, confirmed=ALL, size=9)
    assert (result.outcome, result.left) == ("finished", 0)
    expected(desk, rows, held)
    fate = fates(rows, DAY, held)
    assert result.records == plan.taken == sum(v != "stay" for each in fate.values() for v in each.values())
    intents = Counter((e.run, e.rule, e.batch) for e in Entry.objects.filter(action="sweep.intent"))
    receipts = Counter(
        (e.run, e.rule, e.batch) for e in Entry.objects.filter(action="sweep.receipt", body__system="desk")
    )
    assert intents == receipts
    assert set(receipts.values()) == {1}
    assert not Intent.objects.exists()
    told = json.dumps(list(Entry.objects.values_list("body", flat=True)))
    assert "O-0" not in told  # a key that is a text is a commitment
    assert "example.com" not in told
    promises = {p.id: p for p in board.check(NOW, audit=True).promises}
    assert promises["M16"].status in ("kept", "uncovered")
    assert (
        sum(count.held for count in promises["M16"].counts)
        >= sum(
            key in of(fates(rows, DAY)["arenden"], "archive") and verb == "stay"
            for key, verb in fate["arenden"].items()
        )
        > 0
    )


def test_why_of_a_record_elsewhere(desk: Place) -> None:
    rows = generated(11)
    desk.fill(rows)
    fate = fates(rows, DAY)["arenden"]
    archived, erased = min(of(fate, "archive")), min(of(fate, "erase"))
    assert asking.why("desk.case", f"Ä-{archived:05}", now=NOW).state == "due"
    runs.sweep(NOW, confirmed=ALL)
    assert asking.why("desk.case", f"Ä-{archived:05}", now=NOW).state == "archived"
    assert asking.why("desk.case", f"key:{erased}", now=NOW).state == "erased"


def test_a_system_that_cannot_be_reached_breaks_its_promises_and_nothing_else(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL")
    plan = runs.due(NOW)
    assert plan.unreachable == ("desk: DESK_DATABASE_URL is not set; set it to the database's address",)
    result = runs.sweep(NOW)
    assert result.outcome == "failed"
    promises = {p.id: p for p in board.check(NOW, audit=True).promises}
    assert promises["M16"].status == "broken"
    assert "DESK_DATABASE_URL is not set" in promises["M16"].reason.en
    monkeypatch.setenv("DESK_DATABASE_URL", "postgresql://someone:secret@db.example.net/desk")
    (trouble,) = runs.due(NOW).unreachable
    assert "db.example.net" in trouble
    assert "refused" in trouble
    assert "secret" not in trouble
    monkeypatch.setenv("DESK_DATABASE_URL", desk.url)
    assert not runs.due(NOW).unreachable


def test_a_schema_that_grew_stops_the_system(desk: Place) -> None:
    desk.run("ALTER TABLE arenden ADD COLUMN personnummer varchar(13)")
    (trouble,) = runs.due(NOW).unreachable
    assert "personnummer" in trouble


def test_a_kind_that_the_file_does_not_have_is_a_mistake(fresh_database: Database, tmp_path: Path) -> None:
    (tmp_path / "desk.kinds.toml").write_text((DOCS / "desk.kinds.toml").read_text("utf-8"), "utf-8")
    policy = tmp_path / "desk.toml"
    policy.write_text(
        (DOCS / "desk.toml").read_text("utf-8").replace('"desk.quote"]', '"desk.qoute"]'), "utf-8"
    )
    with pytest.raises(PolicyMistakes, match=r'did you mean "desk.quote"'):
        adopting.difference(policy, now=NOW)


CRUCIAL = ("intent", "after intent", "commit", "receipt", "after receipt")


@pytest.mark.slow
@pytest.mark.promise("M16", "S14")
def test_killed_between_any_two_steps_it_ends_the_same(desk: Place, fresh_database: Database) -> None:
    rows = generated(5, cases=14)
    environment = {**fresh_database.environment, "DESK_DATABASE_URL": desk.url}

    def killed(at: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tests.systems.killing", str(at)],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    desk.fill(rows)
    whole = killed(0)
    assert whole.returncode == 0, whole.stderr[-3000:]
    names = whole.stdout.split("\n")
    after = desk.all()
    counts = _receipts(Entry.objects.filter(action="sweep.receipt", body__system="desk"))
    first = {name: names.index(name) + 1 for name in CRUCIAL}
    places = sorted(
        {
            *first.values(),
            *(names.index(n) + 1 for n in names if n.split()[0] in ("delete", "blank", "settle")),
        }
    )
    for at in places:
        number = Entry.objects.order_by("-number").values_list("number", flat=True)[0]
        for table in ("bilagor", "meddelanden", "offerter", "arenden", "kontakter", "kunder", "produkter"):
            desk.run(f"DELETE FROM {table}")
        desk.fill(rows)
        done = killed(at)
        assert done.returncode == -signal.SIGKILL, (names[at - 1], done.stderr[-2000:])
        until_locks_are_gone()
        result = runs.sweep(NOW, confirmed=ALL, size=4)
        assert result.outcome == "finished"
        assert _still(desk) == _still_of(after), names[at - 1]
        entries = Entry.objects.filter(number__gt=number, body__system="desk")
        assert _receipts(entries.filter(action="sweep.receipt")) == counts, names[at - 1]
        assert not Intent.objects.exists()
        each = Counter((e.run, e.rule, e.batch, e.action) for e in entries)
        assert set(each.values()) == {1}


def _receipts(entries: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in entries:  # type: ignore[attr-defined]
        for name, count in {"records": entry.body["records"], **entry.body["parts"]}.items():
            if name != "kontakter":
                found[f"{entry.rule} {name}"] = found.get(f"{entry.rule} {name}", 0) + count
    return found


def _still(place: Place) -> object:
    return _still_of(place.all())


def _still_of(tables: dict[str, dict[object, dict[str, object]]]) -> object:
    return {table: {k: dict(row) for k, row in rows.items()} for table, rows in tables.items()}
