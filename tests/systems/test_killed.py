"""A sweep, a correction and a decision that are killed anywhere reach the same end, with each receipt once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gallra.ledger.models import Entry
from gallra.running import adopting, runs, steps
from gallra.running.models import Adoption, Decision, Intent
from tests.conftest import Database
from tests.forking import End, Forker
from tests.systems import killing
from tests.systems.world import DAY, DOCS, NOW, Place, generated
from tests.waiting import until_locks_are_gone

ALL = frozenset({"*", "clock"})
CRUCIAL = {"intent", "after intent", "commit", "after receipt", "receipt", "decide"}
CHANGES = {"delete", "blank", "settle", "correct"}
SIZE = 4


@pytest.fixture
def desk(
    fresh_database: Database, place: Place, forker: Forker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Desk:
    """The example's policy runs, but no purpose names addresses and telephone numbers any more."""
    monkeypatch.setenv("DESK_DATABASE_URL", place.url)
    monkeypatch.setattr(steps, "STEPS", (steps.other_databases,))
    adopting.adopt(without_phone(tmp_path), reason="test", now=NOW - timedelta(hours=2))
    return Desk(place, forker, fresh_database)


def without_phone(folder: Path) -> Path:
    """The example's policy in a folder, with two fields fewer."""
    (folder / "desk.kinds.toml").write_text((DOCS / "desk.kinds.toml").read_text("utf-8"), "utf-8")
    (folder / "desk.toml").write_text(fewer_fields(), "utf-8")
    return folder / "desk.toml"


def fewer_fields() -> str:
    text = (DOCS / "desk.toml").read_text("utf-8")
    found = text.replace('"address", "town", "email", "phone"', '"town", "email"')
    assert found != text
    return found


class Desk:
    """The foreign database, and what kills work in it."""

    def __init__(self, place: Place, forker: Forker, database: Database) -> None:
        self.place, self._forker, self._database = place, forker, database

    def killed(self, work: Callable[..., str], *arguments: object, at: int) -> End:
        environment = {**self._database.environment, "DESK_DATABASE_URL": self.place.url}
        end = self._forker.do(work, at, *arguments, environment=environment)
        until_locks_are_gone()
        return end

    def steps(self, work: Callable[..., str], *arguments: object) -> list[str]:
        """The names of all steps, of work that is not killed."""
        return self.killed(work, *arguments, at=0).said.split("\n")

    def emptied(self) -> None:
        with self.place.engine.begin() as connection:
            for table in (
                "bilagor",
                "meddelanden",
                "offerter",
                "arenden",
                "kontakter",
                "kunder",
                "produkter",
            ):
                connection.execute(text(f"DELETE FROM {table}"))


def worth(names: list[str], place: Place) -> list[int]:
    """The first of each step that something hangs on, by number. Which of our statements was the last before a kill is
    one database's business as much as the next one's: SQLite is killed at each change, the others around commits."""
    first = {name: number for number, name in reversed(list(enumerate(names, 1)))}
    each = place.name == "sqlite"
    return sorted(
        number for name, number in first.items() if name in CRUCIAL or (each and name.split()[0] in CHANGES)
    )


@pytest.mark.slow
@pytest.mark.promise("M16", "S14", "M5")
def test_a_sweep_killed_between_any_two_steps_ends_the_same(desk: Desk) -> None:
    rows = generated(5, cases=14)
    for number, row in enumerate(rows["kontakter"]):
        row["telefon"] = f"040-{number}"
    desk.place.fill(rows)
    names = desk.steps(killing.sweep, SIZE)
    after = desk.place.all()
    assert {row["telefon"] for row in after["kontakter"].values()} == {None}
    counts = receipts(0)
    for at in worth(names, desk.place):
        number = Entry.objects.order_by("-number").values_list("number", flat=True)[0]
        desk.emptied()
        desk.place.fill(rows)
        Adoption.objects.update(blanked_at=None)
        assert desk.killed(killing.sweep, SIZE, at=at).killed, names[at - 1]
        result = runs.sweep(NOW, confirmed=ALL, size=SIZE)
        assert result.outcome == "finished", (names[at - 1], result.reason)
        assert desk.place.all() == after, names[at - 1]
        assert receipts(number) == counts, names[at - 1]
        assert not Intent.objects.exists()


def receipts(since: int) -> dict[str, int]:
    """What the receipts since that entry say went, by rule; each of them once, and each announced."""
    entries = list(Entry.objects.filter(number__gt=since, body__system="desk"))
    each = Counter((e.run, e.rule, e.batch, e.action) for e in entries)
    assert set(each.values()) == {1}
    announced = [key[:3] for key in each if key[3].endswith(".intent")]
    assert sorted(map(str, announced)) == sorted(
        str(key[:3]) for key in each if not key[3].endswith(".intent")
    )
    found: Counter[str] = Counter()
    for entry in entries:
        if not entry.action.endswith(".intent"):
            body: dict[str, Any] = entry.body
            counted = {**body.get("blanked", {}), **body.get("parts", {}), "records": body.get("records", 0)}
            found += Counter({f"{entry.rule} {k}": v for k, v in counted.items() if k != "kontakter"})
    return dict(found)


@pytest.mark.slow
@pytest.mark.promise("M21")
def test_a_correction_killed_between_any_two_steps_is_made_once(desk: Desk) -> None:
    rows = generated(5, cases=2)
    desk.place.fill(rows)
    correction = ("person3@example.com", "email", "bo@example.com")
    names = desk.steps(killing.correct, *correction)
    assert {"intent", "commit", "receipt", "correct kontakter"} <= set(names)
    for at in worth(names, desk.place):
        number = Entry.objects.order_by("-number").values_list("number", flat=True)[0]
        desk.place.run("UPDATE kontakter SET epost = 'Person3@Example.com' WHERE id = 3")
        assert desk.killed(killing.correct, *correction, at=at).killed, names[at - 1]
        runs.sweep(NOW, confirmed=ALL, size=1000)
        said = [e for e in Entry.objects.filter(number__gt=number) if e.body.get("system") == "desk"]
        if names[at - 1] in ("intent", "after intent"):  # announced with what is done here, or not at all
            assert [e.action for e in said if "correction" in e.action] == []
            assert desk.place.read("kontakter")[3]["epost"] == "Person3@Example.com"
            continue
        assert desk.place.read("kontakter")[3]["epost"] == "bo@example.com", names[at - 1]
        assert [e.action for e in said if "correction" in e.action] == ["correction.intent", "correction"]
        assert [e.body["rows"] for e in said if e.action == "correction"] == [{"kontakter": 1}], names[at - 1]
        assert not Intent.objects.exists()


@pytest.mark.slow
@pytest.mark.promise("M18")
def test_a_decision_killed_between_any_two_steps_is_written_once(
    desk: Desk, fresh_database: Database, tmp_path: Path
) -> None:
    from tests.systems.test_reviewing import with_review

    adopting.adopt(with_review(tmp_path, desk.place), reason="test", now=NOW - timedelta(hours=1))
    quote = {"kontakt_id": None, "arende_id": None, "skickad": DAY - timedelta(days=20)}
    desk.place.fill({"offerter": [{**generated(5)["offerter"][0], **quote}]})
    decision = ("desk.quote", "O-001", "keep")
    names = desk.steps(killing.decide, *decision)
    assert {"intent", "commit", "receipt", "decide"} <= set(names)
    for at in worth(names, desk.place):
        desk.place.run("UPDATE offerter SET utvarderad = NULL")
        Decision.objects.all().delete()
        number = Entry.objects.order_by("-number").values_list("number", flat=True)[0]
        assert desk.killed(killing.decide, *decision, at=at).killed, names[at - 1]
        runs.sweep(NOW, confirmed=ALL, size=1000)
        said = [e.action for e in Entry.objects.filter(number__gt=number) if e.body.get("system") == "desk"]
        if names[at - 1] == "intent":
            assert said == []
            continue
        assert said == ["review.intent", "review"], names[at - 1]
        assert desk.place.read("offerter")["O-001"]["utvarderad"] is not None
        assert Decision.objects.count() == 1
        assert not Intent.objects.exists()
