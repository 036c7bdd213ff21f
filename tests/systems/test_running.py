"""The running policy in a foreign database: adopted, planned, swept with receipts, shown, held, asked about."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation

from gallra.engine.listing import State
from gallra.ledger.models import Entry
from gallra.policy import PolicyMistakes
from gallra.running import adopting, asking, board, holds, listing, runs
from gallra.running.models import Intent
from tests.conftest import Database
from tests.systems.test_sweep import expected
from tests.systems.world import DAY, DOCS, NOW, Held, Place, fates, generated, of

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
    checked = board.check(NOW, audit=True)
    for count in (count for promise in checked.promises for count in promise.counts):
        if count.kind.startswith("desk."):
            numbers: dict[State, int] = {"due": count.due, "all": count.total, "uncovered": count.uncovered}
            for state, number in numbers.items():
                shown = listing.page(count.rule, state, now=NOW, most=500)
                assert (len(shown.lines), shown.more) == (number, False), (count.rule, state)
    runs.sweep(NOW, confirmed=ALL)
    assert asking.why("desk.case", f"Ä-{archived:05}", now=NOW).state == "archived"
    assert asking.why("desk.case", f"key:{erased}", now=NOW).state == "erased"


def test_a_system_that_cannot_be_reached_breaks_its_promises_and_nothing_else(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL")
    plan = runs.due(NOW)
    assert plan.unreachable == ("desk: DESK_DATABASE_URL är inte angiven; ange databasens adress",)
    result = runs.sweep(NOW)
    assert result.outcome == "failed"
    promises = {p.id: p for p in board.check(NOW, audit=True).promises}
    assert promises["M16"].status == "broken"
    assert "DESK_DATABASE_URL is not set" in promises["M16"].reason.en
    assert "DESK_DATABASE_URL är inte angiven" in promises["M16"].reason.sv
    with translation.override("en"):
        (trouble,) = runs.due(NOW).unreachable
    assert trouble == "desk: DESK_DATABASE_URL is not set; set it to the database's address"
    assert "system-not-asked" in promises["M16"].findings
    assert "DESK_DATABASE_URL" in listing.page("M16 desk.case", "due", now=NOW).trouble
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
    (found,) = (one for one in board.check(NOW).findings if one.place == "system.desk")
    assert found.id == "system-not-as-declared"
    assert "personnummer" in found.sentence.sv
    assert "M16" in found.promises


def test_a_kind_that_the_file_does_not_have_is_a_mistake(fresh_database: Database, tmp_path: Path) -> None:
    (tmp_path / "desk.kinds.toml").write_text((DOCS / "desk.kinds.toml").read_text("utf-8"), "utf-8")
    policy = tmp_path / "desk.toml"
    policy.write_text(
        (DOCS / "desk.toml").read_text("utf-8").replace('"desk.quote"]', '"desk.qoute"]'), "utf-8"
    )
    with pytest.raises(PolicyMistakes, match=r'did you mean "desk.quote"'):
        adopting.difference(policy, now=NOW)
