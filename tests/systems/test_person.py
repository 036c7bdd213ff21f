"""A person in a foreign database: found, given out, held, erased, and taken up again where a system did not answer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from gallra.ledger.models import Entry
from gallra.rights import breach_affected, breaches
from gallra.rights.errors import Refused
from gallra.rights.models import Affected, BreachStep
from gallra.running import adopting, erasures, extracts, holds, persons, runs
from gallra.running.installed import running
from gallra.running.models import Intent
from tests.conftest import Database
from tests.rights.world import ALVA
from tests.systems.world import DOCS, NOW, Place, Rows, generated

BO = "Bo.Ek@Example.com"
LONG_AGO = datetime(2021, 1, 1)  # noqa: DTZ001 - as that database writes it


@pytest.fixture
def desk(fresh_database: Database, place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("DESK_DATABASE_URL", place.url)
    adopting.adopt(DOCS / "desk.toml", reason="test", now=NOW - timedelta(hours=2))
    place.fill(with_bo(generated(3)))
    return place


def with_bo(rows: Rows) -> Rows:
    """Bo has a case of his own with a message, a quote, and a message in somebody else's case."""
    rows["kontakter"].append(
        {"id": 900, "kundnr": 1, "namn": "Bo Ek", "epost": BO, "telefon": "040-1", "skapad": LONG_AGO}
    )
    rows["kontakter"].append(
        {
            "id": 901,
            "kundnr": 1,
            "namn": "Cleo",
            "epost": "cleo@example.com",
            "telefon": None,
            "skapad": LONG_AGO,
        }
    )
    for number, contact in ((900, 900), (901, 901)):
        rows["arenden"].append({"id": number, "arendenr": f"Ä-{number}", "kundnr": 1, "kontakt_id": contact, "rubrik": "Bos rubrik",  # noqa: E501
                                "beskrivning": "x", "handlaggare": "Alva", "produkt_id": None, "status": "x", "losning": None,  # noqa: E501
                                "skapad": LONG_AGO, "stangd": None, "avbruten": None, "arkiverad": None})  # fmt: skip
        rows["meddelanden"].append({"id": number, "arende_id": number, "kontakt_id": 900, "avsandare": "Alva",
                                    "brodtext": "Hej Bo", "skickat": LONG_AGO})  # fmt: skip
    rows["offerter"].append({"offertnr": "O-900", "kontakt_id": 900, "arende_id": None, "skickad": None, "senast_hord": None,  # noqa: E501
                             "dialog": None, "belopp": 1, "anteckning": "Bo"})  # fmt: skip
    return rows


@pytest.mark.promise("S15", "S20", "M23")
def test_a_person_is_found_given_out_and_erased(desk: Place) -> None:
    before = desk.all()
    found = persons.find(BO, now=NOW).systems["desk"]
    assert found.counts() == {"kontakter": 1, "arenden": 1, "offerter": 1, "meddelanden": 2}
    answer = json.dumps(extracts.answer(BO, now=NOW).data, default=str)
    assert "Bos rubrik" in answer
    assert "cleo@example.com" not in answer
    done = erasures.erase(BO, now=NOW, by="command line")
    assert done.systems["desk"].erased == {"desk.case": 1, "desk.quote": 1}
    assert done.complete
    after = desk.all()
    assert persons.find(BO, now=NOW).systems["desk"].counts() == {}
    assert 900 not in after["arenden"]
    assert 900 not in after["kontakter"]
    assert "O-900" not in after["offerter"]
    assert after["arenden"][901] == before["arenden"][901]
    assert (after["meddelanden"][901]["brodtext"], after["meddelanden"][901]["kontakt_id"]) == (None, None)
    for table in before:
        others = {key: row for key, row in before[table].items() if key not in (900, 901, "O-900")}
        assert {key: after[table][key] for key in others} == others
    actions = list(
        Entry.objects.filter(body__system="desk").order_by("number").values_list("action", flat=True)
    )
    assert actions == ["erasure.intent", "erasure.receipt"]
    assert "example.com" not in json.dumps(list(Entry.objects.values_list("body", flat=True))).lower()
    assert not Intent.objects.exists()


def test_what_is_held_waits_and_goes_when_the_hold_ends(desk: Place) -> None:
    hold = holds.hold_record("desk.case", "Ä-900", ground="tvist", now=NOW, by="command line")
    done = erasures.erase(BO, now=NOW, by="command line")
    assert not done.complete
    assert done.systems["desk"].erased == {"desk.quote": 1}
    assert Intent.objects.get().email == BO.lower()
    runs.sweep(NOW, confirmed=frozenset({"*"}))
    assert 900 in desk.keys("arenden")
    holds.release(hold.pk, now=NOW, by="command line")
    runs.sweep(NOW, confirmed=frozenset({"*"}))
    assert 900 not in desk.keys("arenden")
    assert not Intent.objects.exists()


def test_a_system_that_does_not_answer_is_told_and_taken_up(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL")
    done = erasures.erase(BO, now=NOW, by="command line")
    assert "DESK_DATABASE_URL är inte angiven" in done.unreachable["desk"]
    assert not done.complete
    monkeypatch.setenv("DESK_DATABASE_URL", desk.url)
    runs.sweep(NOW, confirmed=frozenset({"*"}))
    assert 900 not in desk.keys("arenden")
    assert not Intent.objects.exists()


@pytest.mark.promise("M21")
@pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # nothing of it is the server's
@pytest.mark.usefixtures("desk")
def test_a_database_is_not_left_out_while_somebody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    without = DOCS.parents[1] / "policies" / "munkeby-mended.toml"
    monkeypatch.delenv("DESK_DATABASE_URL")
    erasures.erase(BO, now=NOW, by="command line")
    assert adopting.difference(without, now=NOW).owed == {"desk": 1}
    before = running().rules.version
    with pytest.raises(adopting.NotDone, match="--gone desk"):
        adopting.adopt(without, reason="a", now=NOW)
    with pytest.raises(adopting.NotOwed, match="crm"):
        adopting.adopt(without, reason="a", now=NOW, gone=["crm", "desk"])
    assert (running().rules.version, Intent.objects.count()) == (before, 1)
    adopting.adopt(without, reason="a", now=NOW, gone=["desk"])
    assert not Intent.objects.exists()
    assert Entry.objects.filter(action="adoption").latest("number").body["gone"] == {"desk": 1}


@pytest.mark.promise("M21")
def test_a_person_is_corrected(desk: Place) -> None:
    before = desk.all()
    assert persons.plan_correction(BO, {"phone": "040-2"}).contacts == 1
    done = persons.correct(BO, {"phone": "040-2"}, now=NOW, by="command line")
    assert done.elsewhere == {"desk": {"kontakter": 1}}
    after = desk.all()
    assert after["kontakter"][900] == {**before["kontakter"][900], "telefon": "040-2"}
    assert {k: v for k, v in after["kontakter"].items() if k != 900} == {
        k: v for k, v in before["kontakter"].items() if k != 900
    }
    assert Entry.objects.filter(action="correction", body__system="desk").count() == 1


@pytest.mark.promise("M21")
def test_a_correction_that_cannot_be_made_now_is_announced_and_made_in_the_order_of_asking(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    if desk.name == "mariadb":
        pytest.skip("nothing of it is the server's")
    monkeypatch.delenv("DESK_DATABASE_URL")
    for number in ("040-2", "040-3"):
        done = persons.correct(BO, {"phone": number}, now=NOW, by="command line")
        assert "DESK_DATABASE_URL är inte angiven" in done.unreachable["desk"]
    assert Intent.objects.count() == 2
    monkeypatch.setenv("DESK_DATABASE_URL", desk.url)
    persons.correct(BO, {"phone": "040-4"}, now=NOW, by="command line")  # takes up what was asked before it
    assert desk.read("kontakter")[900]["telefon"] == "040-4"
    made = Entry.objects.filter(body__system="desk").order_by("number").values_list("action", flat=True)
    assert list(made) == ["correction.intent"] * 3 + ["correction"] * 3
    assert not Intent.objects.exists()
    desk.run("CREATE UNIQUE INDEX epost_en ON kontakter (epost)")
    refused = persons.correct(BO, {"email": "cleo@example.com"}, now=NOW, by="command line")
    assert "IntegrityError" in refused.unreachable["desk"] or "UniqueViolation" in refused.unreachable["desk"]
    receipt = Entry.objects.filter(action="correction", body__system="desk").order_by("-number")[0]
    assert receipt.body["complete"] is False
    assert not Intent.objects.exists()  # told once, not tried for ever
    assert "040-" not in json.dumps(list(Entry.objects.values_list("body", flat=True)))


@pytest.mark.article("33")
@pytest.mark.promise("S9")
def test_whom_a_breach_concerns_is_found_there_too_or_said_how_to_find_them_by_hand(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = NOW - timedelta(hours=1)
    made = breaches.enter(
        what="En kopia kom bort", known_at=before, by=ALVA, now=NOW, kinds=["desk.case", "desk.quote"]
    )
    counts = breach_affected.look(made.pk, by=ALVA, now=NOW)
    everybody = set(Affected.objects.values_list("address", flat=True))
    own = {row["epost"].lower() for row in desk.read("kontakter").values() if row["epost"]}
    assert {BO.lower(), "cleo@example.com"} <= everybody <= own
    assert counts["desk.quote"] <= counts["desk.case"] == len(everybody)
    assert not breach_affected.not_asked(made)

    monkeypatch.delenv("DESK_DATABASE_URL")
    assert breach_affected.look(made.pk, by=ALVA, now=NOW) == {}
    assert "DESK_DATABASE_URL" in BreachStep.objects.latest("pk").text
    (lacking,) = breach_affected.not_asked(made)
    assert (lacking.system, lacking.kinds) == ("desk", ("desk.case", "desk.quote"))
    with desk.engine.connect() as line:
        listed = {str(row[0]) for text in lacking.statements for row in line.exec_driver_sql(text)}
    assert listed == everybody, "the statements that staff are given list the same people"

    by_hand = {"by": ALVA, "now": NOW, "system": "desk"}
    for wrong, code in (("bo@", "not_an_address"), (BO, "asked_already")):
        with pytest.raises(Refused) as refused:
            breach_affected.list_by_hand(
                made.pk, [wrong], by=ALVA, now=NOW, system="desk" if wrong == "bo@" else "elsewhere"
            )
        assert refused.value.code == code
    assert breach_affected.list_by_hand(made.pk, [BO, "eva@example.com", ""], **by_hand) == 1  # type: ignore[arg-type]
    assert not breach_affected.not_asked(made)
    assert breaches.one(made.pk, NOW).affected == len(everybody) + 1
    told = json.dumps(list(Entry.objects.values_list("body", flat=True)))
    assert "example.com" not in told
