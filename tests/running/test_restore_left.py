"""What a restore leaves to a person is said by name, until somebody has seen to it; and the list misses nothing,
wherever a process dies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation
from typer.testing import CliRunner

from gallra.cli import app
from gallra.ledger.append import append
from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.models import Entry
from gallra.registers.finance import actions as finance
from gallra.registers.finance.models import Counter, Invoice
from gallra.registers.given import Firm, Origin
from gallra.running import again, announced, holds, marks, persons, replay, restoring, unsettled
from gallra.running.behind import behind
from gallra.running.models import Hold, Intent
from tests.conftest import Database
from tests.person.conftest import POLICY
from tests.running.test_restore import backup, copied
from tests.running.world import NIGHT, adopted, contact

BY, BO, CLEO, DAN = "command line", "bo@kund.example", "cleo@annan.example", "dan@kund.example"
LINE = finance.NewLine(text="Underhåll", unit_price=Decimal(100))


def booked() -> int:
    made = finance.issue_invoice(
        Firm(name="Exempel AB"), lines=[LINE], issued_on=date(2026, 11, 1), due_on=date(2026, 12, 1),
        origin=Origin(where="order"), actor="system", now=NIGHT,
    )  # fmt: skip
    assert made.number is not None
    return int(made.number)


@contextmanager
def killed_after_commit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the process died each time before the second line, which says that it has committed."""
    add = replay._add
    with monkeypatch.context() as patch:
        patch.setattr(
            replay,
            "_add",
            lambda line, **rest: None if line.startswith(b'{"committed"') else add(line, **rest),
        )
        yield


def unsure() -> list[int]:
    return [line.number for line in replay.lines() if line.transaction]


def test_an_intent_that_a_crash_or_a_rollback_left_is_settled_by_the_database(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted(POLICY)
    with killed_after_commit(monkeypatch):
        holds.hold_person(BO, ground="Tvist", now=NIGHT, by=BY)
    with transaction.atomic():
        holds.hold_person(CLEO, ground="Tvist", now=NIGHT, by=BY)
        [kept, under_way] = unsure()
        replay.reconcile()
        assert unsure() == [under_way], "what is under way is left alone"
        transaction.set_rollback(True)
    assert unsure() == [under_way]
    assert not behind()
    replay.reconcile()
    assert [line.number for line in replay.lines()] == [kept]
    assert unsure() == []
    assert Hold.objects.get().email == BO


def test_what_cannot_be_written_down_is_not_done(
    db: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A number that a restore would give again is not given; a decision that a restore would undo is not made."""
    monkeypatch.setenv("GALLRA_LEDGER_FOLDER", str(tmp_path))
    adopted(POLICY)
    first = booked()
    for name in ("replay", "numbers"):
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).mkdir()
    with translation.override("en"):
        with pytest.raises(marks.NotGiven, match="nothing was booked"), transaction.atomic():
            booked()
        with pytest.raises(replay.NotNoted, match="not done"), transaction.atomic():
            holds.hold_person(BO, ground="Tvist", now=NIGHT, by=BY)
    assert Invoice.objects.count() == 1
    assert not Hold.objects.exists()
    for name in ("replay", "numbers"):
        (tmp_path / name).rmdir()
    assert booked() == first + 1, "gapless"


def test_what_is_left_to_a_person_is_said_by_name(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted(POLICY)
    contact(CLEO)
    older = holds.hold_person(CLEO, ground="Revision", now=NIGHT, by=BY)
    number = booked()
    marks.keep()
    make_checkpoint(NIGHT - timedelta(days=1))
    with backup(fresh_database) as kept:
        correction = persons.correct(CLEO, {"phone": "08-123 45 67"}, now=NIGHT, by=BY).receipt
        holds.hold_person(DAN, ground="Tvist", now=NIGHT, by=BY)
        unlisted = replay.lines()[-1].number
        with transaction.atomic():
            body = {"request": 7, "event": "received", "right": "erasure", "channel": "letter"}
            asked = append(action="request", body=body, now=NIGHT)
        make_checkpoint(NIGHT)
        given = [booked(), booked()]
        with killed_after_commit(monkeypatch):
            holds.hold_person(BO, ground="Tvist", now=NIGHT, by=BY)
            holds.release(older.pk, now=NIGHT, by=BY)
        [protecting, released] = unsure()
        copied(kept, fresh_database.name)
    lines = replay.path().read_bytes().split(b"\n")
    entry = b'"number":%d,' % unlisted
    replay.path().write_bytes(
        b"\n".join(line for line in lines if entry not in line)
    )  # as if older than the list

    def never(line: replay.Line, **_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(persons, "correct_again", never)
    assert behind()
    missing = restoring.look()
    assert (set(missing.unlisted), set(missing.unsure)) == ({unlisted, asked}, {released})
    with translation.override("en"), pytest.raises(restoring.CannotRestore, match=f"{correction}.*--skip"):
        restoring.restore(NIGHT)
    assert behind(), "it is not done before that is settled"
    done = restoring.restore(NIGHT, skip=frozenset({correction}))
    assert (done.skipped, done.unlisted, done.unsure) == ((correction,), (unlisted, asked), (released,))
    assert done.lost == {"invoice": (number + 1, number + 2)}
    assert given == [number + 1, number + 2]
    assert set(Hold.objects.filter(released_at=None).values_list("email", flat=True)) == {CLEO, BO}
    assert Entry.objects.filter(number=protecting).exists()
    assert booked() == number + 3, "no number is given twice"
    told = Entry.objects.get(action="restore")
    left = {
        "skipped": [correction],
        "unlisted": [unlisted, asked],
        "unsure": [released],
        "lost": {"invoice": 2},
    }
    assert {name: told.body.get(name) for name in left} == left
    assert "correction" not in told.body["replayed"]
    _settled_by_hand({correction, unlisted, asked, released, told.number})


def _settled_by_hand(wanted: set[int]) -> None:
    """The board says so, and nobody's name, until it is written down that somebody has seen to it."""
    found = unsettled.findings()
    assert {int(each.place.split()[-1]) for each in found} == wanted
    said = " ".join(each.sentence.sv + each.mend.en for each in found)
    assert "hold.released hold" in said
    assert "gallra correct" in said
    assert "request erasure received request 7" in said
    assert all(word not in said for word in (BO, CLEO, DAN))
    with translation.override("en"), pytest.raises(unsettled.NotLeft):
        unsettled.settle([1], now=NIGHT, by=BY)
    some, *others = sorted(wanted)
    unsettled.settle([some], now=NIGHT, by=BY)
    run = CliRunner().invoke(app, ["restore", "--json", *(f"--settled={number}" for number in others)])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["settled"] == others
    assert unsettled.findings() == ()
    assert Entry.objects.filter(action="restore.settled").count() == 2


def test_what_is_owed_to_another_database_is_owed_after_a_restore(db: object) -> None:
    """An erasure that was announced there and has no receipt is announced again; with its receipt it is settled."""
    adopted(POLICY)
    body = {"system": "arkivet", "person": "0" * 64, "asked": NIGHT.isoformat()}
    row = Intent.objects.create(
        system="arkivet", batch=0, policy="sha256:0", email=BO, body=body, asked_at=NIGHT, at=NIGHT
    )
    with transaction.atomic():
        number = append(action="erasure.intent", body=body, now=NIGHT)
        announced.noted(number, row)
    [line] = [line for line in replay.lines() if line.number == number]
    assert BO not in json.dumps(line.entry) + line.sealed
    row.delete()
    again.do(line.entry, line)
    back = Intent.objects.get()
    assert (back.email, back.asked_at, back.body) == (BO, NIGHT, body)
    receipt = {**line.entry, "action": "erasure.receipt", "body": {**body, "complete": True}}
    again.do(receipt, None)
    assert not Intent.objects.exists()


def test_no_other_way_gives_a_number(db: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever takes the next number of a series writes it down first; the hourly marks take it over."""
    monkeypatch.setenv("GALLRA_LEDGER_FOLDER", str(tmp_path))
    adopted(POLICY)
    number = booked()
    finance.sign_agreement(
        Firm(name="Exempel AB"),
        starts_on=date(2026, 1, 1),
        origin=Origin(where="order"),
        actor="system",
        now=NIGHT,
    )
    assert marks.kept()[marks.SERIES] == dict(Counter.objects.values_list("series", "last"))
    assert (tmp_path / "numbers").exists()
    marks.keep()
    assert not (tmp_path / "numbers").exists()
    assert marks.kept()[marks.SERIES]["invoice"] == number
