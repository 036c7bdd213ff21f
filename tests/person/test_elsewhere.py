"""The same questions in a database that is not ours: found and erased by the portable core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from gallra.engine.days import Today
from gallra.engine.person import erase as engine
from gallra.engine.person.extract import extract
from gallra.engine.person.find import gather
from gallra.engine.person.people import People
from gallra.policy.rules import Rules
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.holds import KnownHolds
from tests.systems.world import NOW, Place, declaration

TODAY = Today.of(NOW, "Europe/Stockholm")
BO = "bo@kund.example"
RULES = Rules("0" * 64, "Europe/Stockholm", (), (), {}, ())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Place, ForeignDatabase, People]]:
    """A support database with Swedish names: a case of Bo's, one of Cleo's in which Bo wrote."""
    place = Place(f"sqlite:///{tmp_path / 'desk.db'}", "sqlite")
    (tmp_path / "desk.db").touch()
    place.create()
    then = datetime.fromisoformat("2026-01-02T03:04:00")
    case = {"kundnr": 1, "rubrik": "Fel", "status": "öppen", "skapad": then}
    place.fill({
        "produkter": [{"id": 1, "namn": "Lön"}],
        "kunder": [{"kundnr": 1, "namn": "AB", "orgnr": "1", "antal_avtal": 0}],
        "kontakter": [
            {"id": 1, "kundnr": 1, "namn": "Bo", "epost": "Bo@Kund.example", "skapad": then},
            {"id": 2, "kundnr": 1, "namn": "Cleo", "epost": "cleo@kund.example", "skapad": then},
        ],
        "arenden": [{"id": n, "arendenr": f"Ä-{n}", "kontakt_id": n, **case} for n in (1, 2)],
    })  # fmt: skip
    for key, of, by in ((1, 1, 1), (2, 2, 1), (3, 2, 2)):
        place.run(
            "INSERT INTO meddelanden (id, arende_id, kontakt_id, brodtext, skickat) VALUES (:k, :a, :b, 'Hej', :t)",
            k=key, a=of, b=by, t=then.isoformat(" "),
        )  # fmt: skip
    database = place.database()
    yield place, database, People(declaration().kinds, database.dialect, own=False)
    database.close()


@pytest.mark.promise("M21", "M23")
def test_found_and_given_out(desk: tuple[Place, ForeignDatabase, People]) -> None:
    _, database, people = desk
    found = gather(database, people, BO, holds=KnownHolds(), today=TODAY)
    assert found.counts() == {"kontakter": 1, "arenden": 1, "meddelanden": 2}
    got = extract(database, people, BO, rules=RULES, holds=KnownHolds(), today=TODAY)
    assert [(item.key, item.owner) for item in got.items] == [(1, True), (2, False)]


@pytest.mark.promise("M21")
def test_erased_and_only_what_is_theirs(desk: tuple[Place, ForeignDatabase, People]) -> None:
    place, database, people = desk
    wanted = engine.Erasure(BO, NOW, ())
    with database.transaction():
        done = engine.act(database, people, wanted, holds=KnownHolds(), today=TODAY)
    assert (done.erased, done.contacts) == ({"desk.case": 1}, 1)
    assert place.keys("arenden") == {2}
    assert place.keys("kontakter") == {2}
    assert place.read("meddelanden")[3]["brodtext"] == "Hej"
    assert not gather(database, people, BO, holds=KnownHolds(), today=TODAY).hits
    with database.transaction():
        assert not engine.act(database, people, wanted, holds=KnownHolds(), today=TODAY).anything


def test_a_hold_keeps_it(desk: tuple[Place, ForeignDatabase, People]) -> None:
    place, database, people = desk
    holds = KnownHolds(emails=frozenset({BO}))
    with database.transaction():
        engine.act(database, people, engine.Erasure(BO, NOW, ()), holds=holds, today=TODAY)
    assert place.keys("arenden") == {1, 2}
    assert place.keys("kontakter") == {1, 2}


def test_a_contact_stays_while_a_table_of_no_record_kind_names_it(
    desk: tuple[Place, ForeignDatabase, People],
) -> None:
    place, database, _ = desk
    place.run("CREATE TABLE enkater (id integer PRIMARY KEY, kontakt_id integer REFERENCES kontakter (id))")
    place.run("INSERT INTO enkater (id, kontakt_id) VALUES (1, 1)")
    kinds = dict(declaration().kinds)
    for name, kind in kinds.items():
        assert kind.contacts is not None
        more = (*kind.contacts.references, ("enkater", "kontakt_id"))
        kinds[name] = replace(kind, contacts=replace(kind.contacts, references=more))
    people = People(kinds, database.dialect, own=False)
    wanted = engine.Erasure(BO, NOW, ())
    with database.transaction():
        done = engine.act(database, people, wanted, holds=KnownHolds(), today=TODAY)
    assert (done.erased, done.contacts) == ({"desk.case": 1}, 0)
    assert place.keys("kontakter") == {1, 2}
    place.run("DELETE FROM enkater")
    with database.transaction():
        assert engine.act(database, people, wanted, holds=KnownHolds(), today=TODAY).contacts == 1
