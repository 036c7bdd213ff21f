"""A field that the policy drops is emptied in another database too, but for what a hold keeps (M5)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from gallra.ledger.models import Entry
from gallra.running import adopting, holds, runs, steps
from gallra.running.models import Adoption, Intent
from gallra.systems.sql.blanking import blankings
from tests.conftest import Database
from tests.systems.books import example
from tests.systems.test_killed import without_phone
from tests.systems.world import DOCS, NOW, Place, Rows, generated

pytestmark = pytest.mark.promise("M5")


def test_a_dropped_field_is_emptied_where_no_hold_keeps_it(
    fresh_database: Database, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_DATABASE_URL", place.url)
    monkeypatch.setattr(steps, "STEPS", (steps.other_databases, steps.dropped_fields))
    rows = generated(7, cases=6)
    for number, row in enumerate(rows["kontakter"]):
        row["telefon"] = f"040-{number}"
    for row in rows["arenden"]:
        row |= {"stangd": None, "avbruten": None, "kundnr": 2}
    rows["kunder"][0]["antal_avtal"] = rows["kunder"][1]["antal_avtal"] = 1
    for row in rows["offerter"]:
        row |= {"skickad": None, "senast_hord": None}
    rows["arenden"][0] |= {"kontakt_id": 1, "kundnr": 1}
    rows["meddelanden"][0] |= {"arende_id": rows["arenden"][0]["id"], "kontakt_id": 2}
    place.fill(rows)
    adopting.adopt(DOCS / "desk.toml", reason="test", now=NOW - timedelta(hours=3))
    runs.sweep(NOW - timedelta(hours=2), confirmed=frozenset({"*"}))
    before = place.all()
    told = adopting.difference(without_phone(tmp_path), now=NOW)
    assert told.fields["desk.kontakter"] == ("phone",)
    assert told.fields["desk.kunder"] == ("address",)
    adopting.adopt(without_phone(tmp_path), reason="test", now=NOW - timedelta(hours=1))
    holds.hold_record("desk.case", rows["arenden"][0]["arendenr"], ground="tvist", now=NOW, by="command line")
    held = holds.hold_person("person3@example.com", ground="tvist", now=NOW, by="command line")

    result = runs.sweep(NOW, confirmed=frozenset({"*"}), size=5)
    after = place.all()
    spared, firms = kept_whole(rows, {rows["arenden"][0]["id"]}, 3)
    assert result.blanked == len(rows["kontakter"]) - len(spared) + len(rows["kunder"]) - len(firms)
    assert {key for key, row in after["kontakter"].items() if row["telefon"] is not None} == spared
    assert {key for key, row in after["kunder"].items() if row["postadress"] is not None} == firms
    for row in (*after["kontakter"].values(), *after["kunder"].values()):
        row |= {key: None for key in ("telefon", "postadress") if key in row}
    for row in (*before["kontakter"].values(), *before["kunder"].values()):
        row |= {key: None for key in ("telefon", "postadress") if key in row}
    assert after == before

    receipts = Entry.objects.filter(action="blank", body__system="desk")
    assert sum(entry.body["rows"] for entry in receipts) == result.blanked
    assert max(entry.body["rows"] for entry in receipts) == 5
    assert {(e.run, e.rule, e.batch) for e in receipts} == {
        (e.run, e.rule, e.batch) for e in Entry.objects.filter(action="blank.intent")
    }
    assert "040-" not in json.dumps(list(Entry.objects.values_list("body", flat=True)))
    assert Adoption.objects.order_by("-pk")[0].blanked_at is not None
    place.run("UPDATE kontakter SET telefon = '040-9' WHERE id = 9")  # their program writes on
    holds.release(held.pk, now=NOW, by="command line")
    fewer, fewer_firms = kept_whole(rows, {rows["arenden"][0]["id"]}, 0)
    again = len(spared - fewer) + len(firms - fewer_firms) + (9 not in spared)
    assert runs.sweep(NOW, confirmed=frozenset({"*"}), audit=True).blanked == again
    assert {key for key, row in place.read("kontakter").items() if row["telefon"]} == fewer
    assert not Intent.objects.exists()


def kept_whole(rows: Rows, held: set[int], person: int) -> tuple[set[int], set[int]]:
    """Contacts and companies that held cases and a held person keep as they are, in plain Python."""
    messages = [(m["arende_id"], m["kontakt_id"]) for m in rows["meddelanden"]]
    cases = held | {case for case, contact in messages if contact == person}
    cases |= {row["id"] for row in rows["arenden"] if row["kontakt_id"] == person}
    mine = [row for row in rows["arenden"] if row["id"] in cases]
    contacts = {person, *(row["kontakt_id"] for row in mine), *(c for case, c in messages if case in cases)}
    return contacts - {None, 0}, {row["kundnr"] for row in mine} - {None}


def test_silence_and_a_kind_that_the_policy_does_not_name_blank_nothing(tmp_path: Path) -> None:
    from gallra.policy import read_policy
    from gallra.running.foreign import systems_of

    kinds = {"desk": (DOCS / "desk.kinds.toml").read_text("utf-8")}
    assert list(blankings(example().rules, example().declaration)) == []
    fewer = without_phone(tmp_path).read_text("utf-8")
    (found,) = systems_of(read_policy(fewer), kinds)
    assert [each.name for each in blankings(found.rules, found.declaration)] == [
        "blank kontakter",
        "blank kunder",
    ]
    named = 'records = ["desk.case", "desk.quote"]\nholds'
    without = fewer.replace(named, 'records = ["desk.case"]\nholds')
    pieces = without.split("[[retention]]")
    pieces = [
        pieces[0].replace('["desk.case", "desk.quote"]', '["desk.case"]'),
        *pieces[1:3],
        pieces[-1][pieces[-1].index("[routine]") :],
    ]
    (found,) = systems_of(read_policy("[[retention]]".join(pieces[:3]) + pieces[3]), kinds)
    assert found.rules.kinds == ("desk.case",)
    assert list(blankings(found.rules, found.declaration)) == []
