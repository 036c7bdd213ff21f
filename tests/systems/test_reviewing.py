"""Reviews of records in another database (M17, M18): decided there where the declaration has columns for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation

from gallra.ledger.commitments import matches
from gallra.ledger.models import Entry
from gallra.policy import PolicyMistakes
from gallra.registers.errors import Refused
from gallra.running import adopting, asking, extracts, holds, reviewing, runs
from gallra.running.models import Decision as Reason
from gallra.running.models import Intent
from gallra.running.reviewing import Decision, NotReviewed
from gallra.systems.sql.reading import read_kinds
from tests.conftest import Database
from tests.systems.world import DAY, DOCS, NOW, Place, generated

pytestmark = pytest.mark.promise("M17", "M18")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


REVIEW = """
[[review]]
records = ["desk.quote"]
after = "the quote was sent"
every = "12 months"
promises = ["M18"]
"""
COLUMNS = """
utvarderad = { title = { sv = "utvärderad", en = "reviewed" }, type = "date", impersonal = true }
ska_bort = { title = { sv = "ska bort", en = "to be erased" }, type = "boolean", impersonal = true }
"""
REASON = "Bo Ek har hört av sig"


NAMED = 'reviewed = "utvarderad"\ndecided = "ska_bort"'


def reviewed_policy() -> str:
    """The example's policy, with a review of quotes instead of their periods."""
    pieces = (DOCS / "desk.toml").read_text("utf-8").split("[[retention]]")
    kept = [piece for piece in pieces if "desk.quote" not in piece or "[controller]" in piece]
    return "[[retention]]".join(kept) + REVIEW + "\n" + pieces[-1][pieces[-1].index("[routine]") :]


def reviewed_kinds(named: str = NAMED) -> str:
    """The example's declaration, with columns for it."""
    kinds = (DOCS / "desk.kinds.toml").read_text("utf-8")
    return kinds.replace("[kind.desk.quote]", f"[kind.desk.quote]\n{named}").rstrip() + COLUMNS


def with_review(folder: Path, place: Place | None, *, named: str = NAMED) -> Path:
    """Both in a folder, and the columns in the database."""
    if place is not None:
        day = "TEXT" if place.name == "sqlite" else "date"
        place.run(f"ALTER TABLE offerter ADD COLUMN utvarderad {day}")
        place.run("ALTER TABLE offerter ADD COLUMN ska_bort boolean")
    (folder / "desk.toml").write_text(reviewed_policy(), "utf-8")
    (folder / "desk.kinds.toml").write_text(reviewed_kinds(named), "utf-8")
    return folder / "desk.toml"


@pytest.fixture
def desk(fresh_database: Database, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("DESK_DATABASE_URL", place.url)
    adopting.adopt(with_review(tmp_path, place), reason="test", now=NOW - timedelta(hours=2))
    rows = generated(3, cases=4)
    for row in rows["offerter"]:
        row |= {"arende_id": None, "skickad": DAY - timedelta(days=400)}
    place.fill(rows)
    return place


def test_a_decision_is_written_there_and_its_reason_here(desk: Place) -> None:
    waiting = reviewing.waiting(NOW).waiting
    assert {one.key for one in waiting} == set(desk.read("offerter"))
    meant = reviewing.means("desk.quote", "O-001", decision="keep", now=NOW)
    assert str(meant.next) == "2027-11-22"
    kept = reviewing.decide("desk.quote", "O-001", decision="keep", reason=REASON, by="säljchefen", now=NOW)
    assert kept.next == meant.next
    row = desk.read("offerter")["O-001"]
    assert (str(row["utvarderad"]), bool(row["ska_bort"])) == ("2026-11-22", False)
    assert "O-001" not in {one.key for one in reviewing.waiting(NOW).waiting}
    assert "O-001" in {one.key for one in reviewing.waiting(NOW + timedelta(days=366)).waiting}
    erased = reviewing.decide(
        "desk.quote", "O-002", decision="erase", reason=REASON, by="säljchefen", now=NOW
    )
    with pytest.raises(Refused):
        reviewing.means("desk.quote", "O-002", decision="erase", now=NOW)
    reviewing.decide("desk.quote", "O-003", decision="erase", reason=REASON, by="säljchefen", now=NOW)
    reviewing.decide("desk.quote", "O-003", decision="keep", reason="ändrat", by="säljchefen", now=NOW)
    reviewing.decide("desk.quote", "O-004", decision="erase", reason=REASON, by="säljchefen", now=NOW)
    holds.hold_record("desk.quote", "O-004", ground="tvist", now=NOW, by="command line")
    before = set(desk.read("offerter"))
    runs.sweep(NOW, confirmed=frozenset({"*"}))
    assert before - set(desk.read("offerter")) == {"O-002"}
    entry, reason = Entry.objects.get(number=erased.entry), Reason.objects.get(key="O-001")
    assert (entry.action, entry.body["decision"], entry.body["system"]) == ("review", "erase", "desk")
    kept_entry = Entry.objects.get(number=kept.entry)
    assert matches(kept_entry.body["reason"], REASON, salt=bytes(reason.salt))
    assert not Reason.objects.filter(key="O-002").exists()  # the reason goes with the record
    whose = desk.read("kontakter")[desk.read("offerter")["O-001"]["kontakt_id"]]["epost"]
    given = extracts.answer(whose, now=NOW).data
    [record] = [each for each in given["records"] if each["key"] == "O-001"]
    assert [row["reason"] for part in record["parts"] for row in part["rows"]] == [REASON]  # theirs to read
    assert given["kinds"]["desk.quote"]["columns"]["running_decision"]["reason"]["sv"] == "skäl"
    told = json.dumps(list(Entry.objects.values_list("body", flat=True)))
    assert "O-00" not in told
    assert "Bo" not in told
    assert not Intent.objects.exists()
    with pytest.raises(NotReviewed, match="was erased on"):
        reviewing.means("desk.quote", "O-002", decision="keep", now=NOW)
    assert asking.why("desk.quote", "O-002", now=NOW).state == "erased"


def test_a_decision_that_has_no_column_is_refused_and_says_what_to_write(desk: Place, tmp_path: Path) -> None:
    only_day = 'reviewed = "utvarderad"'
    cases: list[tuple[str, Decision, str]] = [(only_day, "erase", "decided"), ("", "keep", "reviewed")]
    for named, decision, missing in cases:
        adopting.adopt(with_review(tmp_path, None, named=named), reason="test", now=NOW - timedelta(hours=1))
        with pytest.raises(NotReviewed, match=rf'write {missing} = "COLUMN" under \[kind.desk.quote\]'):
            reviewing.decide(
                "desk.quote", "O-001", decision=decision, reason=REASON, by="säljchefen", now=NOW
            )
    assert not Entry.objects.filter(action__startswith="review").exists()
    reviewed = desk.read("offerter")["O-001"]["utvarderad"]
    assert reviewed is None


def test_columns_that_cannot_hold_a_decision_are_mistakes(tmp_path: Path) -> None:
    with_review(tmp_path, None, named='reviewed = "belopp"\ndecided = "anteckning"')
    with pytest.raises(PolicyMistakes) as wrong:
        read_kinds(tmp_path / "desk.kinds.toml")
    told = str(wrong.value)
    assert '"belopp" must be a date or a timestamp' in told
    assert '"anteckning" must be impersonal' in told
    assert '"anteckning" must be a date, a timestamp or a boolean' in told
