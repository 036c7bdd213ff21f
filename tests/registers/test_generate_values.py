"""What the generator makes belongs to nobody: numbers, addresses and telephones are reserved or plainly invented."""

from __future__ import annotations

import random
import re

import phonenumbers
import pytest
from email_validator import validate_email
from personnummer.personnummer import Personnummer
from stdnum.se import orgnr

from gallra.registers.generate import numbers, people, phones, pools, texts
from gallra.registers.generate.companies import Companies

RESERVED_PHONES = (
    (46313900600, 46313900699),
    (46406280400, 46406280499),
    (46846500400, 46846500499),
    (46980319200, 46980319299),
    (46701740605, 46701740699),
)
RESERVED_DOMAIN = re.compile(r"(.+\.example|example\.(com|net|org))")


def test_organisation_numbers_pass_their_check_digit_in_a_series_that_nobody_has() -> None:
    found = [numbers.organisation_number(index) for index in range(0, 8_000_000, 40_009)]
    for number in found:
        assert orgnr.is_valid(number)
        assert number.startswith("49"), "group 4 is given to no kind of organisation"
        assert int(number[2]) >= 2, "else it could be a date of birth"
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("index", [-1, 8_000_000])
def test_the_series_ends(index: int) -> None:
    with pytest.raises(ValueError, match="8,000,000"):
        numbers.organisation_number(index)


def test_a_sole_traders_number_is_a_personal_one_kept_for_tests() -> None:
    rng = random.Random(5)
    for _ in range(500):
        number = numbers.identity_number(rng)
        assert Personnummer.parse(number).get_date().year in range(1990, 2006)
        assert number[7:10] in ("238", "239")


def test_telephones_are_the_ones_kept_for_fiction() -> None:
    assert len(set(phones.NUMBERS)) == 495
    for number in phones.NUMBERS:
        parsed = phonenumbers.parse(number, "SE")
        assert phonenumbers.is_valid_number(parsed)
        assert number == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        whole = int(f"{parsed.country_code}{parsed.national_number}")
        assert any(first <= whole <= last for first, last in RESERVED_PHONES)


def test_companies_are_told_apart_and_live_at_reserved_domains() -> None:
    companies = Companies(random.Random(2))
    found = [companies.new() for _ in range(3000)]
    assert len({company.name for company in found}) == len(found)
    assert len({company.number for company in found}) == len(found)
    assert all(RESERVED_DOMAIN.fullmatch(company.domain) for company in found)
    assert 0.05 < sum(company.sole_trader for company in found) / len(found) < 0.15
    for company in found:
        assert orgnr.is_valid(company.number)
        assert company.sole_trader != company.number.startswith("49")


def test_addresses_are_given_once_and_are_valid() -> None:
    rng, addresses = random.Random(3), people.Addresses()
    found = [addresses.of(people.name(rng), domain="firman-ab.example") for _ in range(3000)]
    assert len(set(found)) == len(found)
    for address in found[:300]:
        assert validate_email(address, check_deliverability=False).normalized == address


def test_nobody_of_the_cast_is_among_the_names() -> None:
    assert not {"Alva", "Bo", "Cleo"} & set(people.GIVEN)


def test_texts_leave_no_place_unfilled_and_vary() -> None:
    rng = random.Random(4)
    found = set()
    for _ in range(400):
        product = rng.choice(texts.PRODUCTS)
        trouble = texts.trouble(rng, product=product)
        said = [
            texts.subject(rng, trouble=trouble),
            texts.description(
                rng, trouble=trouble, product=product, author="Anna Ek", phone=phones.phone(rng)
            ),
            texts.staff_reply(rng, to="Anna", by="Alva"),
            texts.customer_reply(rng, author="Anna Ek"),
            texts.solution(rng, trouble=trouble),
            texts.technical(rng, product=product),
            texts.suggestion(rng),
            texts.phone_note(rng, person="Anna Ek"),
            texts.note(rng, person="Anna Ek"),
            *texts.document(rng),
            *texts.dialogue(rng, person="Anna Ek", outgoing=rng.random() < 0.5),
        ]
        for text in said:
            assert not re.search(r"[{}]|PERSONEN|PRODUKTEN|ÄMNET", text), text
        found.add(said[1])
    assert len(found) > 390


def test_a_solution_names_nobody() -> None:
    """It outlives the person (M16): its parts have no place for one."""
    rng = random.Random(6)
    words = {
        word
        for product in texts.PRODUCTS
        for _ in range(200)
        for word in re.findall(r"\w+", texts.solution(rng, trouble=texts.trouble(rng, product=product)))
    }
    assert not words & set(people.GIVEN)


@pytest.mark.parametrize(("total", "due"), [(1, 0), (1, 1), (1000, 137), (4096, 4096), (10_007, 1001)])
def test_a_spread_has_exactly_as_many_due_as_asked(total: int, due: int) -> None:
    spread = pools.Spread(total, due)
    assert sum(spread.is_due(index) for index in range(total)) == due


def test_copy_text_is_escaped() -> None:
    assert pools.escaped("rad 1\nrad\t2 \\ slut\r") == r"rad 1\nrad\t2 \\ slut\r"
    assert "".join(pools.chunked(f"{n}\n" for n in range(5000))) == "".join(f"{n}\n" for n in range(5000))
