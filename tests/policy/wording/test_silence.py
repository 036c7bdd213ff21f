"""What a policy leaves out is said to be left out, and nothing is made up in its place."""

from __future__ import annotations

from typing import Any

import pytest

from gallra.policy import Policy
from gallra.policy.law import load_law
from gallra.policy.wording import Lang, page
from gallra.systems.own import kinds

LEAST: dict[str, Any] = {
    "controller": {"name": "Bolaget"},
    "system": {"support": {"title": {"sv": "Ärenden", "en": "Cases"}, "records": ["support.case"]}},
}


def told(lang: Lang = "sv", **more: Any) -> list[str]:
    worded = page(Policy.model_validate(LEAST | more), kinds=kinds(), law=load_law(), lang=lang)
    return [said.text for said in worded.sentences()]


@pytest.mark.article(13)
@pytest.mark.parametrize(
    "sentence",
    [
        "Policyn anger inte organisationsnummer, postadress, telefonnummer eller e-postadress.",
        "Policyn anger inte hur uppgifterna samlas in.",
        "Policyn anger inte vad uppgifterna används till.",
        "Vi registrerar personuppgifter i ett enda system: Ärenden.",
        "Policyn anger inte var följande system finns: Ärenden.",
        "Policyn anger inte vilka som får del av uppgifterna.",
        "Policyn anger ingen tid för ärenden; de raderas inte av sig själva.",
        "Policyn anger inte hur du använder dina rättigheter.",
        "Policyn anger inte om några beslut om dig fattas automatiskt.",
        "Policyn anger inte hur länge säkerhetskopior sparas.",
    ],
)
def test_the_least_policy_says_what_it_lacks(sentence: str) -> None:
    assert sentence in told()


def test_a_table_that_says_nothing_says_so_too() -> None:
    assert "Policyn anger inte hur uppgifterna samlas in." in told(collected={"from": []})
    assert "We fetch no data from anyone else." in told("en", collected={"from": ["order"], "elsewhere": []})
    assert "The policy does not state who receives the data." in told("en", sharing={})


def test_a_system_may_hold_nothing_more_and_offer_its_contacts_elsewhere() -> None:
    crm = {
        "title": {"sv": "CRM", "en": "CRM"},
        "records": ["crm.partner"],
        "holds": [],
        "prefilled_from": ["support"],
    }
    said = told("en", system=LEAST["system"] | {"crm": crm})
    assert "CRM: nothing is recorded here beyond the person's details." in said
    assert "CRM: forms in it may be filled in beforehand with data from Cases." in said


@pytest.mark.parametrize(
    ("giving", "said"),
    [
        ("statutory", "Lagen kräver att uppgifterna lämnas."),
        ("contractual", "Avtalet kräver att uppgifterna lämnas."),
        ("voluntary", "Du väljer själv om du lämnar uppgifterna."),
    ],
)
def test_whether_data_must_be_given(giving: str, said: str) -> None:
    purpose = {"text": {"sv": "hjälpa dig", "en": "help you"}, "records": ["support.case"], "giving": giving}
    assert said in told(purpose={"help": purpose})


def test_a_legal_basis_wants_its_ground() -> None:
    purpose = {"text": {"sv": "hjälpa dig", "en": "help you"}, "records": ["support.case"]}
    interest = {"text": {"sv": "Vi vill hjälpa.", "en": "We want to help."}}
    assert "Policyn anger inte vilket intresset är." in told(
        purpose={"a": purpose | {"basis": "legitimate interest"}}
    )
    weighed = told("en", purpose={"a": purpose | {"basis": "legitimate interest", "interest": interest}})
    assert "We want to help." in weighed
    assert "The policy does not state how that interest was weighed against yours." in weighed
    assert "The policy does not state which statute requires it." in told(
        "en", purpose={"a": purpose | {"basis": "legal obligation"}}
    )


def test_the_policys_own_period_for_gallras_records_replaces_the_default() -> None:
    rule = {
        "records": ["gallra.erasure"],
        "after": "the erasure was completed",
        "keep": "6 months",
        "then": "erase",
    }
    said = told(retention=[rule])
    assert "En uppskjuten radering raderas sex månader efter att den slutfördes." in said
    assert not any("En uppskjuten radering raderas 24 månader" in text for text in said)


def test_only_a_sentence_with_a_promise_is_a_promise() -> None:
    worded = page(Policy.model_validate(LEAST), kinds=kinds(), law=load_law(), lang="sv")
    assert not any(said.is_promise for said in worded.sentences())
    assert worded.of("S1") == ()


def test_a_form_for_rights_and_how_it_is_confirmed() -> None:
    form = {
        "title": {"sv": "Mina uppgifter", "en": "My data"},
        "does": ["access", "erasure"],
        "confirm": "email",
    }
    said = told(form={"mine": form})
    assert "I formuläret ”Mina uppgifter” kan du begära tillgång till dina uppgifter eller radering." in said
    assert any(text.startswith("Du får ett e-postmeddelande som bekräftar") for text in said)
    copy = told("en", form={"copy": {"does": ["access"], "confirm": "email"}})
    assert "In the form on the website you can ask for access to your data." in copy
    assert "You get an e-mail with a link that confirms that the request comes from you." in copy


def test_an_interest_weighed_on_no_known_day_is_told_without_one() -> None:
    interest = {
        "text": {"sv": "Vi vill hjälpa.", "en": "We want to help."},
        "test": {"sv": "Det går bra.", "en": "Fine."},
    }
    purpose = {
        "text": {"sv": "hjälpa", "en": "help"},
        "records": ["support.case"],
        "basis": "legitimate interest",
    }
    assert "Det går bra." in told(purpose={"a": purpose | {"interest": interest}})


def test_the_data_protection_officer_is_named() -> None:
    officer = {"name": "Alva", "email": "alva@bolaget.example"}
    said = told(controller={"name": "Bolaget", "officer": officer})
    assert "Frågor om personuppgifter besvaras av Alva, alva@bolaget.example." in said
