"""Two writers at once: paused between each two steps, not by chance; nobody fails who did nothing wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from gallra.registers.crm import actions as crm
from gallra.registers.crm.models import Relation
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Person
from gallra.registers.support import actions
from gallra.registers.support.models import Case, Contact
from tests.conftest import Database
from tests.registers.cast import ALVA, BO, FIRM, NOW, ORIGIN, STAFF, at, at_once, rows


def started(call: Callable[[], Any]) -> tuple[Thread, list[Any], Event]:
    """Run the call in a thread; its result or exception goes into the list, and then the event is set."""
    result: list[Any] = []
    done = Event()

    def run() -> None:
        try:
            result.append(call())
        except Exception as error:
            result.append(error)
        finally:
            connections.close_all()
            done.set()

    thread = Thread(target=run)
    thread.start()
    return thread, result, done


def waits(database: Database, done: Event) -> None:
    """Until the other writer waits for a lock; fails where it finished instead."""
    with psycopg.connect(database.address(), autocommit=True) as watcher:
        for _try in range(400):
            found = watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone()
            if found and found[0]:
                return
            assert not done.wait(0.02), "the other writer did not wait"
    pytest.fail("the other writer neither waits nor ends")


def test_a_case_for_a_contact_that_is_about_to_go_makes_the_contact_anew(fresh_database: Database) -> None:
    contact = Contact.objects.create(email="bo@kund.example", name="Bo Exempelsson")
    opening = partial(actions.open_case, BO, subject="Hej", origin=ORIGIN, actor="form", now=NOW)
    with psycopg.connect(fresh_database.address()) as settler:
        settler.execute("SELECT id FROM support_contact WHERE id = %s FOR UPDATE", [contact.pk])
        thread, result, done = started(opening)
        waits(fresh_database, done)
        settler.execute("DELETE FROM support_contact WHERE id = %s", [contact.pk])
        settler.commit()
    thread.join(30)
    assert isinstance(result[0], Case), result
    found = Contact.objects.get()
    assert found.pk != contact.pk
    assert result[0].contact_id == found.pk


def test_a_contact_that_gets_a_case_is_seen_by_who_would_remove_it(fresh_database: Database) -> None:
    contact = Contact.objects.create(email="bo@kund.example")

    def settle() -> int:
        with psycopg.connect(fresh_database.address()) as settler:
            settler.execute("SELECT id FROM support_contact WHERE id = %s FOR UPDATE", [contact.pk])
            found = settler.execute(
                "SELECT count(*) FROM support_case WHERE contact_id = %s", [contact.pk]
            ).fetchone()
            return int(found[0]) if found else 0

    with transaction.atomic():
        actions.open_case(contact.pk, subject="Hej", origin=ORIGIN, actor="form", now=NOW)
        thread, result, done = started(settle)
        waits(fresh_database, done)
    thread.join(30)
    assert result == [1], "the new statement after the lock sees the case"


def test_a_reply_waits_for_the_sweep_and_hears_that_the_case_is_archived(fresh_database: Database) -> None:
    case = actions.open_case(BO, subject="Hej", origin=ORIGIN, actor="form", now=NOW)
    actions.close_case(case.pk, actor=ALVA, now=NOW)
    replying = partial(actions.reply, case.pk, body="Igen", sender=BO, actor="mail", now=at("2026-06-01"))
    with psycopg.connect(fresh_database.address()) as sweep:
        sweep.execute("SELECT id FROM support_case WHERE id = %s FOR UPDATE", [case.pk])
        thread, result, done = started(replying)
        waits(fresh_database, done)
        sweep.execute(
            "UPDATE support_case SET archived_at = now(), contact_id = NULL, company_id = NULL, subject = NULL,"
            " description = NULL, technical_information = NULL, assignee = NULL WHERE id = %s",
            [case.pk],
        )
        sweep.commit()
    thread.join(30)
    assert isinstance(result[0], Refused), result
    assert result[0].code == "case_archived"
    assert rows("SELECT count(*) FROM support_message") == [(0,)]


@pytest.mark.promise("M16")
def test_the_sweep_waits_for_a_reply_and_finds_the_case_open(fresh_database: Database) -> None:
    case = actions.open_case(BO, subject="Hej", origin=ORIGIN, actor="form", now=NOW)
    actions.close_case(case.pk, actor=ALVA, now=NOW)

    def sweep() -> Any:
        with psycopg.connect(fresh_database.address()) as connection:
            connection.execute("SELECT id FROM support_case WHERE id = %s FOR UPDATE", [case.pk])
            return connection.execute(
                "SELECT closed_at FROM support_case WHERE id = %s", [case.pk]
            ).fetchone()

    with transaction.atomic():
        actions.reply(case.pk, body="Igen", sender=BO, actor="mail", now=at("2026-06-01"))
        thread, result, done = started(sweep)
        waits(fresh_database, done)
    thread.join(30)
    assert result == [(None,)]


def test_many_forms_with_one_new_address_and_company_make_one_of_each(fresh_database: Database) -> None:
    firm = Firm(name="Kundbolaget AB", organisation_number="556000-0001")
    opening = partial(actions.open_case, BO, firm=firm, subject="Hej", origin=ORIGIN, actor="form", now=NOW)
    results = at_once(*[opening] * 8)
    assert not [r for r in results if isinstance(r, Exception)], results
    assert len({case.number for case in results}) == 8
    assert rows("SELECT count(*) FROM support_contact") == [(1,)]
    assert rows("SELECT count(*) FROM directory_company") == [(1,)]


@pytest.mark.promise("M19")
def test_dialogues_at_once_leave_the_company_with_the_last_of_them(fresh_database: Database) -> None:
    people = [Person(email=f"p{number}@kund.example") for number in range(4)]
    relations = [crm.add_prospect(p, firm=FIRM, origin=STAFF, actor=ALVA, now=NOW) for p in people]
    results = at_once(
        *[
            partial(
                crm.log_dialogue, relation.pk, channel="phone", direction="both", actor=ALVA,
                now=at(f"2026-03-0{number + 1}"),
            )
            for number, relation in enumerate(relations)
        ]
    )  # fmt: skip
    assert not [r for r in results if isinstance(r, Exception)], results
    assert {r.company_last_contact_at for r in Relation.objects.all()} == {at("2026-03-04")}


def test_a_reference_to_a_row_that_is_gone_fails_at_once_and_not_at_the_commit(db: object) -> None:
    # A deferred key would let the block, a savepoint here, end well.
    with pytest.raises(IntegrityError, match="support_contact"), transaction.atomic():
        Case.objects.create(number=1, contact_id=987_654)
