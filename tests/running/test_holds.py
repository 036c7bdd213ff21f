"""Holds: what they protect stays, by record or by person, from their first to their last day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gallra.ledger.models import Entry
from gallra.registers.support.models import Case, Contact, Message
from gallra.running.asking import Unknown, why
from gallra.running.holds import NotAHold, hold_person, hold_record, release
from gallra.running.runs import sweep
from tests.running.world import MINI, NIGHT, adopted, case, contact

pytestmark = [pytest.mark.promise("S17"), pytest.mark.usefixtures("db")]
CLOSED_IN_TIME = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


def test_a_held_record_stays_through_the_last_day_of_its_hold() -> None:
    adopted(MINI)
    one = case(closed=CLOSED_IN_TIME, contact=contact())
    hold_record("case", str(one.number), ground="tvist", now=NIGHT, by="user 1", until=date(2026, 11, 23))
    assert sweep(NIGHT).records == 0
    assert why("case", str(one.number), now=NIGHT).state == "held"
    assert sweep(NIGHT + timedelta(days=1)).records == 0
    assert sweep(NIGHT + timedelta(days=2)).records == 1
    assert why("case", str(one.number), now=NIGHT + timedelta(days=2)).state == "archived"


def test_a_held_person_keeps_every_record_that_concerns_them_and_their_contact() -> None:
    adopted(MINI)
    bo, cleo = contact("bo@example.com"), contact("cleo@example.com")
    mine, theirs = case(closed=CLOSED_IN_TIME, contact=bo), case(closed=CLOSED_IN_TIME, contact=cleo)
    Message.objects.create(case=theirs, contact=bo, direction="in", body="Jag också")
    free = case(closed=CLOSED_IN_TIME, contact=cleo)
    made = hold_person("  BO@example.com ", ground="tvist", now=NIGHT, by="user 1")
    assert sweep(NIGHT).records == 1
    assert list(Case.objects.filter(archived_at=None).order_by("pk")) == [mine, theirs]
    free.refresh_from_db()
    assert free.archived_at
    release(made.pk, now=NIGHT + timedelta(hours=1), by="user 1")
    made.refresh_from_db()
    assert made.email == ""
    assert sweep(NIGHT + timedelta(hours=2)).records == 2
    assert not Contact.objects.exists()


def test_a_hold_leaves_no_person_in_the_ledger() -> None:
    adopted(MINI)
    made = hold_person("bo@example.com", ground="tvist med Bo Ek", now=NIGHT, by="user 1")
    release(made.pk, now=NIGHT, by="user 1")
    told = [str(entry.body) for entry in Entry.objects.filter(action__startswith="hold.")]
    assert len(told) == 2
    assert not any(word in text for text in told for word in ("bo@example.com", "Bo Ek", "tvist"))


def test_what_is_no_hold_is_refused() -> None:
    adopted(MINI)
    one = case()
    with pytest.raises(NotAHold):
        hold_record("case", str(one.number), ground=" ", now=NIGHT, by="user 1")
    with pytest.raises(NotAHold):
        hold_record("case", str(one.number), ground="x", now=NIGHT, by="user 1", until=date(2020, 1, 1))
    with pytest.raises(NotAHold):
        hold_person("nobody", ground="x", now=NIGHT, by="user 1")
    with pytest.raises(Unknown):
        hold_record("case", "1", ground="x", now=NIGHT, by="user 1")
    with pytest.raises(NotAHold):
        release(12345, now=NIGHT, by="user 1")
