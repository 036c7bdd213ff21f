"""Adopting a version: what changes is told, reason and hash are in the ledger, dropped fields are blanked (M5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallra.ledger.models import Entry
from gallra.registers.crm.models import Relation
from gallra.registers.directory.models import Company
from gallra.registers.support.models import Contact
from gallra.running.adopting import NotEmpty, adopt, difference, running_policy
from gallra.running.holds import hold_person, hold_record, release
from gallra.running.models import Adoption
from gallra.running.runs import sweep
from tests.running.world import MINI, NIGHT, POLICIES, case, contact

pytestmark = pytest.mark.usefixtures("db")
CLOSED_IN_TIME = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
SHORTER = MINI.replace("3 months", "1 month")
NAMED = MINI.replace(
    'records = ["support.case"]\n\n[[',
    'records = ["support.case", "support.account"]\nfields = ["name", "email"]\n\n[[',
)


def test_the_difference_says_what_more_goes_tonight() -> None:
    adopt(MINI, reason="början", now=NIGHT)
    case(closed=CLOSED_IN_TIME)
    told = difference(SHORTER, now=NIGHT)
    assert [(c.rule, c.tonight, c.before, c.more) for c in told.counts if c.promises] == [
        ("M16 support.case", 1, 0, 1)
    ]
    assert "M16" in told.promises()
    assert any(change.erases_more for change in told.changes)
    assert running_policy() is not None
    assert Adoption.objects.count() == 1


def test_an_adoption_is_in_the_ledger_by_hash_and_commitment() -> None:
    made = adopt(MINI, reason="Bo bad om det", now=NIGHT, actor="user 1")
    entry = Entry.objects.get(action="adoption")
    assert entry.body["file"] == made.version == entry.policy
    assert entry.body["previous"] is None
    assert "Bo" not in str(entry.body)
    adopt(SHORTER, reason="kortare", now=NIGHT + timedelta(hours=1))
    assert Entry.objects.filter(action="adoption").order_by("-number")[0].body["previous"] == made.version


@pytest.mark.promise("M5")
def test_a_dropped_field_is_blanked_though_the_person_stays() -> None:
    adopt(MINI, reason="början", now=NIGHT)
    bo = contact()
    Contact.objects.filter(pk=bo.pk).update(
        phone="070-000 00 00", company=Company.objects.create(name="Exempel AB")
    )
    case(contact=bo)
    assert difference(NAMED, now=NIGHT).fields["support_contact"]
    adopt(NAMED, reason="färre fält", now=NIGHT + timedelta(hours=1))
    result = sweep(NIGHT + timedelta(hours=2))
    assert result.blanked >= 1
    bo.refresh_from_db()
    assert (bo.phone, bo.company_id, bo.name, bo.email) == (None, None, "Bo Ek", "bo@example.com")
    assert not Company.objects.exists()
    entry = Entry.objects.get(action="blank", rule="blank support_contact")
    assert entry.body["rows"] == 1
    assert sweep(NIGHT + timedelta(hours=3)).blanked == 0


@pytest.mark.promise("M5")
@pytest.mark.parametrize("what", ["person", "record"])
def test_what_is_held_keeps_its_fields_until_the_hold_ends(what: str) -> None:
    adopt(MINI, reason="början", now=NIGHT)
    bo, cleo = contact(), contact("cleo@annan.example")
    Contact.objects.update(phone="070-000 00 00")
    held = case(contact=bo)
    case(contact=cleo)
    if what == "person":
        hold = hold_person("Bo@example.com", ground="tvist", now=NIGHT, by="Alva")
    else:
        hold = hold_record("case", str(held.number), ground="tvist", now=NIGHT, by="Alva")
    adopt(NAMED, reason="färre fält", now=NIGHT + timedelta(hours=1))
    sweep(NIGHT + timedelta(hours=2))
    phones = dict(Contact.objects.values_list("email", "phone"))
    assert phones == {"bo@example.com": "070-000 00 00", "cleo@annan.example": None}
    release(hold.pk, now=NIGHT + timedelta(hours=3), by="Alva")
    sweep(NIGHT + timedelta(hours=4), audit=True)
    assert not Contact.objects.exclude(phone=None).exists()


@pytest.mark.promise("S1")
def test_a_register_that_is_left_out_must_be_empty() -> None:
    Relation.objects.create(
        role="prospect", company=Company.objects.create(name="Exempel AB"), source="staff"
    )
    with pytest.raises(NotEmpty) as refused:
        adopt(MINI, reason="x", now=NIGHT)
    assert refused.value.kinds == ("crm.prospect",)
    assert not Adoption.objects.exists()


@pytest.mark.parametrize("name", ["munkeby", "swinx", "munkeby-mended", "swinx-mended"])
def test_each_of_the_policies_can_be_adopted_and_swept(name: str) -> None:
    made = adopt(Path(POLICIES / f"{name}.toml"), reason="prov", now=NIGHT)
    assert made.version
    assert sweep(NIGHT, audit=True).outcome == "finished"
