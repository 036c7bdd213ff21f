"""What goes in a foreign database is what the oracle says, on SQLite, PostgreSQL and MariaDB alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gallra.engine.plan import step
from gallra.systems.sql import sweeping
from gallra.systems.sql.holds import KnownHolds
from tests.systems.books import Memory, asked, example
from tests.systems.world import DAY, Held, Place, Rows, declaration, fates, generated, of, orphans

HELD = Held(
    frozenset({3, 7, 11, 20}), frozenset({"O-002"}), frozenset({"person4@example.com", "person9@example.com"})
)
HOLDS = KnownHolds(
    frozenset({*(("desk.case", str(key)) for key in HELD.cases), ("desk.quote", "O-002")}), HELD.emails
)


def sweep(place: Place, holds: KnownHolds, book: Memory, size: int = 7) -> None:
    database = place.database()
    settling = sweeping.Settling.among(declaration())
    for question in asked(example(), holds):
        taken = sweeping.carry_out(database, replace(question, before=()), book, settling, size=size)
        assert taken.left == 0
    database.close()


def expected(place: Place, rows: Rows, held: Held) -> None:
    """The database is what the oracle says is left of `rows`."""
    fate, now = fates(rows, DAY, held), place.all()
    erased, archived = of(fate["arenden"], "erase"), of(fate["arenden"], "archive")
    quotes = of(fate["offerter"], "erase")
    assert min(len(erased), len(archived), len(quotes)) > 0
    assert set(now["arenden"]) == {row["id"] for row in rows["arenden"]} - erased
    assert set(now["offerter"]) == {row["offertnr"] for row in rows["offerter"]} - quotes
    was = {row["id"]: row for row in rows["arenden"]}
    for key, row in now["arenden"].items():
        if key in archived:
            assert row["arkiverad"] is not None
            assert (row["rubrik"], row["beskrivning"], row["kontakt_id"], row["kundnr"]) == (
                "",
                None,
                None,
                None,
            )
            assert row["losning"] == "Starta om"
        else:
            assert row["rubrik"] == was[key]["rubrik"]
            assert row["kontakt_id"] == was[key]["kontakt_id"]
    parted = erased | archived
    messages = {row["id"] for row in rows["meddelanden"] if row["arende_id"] not in parted}
    assert set(now["meddelanden"]) == messages
    assert set(now["bilagor"]) == {row["id"] for row in rows["bilagor"] if row["meddelande_id"] in messages}
    for key, row in now["offerter"].items():
        before = next(r for r in rows["offerter"] if r["offertnr"] == key)
        assert row["arende_id"] == (None if before["arende_id"] in erased else before["arende_id"])
    gone: list[tuple[str, Any]] = [("arenden", key) for key in parted] + [("offerter", key) for key in quotes]
    gone += [("meddelanden", row["id"]) for row in rows["meddelanden"] if row["arende_id"] in parted]
    held_people = {row["id"] for row in rows["kontakter"] if row["epost"].lower() in held.emails}
    lost = orphans(rows, now, gone) - held_people
    assert set(now["kontakter"]) == {row["id"] for row in rows["kontakter"]} - lost
    assert set(now["kunder"]) == {row["kundnr"] for row in rows["kunder"]}


@pytest.mark.promise("M16", "S18", "M19", "M20")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_goes_is_what_the_oracle_says(place: Place, seed: int) -> None:
    rows = generated(seed)
    place.fill(rows)
    book = Memory(HOLDS)
    sweep(place, HOLDS, book)
    expected(place, rows, HELD)
    assert not book.open
    fate = fates(rows, DAY, HELD)
    assert sum(records for _, records, _ in book.receipts) == sum(
        verb != "stay" for each in fate.values() for verb in each.values()
    )
    before = place.all()
    again = Memory(HOLDS)
    sweep(place, HOLDS, again)
    assert (again.receipts, place.all()) == ([], before)


@pytest.mark.parametrize("seed", [4])
def test_the_plan_counts_what_the_sweep_does(place: Place, seed: int) -> None:
    rows = generated(seed)
    place.fill(rows)
    database = place.database()
    steps = {(s.kind, s.verb): 0 for s in (step(database, q) for q in asked(example()))}
    for question in asked(example()):
        found = step(database, question)
        steps[found.kind, found.verb] += found.count
    database.close()
    fate = fates(rows, DAY)
    assert steps == {
        ("desk.case", "erase"): len(of(fate["arenden"], "erase")),
        ("desk.case", "archive"): len(of(fate["arenden"], "archive")),
        ("desk.quote", "erase"): len(of(fate["offerter"], "erase")),
    }
