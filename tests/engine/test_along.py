"""A plan says what goes with its records (parts, contacts, companies), and the sweep takes just that."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gallra.registers.directory.models import Company
from gallra.registers.finance.models import Agreement
from gallra.registers.finance.models import Contact as Buyer
from gallra.registers.licensing.models import Licence
from gallra.registers.support.models import Case, Concerned, Contact, Message
from gallra.running import holds, runs
from tests.running.world import MINI, NIGHT, POLICIES, adopted, case, contact

pytestmark = [pytest.mark.promise("M16", "S18"), pytest.mark.usefixtures("db")]
DUE, LATER = NIGHT - timedelta(days=200), NIGHT - timedelta(days=5)
CONFIRMED = frozenset({"clock", "*"})


def said_and_done() -> tuple[dict[str, int], dict[str, int], int]:
    """What the plan said, once the sweep has done the same."""
    told = runs.along_with(runs.due(NIGHT))
    before = {model: model._default_manager.count() for model in (Contact, Buyer, Company)}
    done = runs.sweep(NIGHT, confirmed=CONFIRMED)
    assert done.outcome == "finished"
    gone = {model: count - model._default_manager.count() for model, count in before.items()}
    assert sum(told.contacts.values()) == done.contacts == gone[Contact] + gone[Buyer]
    assert told.companies == done.companies == gone[Company]
    assert told.parts == {table: count for table, count in done.parts.items() if count}
    return told.parts, told.contacts, told.companies


def test_only_what_nothing_else_names_goes_with_archived_cases() -> None:
    adopted(MINI)
    firm = Company.objects.create(name="Exempel AB")
    alone, again, elsewhere, held = (
        contact(f"{name}@kund.example", company=firm if name == "a" else None) for name in "abcd"
    )
    for person in (alone, again, elsewhere, held):
        case(closed=DUE, contact=person, messages=2)
    case(closed=LATER, contact=again)
    Message.objects.create(
        case=case(closed=LATER), contact=elsewhere, direction="in", body="Hej", sent_at=DUE
    )
    Concerned.objects.create(case=Case.objects.filter(contact=alone).get(), contact=alone, added_at=DUE)
    holds.hold_record(
        "support.case", f"key:{Case.objects.get(contact=held).pk}", ground="Tvist", now=NIGHT, by="test"
    )
    assert said_and_done() == ({"support_message": 6, "support_concerned": 1}, {"support_contact": 1}, 1)
    assert set(Contact.objects.values_list("email", flat=True)) == {f"{name}@kund.example" for name in "bcd"}


def test_a_company_that_only_records_named_goes_with_the_last_of_them() -> None:
    adopted((POLICIES / "swinx-mended.toml").read_text("utf-8"))
    long_ago = date(2019, 6, 30)
    for name, kept in (("Borta AB", False), ("Kvar AB", True)):
        firm = Company.objects.create(name=name, agreements_open=0, agreements_until=long_ago)
        for number in range(2):
            Licence.objects.create(
                number=f"L-{name}-{number}", company=firm, product="Lön", users=1, companies=1,
                granted_at=datetime(2018, 1, 1, tzinfo=UTC),
            )  # fmt: skip
        if kept:
            Buyer.objects.create(name="Bo Ek", email="bo@kund.example", company=firm)
            Agreement.objects.create(
                number=1, company=firm, contact=Buyer.objects.get(), starts_on=long_ago, added_at=NIGHT
            )
    _, contacts, companies = said_and_done()
    assert (contacts, companies) == ({}, 1)
    assert [company.name for company in Company.objects.all()] == ["Kvar AB"]


def test_nothing_goes_along_where_nothing_goes() -> None:
    adopted(MINI)
    case(closed=LATER, contact=contact())
    assert said_and_done() == ({}, {}, 0)
