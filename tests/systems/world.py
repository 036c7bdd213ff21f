"""A foreign support database with rows of a generator, and what must happen to each, in plain Python: the oracle knows
no SQL and none of the engine."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from gallra.systems.sql.database import ForeignDatabase, dialect_name, opened
from gallra.systems.sql.reading import Declaration, read_kinds
from tests.engine.oracle import plus

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "systems"
ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
DAY = NOW.astimezone(ZONE).date()
TABLES = ("kunder", "kontakter", "produkter", "arenden", "meddelanden", "bilagor", "offerter")
KEYS = {"kunder": "kundnr", "offerter": "offertnr"}
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Place:
    """One foreign database: its address, and plain access that goes by none of our code."""

    url: str
    name: str
    engine: Any = field(init=False)

    def __post_init__(self) -> None:
        self.engine = create_engine(self.url, poolclass=NullPool)

    def create(self) -> None:
        script = (HERE / "foreign" / f"{self.name}.sql").read_text("utf-8")
        lines = [line for line in script.splitlines() if not line.startswith("--")]
        with self.engine.begin() as connection:
            for statement in "\n".join(lines).split(";"):
                if statement.strip():
                    connection.execute(text(statement))

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def fill(self, rows: Rows) -> None:
        with self.engine.begin() as connection:
            for table in TABLES:
                for row in rows.get(table, ()):
                    names = ", ".join(row)
                    binds = ", ".join(f":{name}" for name in row)
                    values = {name: self._there(value) for name, value in row.items()}
                    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({binds})"), values)

    def _there(self, value: Any) -> Any:
        """SQLite keeps texts, in whatever form their writer chose."""
        if self.name == "sqlite" and isinstance(value, datetime):
            return value.isoformat("T" if value.microsecond % 2 else " ")
        if self.name == "sqlite" and isinstance(value, date):
            return value.isoformat()
        return value

    def read(self, table: str) -> dict[Any, dict[str, Any]]:
        with self.engine.connect() as connection:
            found = connection.execute(text(f"SELECT * FROM {table}")).mappings().all()
        return {row[KEYS.get(table, "id")]: dict(row) for row in found}

    def keys(self, table: str) -> set[Any]:
        return set(self.read(table))

    def all(self) -> dict[str, dict[Any, dict[str, Any]]]:
        return {table: self.read(table) for table in TABLES}

    def database(self) -> ForeignDatabase:
        """The same through our executor."""
        return opened(make_url(self.url), system="desk", zone=ZONE, check_host=lambda host: None)


def declaration() -> Declaration:
    """The worked example of docs/systems/sql.md."""
    return read_kinds(DOCS / "desk.kinds.toml")


def name_of(url: str) -> str:
    name = dialect_name(make_url(url))
    assert name is not None
    return name


def generated(seed: int, cases: int = 60) -> Rows:
    """Rows around every cut-off: midnights, month ends, missing dates, open agreements, people shared and alone."""
    dice = random.Random(seed)
    edges = [datetime(2026, 8, 22, 23, 59, 59), datetime(2026, 8, 22), datetime(2026, 8, 23), datetime(2026, 8, 23, 0, 0, 1),  # noqa: DTZ001, E501
             datetime(2026, 3, 29, 2, 30), datetime(2025, 10, 26, 2, 30), datetime(2024, 2, 29, 12)]  # fmt: skip  # noqa: DTZ001
    ends = [
        None,
        date(2023, 11, 22),
        date(2023, 11, 23),
        date(2023, 11, 21),
        date(2020, 2, 29),
        date(2026, 6, 1),
    ]
    rows: Rows = {table: [] for table in TABLES}
    rows["produkter"] = [{"id": 1, "namn": "Lön"}, {"id": 2, "namn": "Faktura"}]
    for n in range(1, 13):
        rows["kunder"].append({"kundnr": n, "namn": f"Företag {n} AB", "orgnr": f"556000-{n:04}", "postadress": "Storgatan 1",  # noqa: E501
                               "ort": "Malmö", "antal_avtal": dice.choice([0, 0, 1]), "avtal_upphort": dice.choice(ends)})  # fmt: skip  # noqa: E501
    for n in range(1, 26):
        rows["kontakter"].append({"id": n, "kundnr": dice.choice([None, *range(1, 13)]), "namn": f"Person {n}",
                                  "epost": f"Person{n}@Example.com", "telefon": None, "skapad": datetime(2020, 1, 1)})  # fmt: skip  # noqa: DTZ001, E501

    def moment() -> datetime | None:
        if dice.random() < 0.25:
            return None
        if dice.random() < 0.4:
            return dice.choice(edges)
        return datetime(2022, 1, 1) + timedelta(seconds=dice.randrange(154_000_000))  # noqa: DTZ001

    message = attachment = 0
    for n in range(1, cases + 1):
        rows["arenden"].append({
            "id": n, "arendenr": f"Ä-{n:05}", "kundnr": dice.choice([None, *range(1, 13)]),
            "kontakt_id": dice.choice([None, *range(1, 26)]), "rubrik": f"Rubrik {n}", "beskrivning": f"Hjälp {n}",
            "handlaggare": "Alva", "produkt_id": dice.choice([None, 1, 2]), "status": "x", "losning": "Starta om",
            "skapad": datetime(2021, 1, 1), "stangd": moment(), "avbruten": moment() if dice.random() < 0.2 else None,  # noqa: DTZ001
            "arkiverad": datetime(2026, 1, 1) if dice.random() < 0.1 else None,  # noqa: DTZ001
        })  # fmt: skip
        for _ in range(dice.randrange(3)):
            message += 1
            rows["meddelanden"].append({"id": message, "arende_id": n, "kontakt_id": dice.choice([None, *range(1, 26)]),
                                        "avsandare": "Alva", "brodtext": f"Hej {n}", "skickat": datetime(2022, 1, 1)})  # fmt: skip  # noqa: DTZ001, E501
            if dice.random() < 0.5:
                attachment += 1
                rows["bilagor"].append(
                    {"id": attachment, "meddelande_id": message, "filnamn": "a.pdf", "innehall": b"%PDF"}
                )
    for n in range(1, 31):
        rows["offerter"].append({
            "offertnr": f"O-{n:03}", "kontakt_id": dice.choice([None, *range(1, 26)]),
            "arende_id": dice.choice([None, dice.randrange(1, cases + 1)]),
            "skickad": dice.choice([None, date(2025, 11, 22), date(2025, 11, 23), date(2024, 5, 31), date(2023, 11, 22), date(2023, 11, 23), date(2026, 9, 1)]),  # noqa: E501
            "senast_hord": dice.choice([None, date(2024, 11, 22), date(2024, 11, 23), date(2022, 1, 1)]),
            "dialog": dice.choice([None, True, False]), "belopp": 100, "anteckning": "ring",
        })  # fmt: skip
    return rows


@dataclass(frozen=True)
class Held:
    """What is held: records by kind and key, people by address."""

    cases: frozenset[int] = frozenset()
    quotes: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()


def fates(rows: Rows, day: date, held: Held = Held()) -> dict[str, dict[Any, str]]:
    """ "erase", "archive" or "stay" for every case and quote."""
    firms = {row["kundnr"]: row for row in rows["kunder"]}
    people = {row["id"]: row["epost"].lower() for row in rows["kontakter"]}
    found: dict[str, dict[Any, str]] = {"arenden": {}, "offerter": {}}
    for row in rows["arenden"]:
        writers = {m["kontakt_id"] for m in rows["meddelanden"] if m["arende_id"] == row["id"]}
        concerned = {people[c] for c in writers | {row["kontakt_id"]} if c is not None}
        if row["id"] in held.cases or concerned & held.emails:
            found["arenden"][row["id"]] = "stay"
            continue
        firm = firms.get(row["kundnr"])
        ended = firm["avtal_upphort"] if firm and firm["antal_avtal"] == 0 else None
        closed = row["stangd"] if row["stangd"] is not None else row["avbruten"]
        if row["arkiverad"] is None and _past(ended, 36, day):
            verb = "erase"
        elif row["arkiverad"] is None and _past(closed.date() if closed else None, 3, day):
            verb = "archive"
        else:
            verb = "stay"
        found["arenden"][row["id"]] = verb
    for row in rows["offerter"]:
        if row["dialog"] is True:
            gone = _past(row["senast_hord"], 24, day) or _past(row["skickad"], 36, day)
        else:
            gone = _past(row["skickad"], 12, day)
        person = people.get(row["kontakt_id"])
        kept = row["offertnr"] in held.quotes or person in held.emails
        found["offerter"][row["offertnr"]] = "erase" if gone and not kept else "stay"
    return found


def _past(since: date | None, months: int, day: date) -> bool:
    return since is not None and plus(since, months, 0) <= day


def of(fate: dict[Any, str], verb: str) -> set[Any]:
    return {key for key, each in fate.items() if each == verb}


def orphans(
    before: Rows, after: dict[str, dict[Any, dict[str, Any]]], gone: Iterable[tuple[str, Any]]
) -> set[int]:
    """Contacts that lost a record or part and that nothing refers to any more."""
    lost: set[int] = set()
    for table, key in gone:
        name = KEYS.get(table, "id")
        lost |= {
            row["kontakt_id"] for row in before[table] if row[name] == key and row["kontakt_id"] is not None
        }
    there = {
        row["kontakt_id"] for table in ("arenden", "meddelanden", "offerter") for row in after[table].values()
    }
    return lost - there
