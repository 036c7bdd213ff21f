"""A declaration is held against its database before anything runs."""

from __future__ import annotations

import pytest

from gallra.systems.sql.reading import read_kinds
from gallra.systems.sql.verify import NotVerified, check, verified
from tests.systems.world import DOCS, Place, declaration


def codes(place: Place, old: str = "", new: str = "") -> list[tuple[str, str]]:
    text = (DOCS / "desk.kinds.toml").read_text("utf-8")
    assert old in text
    database = place.database()
    try:
        return [
            (fault.code, fault.sentence.en) for fault in check(database, read_kinds(text.replace(old, new)))
        ]
    finally:
        database.close()


def test_the_example_fits_and_what_does_not_is_told_whole(place: Place) -> None:
    database = place.database()
    assert list(check(database, declaration())) == []
    verified(database, declaration())  # raises nothing
    place.run("ALTER TABLE arenden ADD COLUMN personnummer varchar(13)")
    place.run("ALTER TABLE kontakter ADD COLUMN mobil varchar(20)")
    with pytest.raises(NotVerified) as stopped:
        verified(database, declaration())
    database.close()
    assert [(fault.code, fault.place) for fault in stopped.value.faults] == [
        ("undeclared column", "table.kontakter"), ("undeclared column", "table.arenden"),
    ]  # fmt: skip
    told = stopped.value.told("sv").splitlines()
    assert ["mobil" in told[0], "personnummer" in told[1]] == [True, True]


def test_a_missing_column_is_named_with_the_nearest(place: Place) -> None:
    found = codes(place, "losning = {", "losningen = {")
    assert ("missing column", '"losningen" is not a column there; did you mean "losning"?') in found


def test_an_undeclared_child_and_a_cascade_are_faults(place: Place) -> None:
    place.run("CREATE TABLE taggar (id int PRIMARY KEY, arende_id int REFERENCES arenden (id))")
    assert [code for code, _ in codes(place)] == ["undeclared child"]
    place.run("DROP TABLE taggar")
    found = codes(place, 'parent = "arende_id"', 'parent = "kontakt_id"')
    assert "cascade" in [code for code, _ in found]


def test_an_undeclared_column_is_a_fault(place: Place) -> None:
    place.run("ALTER TABLE arenden ADD COLUMN personnummer varchar(13)")
    assert [code for code, _ in codes(place)] == ["undeclared column"]


def test_a_key_must_be_unique(place: Place) -> None:
    assert "key not unique" in [
        c
        for c, _ in codes(
            place, "[table.kontakter.column]", '[table.kontakter]\nkey = "namn"\n[table.kontakter.column]'
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (
            'rubrik = { title = { sv = "rubrik", en = "subject" }, holds = ["case description"], nullable = false }',
            'rubrik = { title = { sv = "rubrik", en = "subject" }, holds = ["case description"] }',
            "not nullable",
        ),
        (
            'arendenr = { title = { sv = "ärendenummer", en = "case number" }, impersonal = true, nullable = false }',
            'arendenr = { title = { sv = "ärendenummer", en = "case number" }, type = "timestamp", impersonal = true }',
            "other type",
        ),
        (
            'kundnr = { title = { sv = "företag", en = "company" }, type = "integer", references = "kunder" }\nkontakt_id',  # noqa: E501
            'kundnr = { title = { sv = "företag", en = "company" }, type = "integer" }\nkontakt_id',
            "other reference",
        ),
        ('expression = "coalesce(stangd, avbruten)"', 'expression = "coalesce(stangd, avbrutet)"', "refused"),
    ],
)
def test_what_does_not_fit_is_said(place: Place, old: str, new: str, code: str) -> None:
    text = (DOCS / "desk.kinds.toml").read_text("utf-8")
    if code == "other reference":
        text = (
            text.replace('company = "kundnr"\nnumber', "number")
            .replace('over = ["kundnr"]\nblocked_by = "antal_avtal"\n', "")
            .replace('column = "avtal_upphort"', 'column = "skapad"')
        )
    if code == "other type":
        text = text.replace('labels = ["arendenr", "status"]\n', "")
    if code == "other type" and place.name == "sqlite":
        pytest.skip("SQLite keeps moments as text")
    assert old in text
    database = place.database()
    assert code in [fault.code for fault in check(database, read_kinds(text.replace(old, new)))]
    database.close()
