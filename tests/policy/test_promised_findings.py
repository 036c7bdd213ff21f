"""Sentences that are kept by being checked: without what makes them true, `check` says so, at the place and for the
sentence.
"""

from __future__ import annotations

import pytest

from gallra.policy import read_policy
from gallra.policy.check import Finding
from gallra.policy.model import Policy
from tests.policy.editing import cut, put, text_of
from tests.policy.test_check import findings


def about(text: str, promise: str) -> set[tuple[str, str]]:
    """What is found at the places of the file that carry the promise: finding and place."""
    return {(found.id, found.place) for found in findings(text) if promise in promises_at(text, found)}


def promises_at(text: str, found: Finding) -> set[str]:
    policy: Policy = read_policy(text)
    under = {p for p, places in policy.promises().items() for at in places if found.place.startswith(at)}
    return set(found.promises) | under


MENDED = text_of("munkeby-mended")


@pytest.mark.promise("M8")
@pytest.mark.parametrize(
    ("edited", "finding", "place"),
    [
        (cut(MENDED, "purpose.business.interest"), "interest-missing", "purpose.business.basis"),
        (
            put(MENDED, "purpose.business.interest", "test", None),
            "interest-untested",
            "purpose.business.interest",
        ),
        (
            put(MENDED, "purpose.business.interest", "tested", None),
            "interest-untested",
            "purpose.business.interest",
        ),
        (
            put(MENDED, "purpose.business.interest", "tested", "2020-01-01"),
            "interest-untested",
            "purpose.business.interest",
        ),
    ],
)
def test_business_talks_need_a_dated_balancing_test(edited: str, finding: str, place: str) -> None:
    assert about(MENDED, "M8") == set()
    assert about(edited, "M8") == {(finding, place)}


@pytest.mark.promise("M8")
def test_business_talks_as_published_have_no_basis_at_all() -> None:
    assert ("basis-missing", "purpose.business") in about(text_of("munkeby"), "M8")


@pytest.mark.promise("M11")
def test_hosting_partners_within_the_eu_are_named() -> None:
    assert about(MENDED, "M11") == set()
    assert about(put(MENDED, "place.eu", "by", None), "M11") == {("host-unnamed", "place.eu")}
    assert ("host-unnamed", "place.eu") in about(text_of("munkeby"), "M11")


@pytest.mark.promise("M11", "M13")
@pytest.mark.parametrize(
    ("key", "finding"),
    [
        ("agreement", "agreement-missing"),
        ("place", "recipient-place-missing"),
        ("role", "recipient-role-missing"),
        ("does", "recipient-task-missing"),
    ],
)
@pytest.mark.parametrize("recipient", ["microsoft", "mailchimp", "sitedirect", "dgc"])
def test_each_processor_has_role_task_place_and_agreement(key: str, finding: str, recipient: str) -> None:
    edited = put(MENDED, f"recipient.{recipient}", key, None)
    assert (finding, f"recipient.{recipient}") in about(edited, "M13")
    assert ("agreement-missing", f"recipient.{recipient}") in about(text_of("munkeby"), "M13")


@pytest.mark.promise("S10")
def test_a_legal_obligation_names_its_statute() -> None:
    mended = text_of("swinx-mended")
    assert about(mended, "S10") == set()
    assert about(put(mended, "purpose.law", "statute", None), "S10") == {
        ("statute-missing", "purpose.law.basis")
    }
    assert about(text_of("swinx"), "S10") >= {("statute-missing", "purpose.law.basis")}


@pytest.mark.promise("S13", "M13")
def test_a_connector_to_a_recipient_that_is_not_declared_is_found() -> None:
    swinx = put(text_of("swinx-mended"), "system.crm", "connector", '"dynamics365"')
    assert any(
        (f.id, f.place) == ("connector-recipient-missing", "system.crm.connector") for f in findings(swinx)
    )
    bare = put(put(MENDED, "system.crm", "connector", '"dynamics365"'), "system.crm", "recipients", None)
    assert any(
        (f.id, f.place) == ("connector-recipient-missing", "system.crm.connector") for f in findings(bare)
    )
    assert not any(f.id == "connector-recipient-missing" for f in findings(MENDED))
