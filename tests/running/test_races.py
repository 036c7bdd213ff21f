"""Races, forced by stopping the sweep before each of its statements while somebody acts: one wins whole, never half
of each.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from gallra.ledger.models import Entry
from gallra.registers import errors as registers
from gallra.registers.directory.models import Company
from gallra.registers.given import Origin
from gallra.registers.support import actions
from gallra.registers.support.models import Case, Contact, Message
from gallra.running.holds import NotAHold, hold_person, hold_record
from gallra.running.models import Hold
from gallra.running.runs import Refused, sweep
from gallra.systems.connection import OwnDatabase
from tests.running.pausing import Telling, meanwhile
from tests.running.world import MINI, NIGHT, adopted, case, company, contact

pytestmark = [pytest.mark.promise("M16"), pytest.mark.usefixtures("fresh_database"), pytest.mark.slow]
CLOSED_IN_TIME = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
REFUSALS = (registers.Refused, NotAHold)
BO = "bo@example.com"
STAFF = Origin(where="support", by_person=True)


def swept(executor: OwnDatabase) -> Any:
    return sweep(NIGHT, executor=executor)


def statements() -> list[int]:
    """The places of a sweep of one case: from the first statement of its first batch to the last that touches it. Rules
    that find nothing ask one after the other: between two such questions nothing has happened, and one place will do.
    """
    names: list[str] = []
    case(closed=CLOSED_IN_TIME, contact=contact("counting@example.com"))
    sweep(NIGHT, executor=Telling(lambda number, name: names.append(name)))
    touching = [n for n, name in enumerate(names, start=1) if name.startswith(("blank", "delete", "unqueue"))]
    every = range(names.index("guard") + 1, touching[-1] + 2)
    return [at for at in every if names[at - 2 : at] != ["pick", "pick"]]


def played(
    made: Callable[[], Case], act: Callable[[Case], Any], check: Callable[[Case, bool], None]
) -> set[bool]:
    """Every place at which the sweep can be stopped; who won: True the other."""
    won: set[bool] = set()
    for at in statements():
        one = made()
        sweeping, acting, _ = meanwhile(at, swept, lambda one=one: act(one))  # type: ignore[misc]
        assert sweeping.error is None
        assert acting.error is None or isinstance(acting.error, REFUSALS)
        one.refresh_from_db()
        check(one, acting.error is None)
        won.add(one.archived_at is None)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM directory_recheck")
        Hold.objects.all().delete()
        Message.objects.filter(case=one).delete()
        Case.objects.filter(pk=one.pk).delete()
        Contact.objects.all().delete()
    assert all(
        entry.body["records"] == len(set(entry.body["keys"]))
        for entry in Entry.objects.filter(action="sweep.receipt")
    )
    return won


def closed_case() -> Case:
    return case(closed=CLOSED_IN_TIME, contact=contact(BO), messages=2)


def whole(one: Case, messages: int) -> None:
    """Either archived with nothing left, or there with everything."""
    there = Message.objects.filter(case=one).count()
    if one.archived_at is None:
        assert one.subject
        assert one.contact_id
        assert there == messages
    else:
        assert there == 0
        assert one.contact_id is None
        assert one.subject is None


def test_reopening_against_the_sweep() -> None:
    adopted(MINI)

    def check(one: Case, reopened: bool) -> None:
        whole(one, 2)
        assert reopened == (one.archived_at is None)
        assert reopened == (one.closed_at is None)

    act = lambda one: actions.reopen_case(one.pk, actor="user:1", now=NIGHT)  # noqa: E731
    assert played(closed_case, act, check) == {True, False}


def test_a_reply_against_the_sweep() -> None:
    adopted(MINI)

    def check(one: Case, replied: bool) -> None:
        there = Message.objects.filter(case=one).count()
        assert there == (3 if replied else 0) or (one.archived_at is None and there == 3)
        whole(one, there)

    act = lambda one: actions.reply(  # noqa: E731
        one.pk, body="Felet är tillbaka", sender=one.contact_id, actor="user:2", now=NIGHT
    )
    assert played(closed_case, act, check) == {True, False}


@pytest.mark.parametrize("who", ["record", "person"])
def test_a_hold_against_the_sweep(who: str) -> None:
    adopted(MINI)

    def act(one: Case) -> None:
        if who == "record":
            hold_record("case", str(one.number), ground="tvist", now=NIGHT, by="Alva")
        else:
            hold_person(BO, ground="tvist", now=NIGHT, by="Alva")

    def check(one: Case, held: bool) -> None:
        assert held
        whole(one, 2)

    assert played(closed_case, act, check) == {True, False}


def test_what_is_held_before_the_sweep_asks_stays() -> None:
    adopted(MINI)
    one = closed_case()
    hold_person(BO, ground="tvist", now=NIGHT, by="Alva")
    assert sweep(NIGHT).records == 0
    whole(one, 2)


def test_a_new_case_for_a_contact_about_to_go() -> None:
    adopted(MINI)
    for at in statements():
        one = case(closed=CLOSED_IN_TIME, contact=contact(BO), company=company(f"Exempel {at} AB"))
        person = int(one.contact_id or 0)
        sweeping, acting, _ = meanwhile(
            at,
            swept,
            lambda person=person: actions.open_case(
                person, subject="Nytt fel", origin=STAFF, actor="user:2", now=NIGHT
            ),  # type: ignore[misc]
        )
        assert sweeping.error is None
        new = acting.result
        if acting.error is None:
            assert Contact.objects.filter(pk=new.contact_id).exists()
            assert Case.objects.get(pk=new.pk).contact_id is not None
        else:
            assert not Contact.objects.filter(pk=person).exists()
        Message.objects.all().delete()
        Case.objects.all().delete()
        Contact.objects.all().delete()
        Company.objects.all().delete()


def test_two_sweepers_take_each_case_once() -> None:
    adopted(MINI)
    made = [
        case(closed=CLOSED_IN_TIME - timedelta(days=n), contact=contact(f"{n}@example.com")) for n in range(6)
    ]
    for at in statements()[::3]:
        sweeping, other, _ = meanwhile(at, swept, lambda: sweep(NIGHT, size=2))
        errors = [error for error in (sweeping.error, other.error) if error is not None]
        assert len(errors) < 2
        assert all(isinstance(error, Refused) and error.busy for error in errors)
    keys = [key for entry in Entry.objects.filter(action="sweep.receipt") for key in entry.body["keys"]]
    assert len(keys) == len(set(keys))
    assert {one.pk for one in made} <= set(keys)


S18 = MINI.replace('after = "the case was closed"', 'after = "the company\'s last agreement ended"').replace(
    'keep = "3 months"\nthen = "archive"\npromises = ["M16"]',
    'keep = "3 years"\nthen = "erase"\npromises = ["S18"]',
)


@pytest.mark.promise("S18")
def test_a_renewal_against_the_sweep() -> None:
    """Once the renewal has committed nothing of the customer's goes; what went was gone before."""
    adopted(S18)
    ended = date(2023, 1, 1)

    def renew(firm: Company) -> list[int]:
        with transaction.atomic():
            Company.objects.select_for_update().get(pk=firm.pk)
            Company.objects.filter(pk=firm.pk).update(agreements_open=1)
            return list(Case.objects.filter(company=firm).values_list("pk", flat=True))

    names: list[str] = []
    firm = Company.objects.create(name="Exempel AB", agreements_until=ended)
    case(contact=contact(BO), company=firm)
    sweep(NIGHT, executor=Telling(lambda number, name: names.append(name)))
    won = set()
    for at in range(names.index("guard") + 1, len(names) - 1 - names[::-1].index("delete support_case") + 2):
        firm = Company.objects.create(name="Exempel AB", agreements_until=ended)
        made = case(contact=contact(BO), company=firm)
        sweeping, acting, _ = meanwhile(at, swept, lambda firm=firm: renew(firm))  # type: ignore[misc]
        assert sweeping.error is None
        there = Case.objects.filter(pk=made.pk).exists()
        if acting.error is None:
            assert acting.result == ([made.pk] if there else [])
        won.add(there)
        Message.objects.all().delete()
        Case.objects.all().delete()
        Contact.objects.all().delete()
    assert won == {True, False}
