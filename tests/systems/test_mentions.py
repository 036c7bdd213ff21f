"""Others' free text in another database that mentions a person: found as in our own, decided on, blanked there with a
receipt; a system that does not answer is told and searched again.
"""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from unicodedata import normalize
from unittest.mock import Mock

import pytest
from django.conf import settings

from gallra import naming
from gallra.engine.compile import compiled
from gallra.engine.person.find import Found
from gallra.ledger.models import Entry
from gallra.office.requests.reviewing import review
from gallra.office.requests.showing import Places
from gallra.rights import carrying, deciding, looking, mentions, minding, requests
from gallra.rights.models import Request
from gallra.running import adopting, holds, persons, runs
from gallra.running.models import Intent
from gallra.systems.sql import mentioning
from tests.conftest import Database
from tests.person.test_mentions import says
from tests.systems.test_person import BO, with_bo
from tests.systems.world import DOCS, NOW, Place, Rows, declaration, generated

pytestmark = pytest.mark.promise("S20", "M21")
ALVA = "user 7"
SAID = {
    950: "Bo Ek ringde om det", 951: "EK, BO: 040-12 34 56 7", 952: f"mejl till {BO.upper()}!",
    953: "ring +46 (0)40-1234567",
    954: "boel eken", 955: "Bo. En ek.", 956: "x.bo.ek@example.com", 957: "100 % [rabatt]_! 140-1234567",
    958: "Bo_Ek's",
    959: "Öberg, Åsa", 960: normalize("NFD", "åsa ÖBERGS bil"), 961: "asa oberg", 962: "", 963: "040 12\n34567",
}  # fmt: skip


def rows_of(said: dict[int, str]) -> Rows:
    """Bo as in test_person, and Cleo's case with the texts as messages of her own."""
    rows = with_bo(generated(3, cases=4))
    for row in rows["kontakter"]:
        if row["id"] == 900:
            row["telefon"] = "+46 40 123 45 67"
    for row in rows["arenden"]:
        if row["id"] == 901:
            row["kundnr"] = None  # no agreement that has ended makes it due
    rows["meddelanden"] = [row for row in rows["meddelanden"] if row["id"] != 901]
    for number, text in said.items():
        rows["meddelanden"].append(
            {"id": number, "arende_id": 901, "kontakt_id": 901, "avsandare": "Alva", "brodtext": text,
             "skickat": datetime(2021, 1, 1)}  # noqa: DTZ001 - as that database writes it
        )  # fmt: skip
    return rows


@pytest.fixture
def desk(fresh_database: Database, place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    monkeypatch.setenv("DESK_DATABASE_URL", place.url)
    adopting.adopt(DOCS / "desk.toml", reason="test", now=NOW - timedelta(hours=2))
    place.fill(rows_of(SAID))
    return place


def asked() -> Request:
    """Bo asks for erasure, signed in, and is looked up."""
    made = requests.receive(
        right="erasure", channel="web", address=BO.lower(), signed_in=True, name="Bo Ek", now=NOW
    )
    looking.look_up(made.pk, now=NOW)
    made.refresh_from_db()
    return made


def killed(made: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Carried out as far as what is announced elsewhere."""
    with monkeypatch.context() as at:
        at.setattr(carrying, "_blank_elsewhere", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            carrying.carry_out(made.pk, now=NOW)


def test_a_text_elsewhere_is_found_shown_blanked_and_told(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(desk.database()) as database:
        for names, address in ((["Bo Ek"], BO.lower()), (["Åsa Öberg"], "asa@example.com")):
            known = naming.terms(address, names)
            found = mentioning.search(database, declaration().kinds, Found(), known)
            wanted = {key for key, text in SAID.items() if says(text, names, address)}
            assert {m.key for m in found.texts if m.table == "meddelanden" and m.key >= 950} == wanted, names
            assert not found.more
        for of in mentioning.places(declaration().kinds):
            pattern = mentioning.page(of, ["bo%k@example.com", "b_.ek@example.com", "[b]o.ek@example.com"])
            statement = compiled("page", pattern, database.dialect)
            assert "example" not in statement.text, "nothing of a term stands in the statement"
            assert database.rows(statement) == [], "what LIKE reads as anything is what it is"
    monkeypatch.setattr(mentioning, "BATCH", 2)
    found_there = persons.find(BO, now=NOW, also_mentions=True).mentions or ()
    by_number = {951, 953, 963}
    assert {m.key for m in found_there} == {950, 951, 952, 953, 956, 958, 963}
    assert {(m.kind, m.record, m.table, m.column) for m in found_there} == {
        ("desk.case", 901, "meddelanden", "brodtext")
    }
    before, made = desk.all(), asked()
    assert by_number < {int(row.key) for row in made.mentions.all()}
    reviewed = review(made, Places(), now=NOW)
    assert {(one.row.key, "".join(p.text for p in one.pieces if p.names)) for one in reviewed.mentions} >= {
        ("950", "Bo Ek"), ("953", "+46 (0)40-1234567"),
    }  # fmt: skip
    assert all(one.address.startswith("/office/records/desk.case/") for one in reviewed.mentions)
    for row in made.mentions.all():
        verdict = "leave" if row.key == "958" else "blank"
        assert verdict in mentions.verdicts("erasure", row)
        deciding.decide_mention(made.pk, row.pk, verdict=verdict, reason="hans", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW)
    monkeypatch.delenv("DESK_DATABASE_URL")
    with pytest.raises(carrying.Busy):  # nobody says by what the desk knows the person
        carrying.carry_out(made.pk, now=NOW)
    assert not Intent.objects.exists()
    monkeypatch.setenv("DESK_DATABASE_URL", desk.url)
    hold = (
        holds.hold_person("cleo@example.com", ground="tvist", now=NOW, by=ALVA)
        if desk.name == "sqlite"
        else None
    )
    killed(made, monkeypatch)
    assert Intent.objects.filter(action="blank").count() == 6
    carrying.carry_out(made.pk, now=NOW)
    made.refresh_from_db()
    assert made.state == "answered"
    after = {key: row["brodtext"] for key, row in desk.read("meddelanden").items() if key >= 950}
    if hold is not None:
        assert after == {key: before["meddelanden"][key]["brodtext"] for key in after}, "what is held stays"
    else:
        assert after == SAID | {
            950: "[redacted] ringde om det", 951: "[redacted]: [redacted]", 952: "mejl till [redacted]!",
            953: "ring [redacted]", 956: "x.[redacted]@example.com", 963: "[redacted]",
        }  # fmt: skip
    assert not Intent.objects.exists()
    bodies = list(
        Entry.objects.filter(body__system="desk", action__startswith="blank").values_list("action", "body")
    )
    assert sorted(action for action, _ in bodies) == ["blank"] * 6 + ["blank.intent"] * 6
    assert sum(body["rows"] for action, body in bodies if action == "blank") == (0 if hold else 6)
    assert "bo.ek" not in json.dumps(list(Entry.objects.values_list("body", flat=True))).lower()


def test_what_was_not_searched_is_searched_again_and_a_sweep_takes_up_what_was_announced(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    if desk.name != "sqlite":
        pytest.skip("nothing of it is the server's")
    monkeypatch.delenv("DESK_DATABASE_URL")
    made = asked()
    assert made.result["unsearched"] == ["desk"]
    assert "unreachable" in made.result["not clear"]
    assert not made.mentions.exists()
    assert minding.mind(NOW)["searched"] == 0
    monkeypatch.setenv("DESK_DATABASE_URL", desk.url)
    assert minding.mind(NOW)["searched"] == 1
    made.refresh_from_db()
    assert "unsearched" not in made.result
    assert "mention" in made.result["not clear"]
    assert made.mentions.count() == 7
    for row in made.mentions.all():
        deciding.decide_mention(made.pk, row.pk, verdict="blank", reason="hans", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW)
    killed(made, monkeypatch)
    desk.run(
        "CREATE TRIGGER no BEFORE UPDATE ON meddelanden WHEN old.id = 950 BEGIN SELECT raise(ABORT, 'no'); END"
    )
    runs.sweep(NOW, confirmed=frozenset({"*"}))
    assert not Intent.objects.exists()
    assert desk.read("meddelanden")[953]["brodtext"] == "ring [redacted]"
    assert desk.read("meddelanden")[950]["brodtext"] == SAID[950]
    carrying.carry_out(made.pk, now=NOW)
    made.refresh_from_db()
    assert made.state == "answered"
