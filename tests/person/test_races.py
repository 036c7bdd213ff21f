"""An erasure killed before each of its statements, and one that is stopped there while somebody else acts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gallra.ledger.models import Entry
from gallra.registers.given import Origin, Person
from gallra.registers.support import actions
from gallra.registers.support.models import Case, Contact, Message
from gallra.running import erasures, holds
from gallra.running.runs import sweep
from tests.person.pausing import Stepping
from tests.person.world import BO, CLEO, LONG_AGO, NIGHT, Seed, database_text, tables_with
from tests.running.pausing import Thread, until_it_waits
from tests.running.world import case, contact

pytestmark = [
    pytest.mark.usefixtures("fresh_database", "policy"), pytest.mark.slow, pytest.mark.promise("S20", "M21"),
]  # fmt: skip
BY = "command line"
MARKER = "Zyxmarkör-7f3a"


class Killed(Exception):
    """The process ends here."""


def erase(executor: Stepping) -> Any:
    return erasures.erase(BO, now=NIGHT, by=BY, executor=executor)


def statements() -> int:
    """How many statements the erasure of a person sends who has something in every register."""
    Seed("Räknad", BO, year_ends=date(2015, 12, 31)).everything()
    counting = Stepping(lambda number, name: None)
    erase(counting)
    return counting.count


def test_killed_before_any_statement_it_does_nothing_and_reaches_the_same_end_when_run_again() -> None:
    total = statements()
    undone = 0
    for at in range(1, total + 1):
        Seed(MARKER, BO, year_ends=date(2015, 12, 31)).everything()
        before, receipts = database_text(), Entry.objects.count()

        def kill(number: int, name: str, at: int = at) -> None:
            if number == at:
                raise Killed

        try:
            erase(Stepping(kill))
        except Killed:
            if Entry.objects.count() == receipts:
                assert database_text() == before, f"half done before statement {at}"
                undone += 1
            else:  # the last statements ask again, after it is done
                assert tables_with(MARKER) == set()
        erasures.erase(BO, now=NIGHT, by=BY)
        assert tables_with(MARKER) == set()
        assert Entry.objects.count() - receipts in (1, 2)
    assert undone >= 7
    assert all("support.case" in e.body["erased"] or not e.body["erased"] for e in Entry.objects.all())


def meanwhile(at: int, act: Callable[[], Any]) -> tuple[Thread, Thread]:
    """Erase, stop before statement number `at`, begin `act`, let both end."""
    reached, go_on = threading.Event(), threading.Event()

    def before(number: int, name: str) -> None:
        if number == at:
            reached.set()
            assert go_on.wait(30)

    erasing = Thread(lambda: erase(Stepping(before)))
    while not reached.wait(0.01) and erasing.is_alive():
        pass
    acting = Thread(act)
    until_it_waits(acting)
    go_on.set()
    return erasing.done(), acting.done()


def count_for_a_case() -> int:
    case(contact=contact(BO), opened=LONG_AGO)
    counting = Stepping(lambda number, name: None)
    erase(counting)
    return counting.count


def test_a_new_case_for_a_contact_about_to_go_is_never_lost() -> None:
    for at in range(1, count_for_a_case() + 1):
        old = case(contact=contact(BO), opened=LONG_AGO)
        Case.objects.filter(pk=old.pk).update(
            number=900_000 + at
        )  # the verb takes its number from a sequence

        def open_case() -> Case:
            return actions.open_case(
                Person(name="Bo Ek", email=BO), subject="Nytt fel", description="Igen", origin=Origin(where="support"),
                actor="form", now=NIGHT.replace(hour=2),
            )  # fmt: skip

        erasing, acting = meanwhile(at, open_case)
        assert erasing.error is None, erasing.error
        assert acting.error is None, acting.error
        assert not Case.objects.filter(pk=old.pk).exists(), "what was there when it was asked is gone"
        new = Case.objects.select_related("contact").get()
        assert new.contact is not None
        assert new.contact.email == BO, "what came later stays, with whom it concerns"
        Case.objects.all().delete()
        Contact.objects.all().delete()


def test_a_hold_and_an_erasure_one_wins_whole() -> None:
    won = set()
    for at in range(1, count_for_a_case() + 1):
        old = case(contact=contact(BO), opened=LONG_AGO)
        number = str(old.number)
        erasing, acting = meanwhile(
            at,
            lambda number=number: holds.hold_record("support.case", number, ground="tvist", now=NIGHT, by=BY),  # type: ignore[misc]
        )
        assert erasing.error is None, erasing.error
        there = Case.objects.filter(pk=old.pk).exists()
        assert there == (acting.error is None), "a held case is there, one that is not could not be held"
        assert Message.objects.filter(case_id=old.pk).count() == (2 if there else 0)
        assert Contact.objects.filter(email=BO).exists() == there
        won.add(there)
        if there:
            holds.release(acting.result.pk, now=NIGHT, by=BY)
            erasures.erase(BO, now=NIGHT, by=BY)
    assert won == {True, False}


def test_an_erasure_and_a_sweep_at_once_leave_nothing_and_disturb_nothing() -> None:
    for at in range(1, count_for_a_case() + 1):
        cleos = case(contact=contact(CLEO), opened=LONG_AGO)
        case(contact=contact(BO), opened=LONG_AGO, closed=NIGHT.replace(month=5))
        Message.objects.create(
            case=cleos, contact=Contact.objects.get(email=BO), direction="in", body="Hej", sent_at=LONG_AGO
        )
        erasing, acting = meanwhile(at, lambda: sweep(NIGHT, confirmed=frozenset({"support.case"})))
        assert erasing.error is None, erasing.error
        assert acting.error is None, acting.error
        erasures.erase(BO, now=NIGHT, by=BY)
        assert not Contact.objects.filter(email=BO).exists()
        assert Message.objects.filter(case=cleos, body="Hej").count() == 2
        Message.objects.all().delete()
        Case.objects.all().delete()
        Contact.objects.all().delete()
