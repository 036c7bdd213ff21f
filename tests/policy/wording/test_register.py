"""The register of processing activities: everything Article 30.1 asks for, as HTML and as a workbook."""

from __future__ import annotations

from dataclasses import fields, replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from gallra.policy import Policy
from gallra.policy.law import load_law
from gallra.policy.model import Officer
from gallra.policy.wording import LANGS, Lang
from gallra.policy.wording.register import COLUMNS, Activity, ActivityRegister, register
from gallra.policy.wording.register_files import register_html, register_xlsx
from gallra.systems.own import kinds
from tests.policy.wording.goldens import POLICIES, policy
from tests.policy.wording.policies import policies
from tests.policy.wording.test_render import outline


def listed(name: str, lang: Lang = "sv") -> ActivityRegister:
    return register(policy(name), kinds=kinds(), law=load_law(), lang=lang)


def activity(name: str, purpose: str) -> Activity:
    return next(one for one in listed(name).activities if one.purpose.startswith(purpose))


@pytest.mark.article(30)
@pytest.mark.promise("S4")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", POLICIES)
def test_every_purpose_is_an_activity_and_nothing_is_blank(name: str, lang: Lang) -> None:
    found = listed(name, lang)
    purposes = [one.purpose.lower() for one in found.activities]
    for purpose in policy(name).purpose.values():
        assert any(purpose.text[lang].lower() in one for one in purposes)
    for one in found.activities:
        for part in fields(one):
            value = getattr(one, part.name)
            for text in value if isinstance(value, tuple) else (value,):
                assert text.endswith("."), (part.name, text)
                assert text != ".", part.name


@pytest.mark.article(30)
def test_an_activity_says_who_what_where_and_how_long() -> None:
    mailings = activity("munkeby-mended", "Skicka erbjudanden")
    assert mailings.basis == "Ditt samtycke (artikel 6.1 a)."
    assert mailings.people == "Prenumeranter."
    assert mailings.data == "Namn och e-postadress."
    assert mailings.systems == "MailChimp."
    assert mailings.recipients == "MailChimp (i USA)."
    assert any("EU och USA" in transfer for transfer in mailings.transfers)
    assert mailings.periods == (
        "Om den inte har bekräftats raderas en prenumeration 14 dagar efter att den begärdes.",
        "En prenumeration raderas 30 dagar efter att den avslutades.",
    )
    business = activity("munkeby-mended", "Underlätta")
    assert "hålla kontakt" in business.basis
    assert "kontaktanteckningar" in business.data


def test_what_the_policy_leaves_out_is_said() -> None:
    support = activity("munkeby", "Ge support")
    assert support.basis == support.recipients == "Anges inte i policyn."
    assert activity("munkeby", "Underlätta").transfers == ("Anges inte i policyn.",)
    assert activity("munkeby", "Logga in").periods == ("Anges inte i policyn.",)
    assert activity("swinx", "Licenser").purpose == "Licenser. Policyn anger inget ändamål."
    assert activity("swinx", "Förbättra").basis.startswith("Behövs inte")


@pytest.mark.promise("S17")
def test_accounting_records_name_the_statutory_floor() -> None:
    assert any("bokföringslagen" in text.lower() for text in activity("munkeby", "Hantera avtal").periods)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", POLICIES)
def test_the_html_stands_alone(name: str, lang: Lang) -> None:
    found = listed(name, lang)
    page = outline(register_html(found))
    assert not {"script", "link", "img"} & set(page.seen)
    assert page.seen.count("h2") == len(found.activities) + 2
    for one in found.activities:
        assert one.data in page.text
        assert all(period in page.text for period in one.periods)


def test_the_workbook_has_a_row_per_activity() -> None:
    found = listed("munkeby-mended", "en")
    book = load_workbook(BytesIO(register_xlsx(found)))
    activities, controller, security = book.worksheets
    assert [cell.value for cell in activities[1]] == [title.en for _, title in COLUMNS]
    assert activities.max_row == len(found.activities) + 1
    assert activities.cell(2, 1).value == found.activities[0].purpose
    assert controller.cell(2, 2).value == "Munkeby Systems"
    assert security.max_row == len(found.security) + 1


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    found = listed("munkeby")
    bad = replace(found, activities=(replace(found.activities[0], purpose='=HYPERLINK("x")'),))
    cell = load_workbook(BytesIO(register_xlsx(bad))).worksheets[0].cell(2, 1)
    assert cell.data_type == "s"
    assert cell.value == '=HYPERLINK("x")'


@settings(max_examples=15)
@given(policies())
def test_any_policy_has_a_register(given_policy: Policy) -> None:
    for lang in LANGS:
        found = register(given_policy, kinds=kinds(), law=load_law(), lang=lang)
        outline(register_html(found))
    assert len(found.activities) >= len(given_policy.purpose)


def test_the_officer_is_in_the_register() -> None:
    given_policy = policy("munkeby").model_copy(
        update={
            "controller": policy("munkeby").controller.model_copy(update={"officer": Officer(name="Alva")})
        }
    )
    found = register(given_policy, kinds=kinds(), law=load_law(), lang="sv")
    assert ("Dataskyddsombud", "Alva") in found.controller
