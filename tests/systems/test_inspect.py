"""`gallra inspect` drafts what a person can edit: valid, fitting, personal unless said otherwise, and without
a value."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gallra.systems.sql.drafting import draft
from gallra.systems.sql.personal import by_name, by_values, event_of, is_personal_number, moments_in
from gallra.systems.sql.reading import read_kinds
from gallra.systems.sql.verify import check
from tests.systems.world import Place, generated


def test_the_draft_is_read_and_fits_its_database(place: Place) -> None:
    rows = generated(1)
    place.fill(rows)
    database = place.database()
    text = draft(database, system="desk", variable="DESK_DATABASE_URL", times="Europe/Stockholm")
    declaration = read_kinds(text)
    assert list(check(database, declaration)) == []
    database.close()
    case = declaration.kinds["desk.arenden"]
    assert [part.table.name for part in case.parts] == ["bilagor", "meddelanden"]
    assert {event.name: event.column for event in case.events}["the case was closed"] == "stangd"
    assert case.contacts is not None
    assert (case.contacts.table.name, case.contacts.email) == ("kontakter", "epost")
    assert case.companies is not None
    assert declaration.kept == {"kontakter", "kunder"}
    personal = {f"{t.name}.{c.name}" for t in declaration.tables.values() for c in t.columns if c.personal}
    assert {
        "arenden.rubrik",
        "arenden.losning",
        "arenden.status",
        "bilagor.innehall",
        "kunder.postadress",
    } <= personal
    assert not {"arenden.stangd", "arenden.id", "meddelanden.arende_id"} & personal
    assert "values looked at are e-mail addresses" in text


def test_no_value_is_printed(place: Place) -> None:
    rows = generated(2)
    rows["arenden"][0] |= {"losning": "Ring Bo 040-123456, bo.ek@example.com, 811228-9874"}
    place.fill(rows)
    database = place.database()
    text = draft(database, system="desk", variable="DESK_DATABASE_URL", times="Europe/Stockholm")
    database.close()
    for value in ("Person1", "@Example.com", "@example.com", "Storgatan", "811228", "040-", "Starta om"):
        assert value not in text
    assert re.search(r"losning = .*# 1 of \d+ values looked at mention e-mail addresses", text)


@pytest.mark.parametrize(("name", "why"), [
    ("epost", "an e-mail address"), ("E-post", "an e-mail address"), ("kundEmail", "an e-mail address"), ("Mobilnr", "a telephone number"),  # noqa: E501
    ("förnamn", "a name"), ("last_name", "a name"), ("personnummer", "a personal identity number"), ("Postadress", "an address"),  # noqa: E501
    ("handläggare", "a member of staff"), ("created_by", "a member of staff"), ("födelsedatum", "a date of birth"),
    ("ärendebeskrivning", None), ("antal", None), ("status", None), ("belopp", None), ("IPAdress", "an address of a computer"),  # noqa: E501
])  # fmt: skip
def test_names_in_both_languages(name: str, why: str | None) -> None:
    looks = by_name(name)
    assert (looks.why if looks else None) == (f"its name says {why}" if why else None)


def test_values_are_recognised_and_counted() -> None:
    numbers = ["811228-9874", "198112289874", "811288-9848", "not one"]  # the third is a coordination number
    assert [is_personal_number(text) for text in numbers] == [True, True, True, False]
    looks = by_values(numbers)
    assert looks is not None
    assert (looks.why, looks.sure) == ("3 of 4 values looked at are personal identity numbers", True)
    phones = by_values(["040-680 83 30", "+46 70 123 45 67", "0701234567"])
    assert phones is not None
    assert phones.field == "phone"
    assert by_values(["2024-01-01", "12345", "Ä-00001"]) is None
    assert moments_in(["2024-01-01", "2024-02-30"]) is None
    assert moments_in(["2024-01-01 10:00", "2024-02-28"]) == "timestamp"
    assert event_of("avslutat_datum") == ("closed", "stängdes")


def test_the_command_drafts_and_checks(tmp_path: Path, place: Place) -> None:
    if place.name != "sqlite":
        pytest.skip("once is enough")
    environment = {**os.environ, "DESK_DATABASE_URL": place.url, "LANG": "en_US.UTF-8"}
    file = tmp_path / "desk.kinds.toml"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gallra", "inspect", "DESK_DATABASE_URL", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert run("--out", str(file)).returncode == 0
    done = run("--check", str(file), "--lang", "en")
    assert (done.returncode, done.stdout) == (0, "The file fits the database.\n")
    place.run("ALTER TABLE arenden ADD COLUMN personnummer varchar(13)")
    done = run("--check", str(file), "--lang", "sv")
    assert done.returncode == 1
    assert "kolumnen ”personnummer” är inte deklarerad" in done.stdout
