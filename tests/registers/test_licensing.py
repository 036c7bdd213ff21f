"""Licences: a number, two integers, the add-ons; no persons (S7)."""

from __future__ import annotations

from datetime import date

import pytest

from gallra.registers.errors import Refused
from gallra.registers.given import Firm
from gallra.registers.licensing import actions
from gallra.systems import own
from tests.registers.cast import ALVA, FIRM, NOW, STAFF


@pytest.mark.promise("S7")
def test_the_licence_register_holds_what_the_policy_says_and_no_persons() -> None:
    kind = own.kinds()["licensing.licence"]
    assert kind.holds == {"number of users", "number of companies", "add-ons", "licence number"}
    assert not kind.people
    assert kind.contacts is None
    assert not kind.table.fields
    assert {c.name for c in kind.table.columns if c.personal} == {"number", "company_id"}


@pytest.mark.promise("S7")
def test_a_licence_is_granted_changed_and_extended(db: object) -> None:
    licence = actions.grant_licence(
        FIRM, product="Lön", users=40, companies=2, add_ons=["Bank"], origin=STAFF, actor=ALVA, now=NOW
    )
    assert len(licence.number) == 23
    actions.change_licence(licence.pk, users=50, add_ons=["Bank", "Tid"], actor=ALVA, now=NOW)
    actions.extend_licence(licence.pk, expires_on=date(2027, 1, 1), actor=ALVA, now=NOW)
    licence.refresh_from_db()
    assert (licence.users, licence.companies, licence.add_ons) == (50, 2, ["Bank", "Tid"])
    assert licence.expires_on == date(2027, 1, 1)


def test_what_is_wrong_is_refused(db: object) -> None:
    with pytest.raises(Refused) as refused:
        actions.grant_licence(FIRM, product="Lön", users=-1, origin=STAFF, actor=ALVA, now=NOW)
    assert (refused.value.code, refused.value.fields) == ("counts_negative", ("users",))
    with pytest.raises(Refused) as refused:
        actions.grant_licence(Firm(), product="Lön", users=1, origin=STAFF, actor=ALVA, now=NOW)
    assert refused.value.code == "no_company"
