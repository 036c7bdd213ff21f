"""The people of a history and how each register knows them: only by the fields that its purposes name
(M2–M5)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

from gallra.policy.rules import Rules
from gallra.registers.generate import companies, people, phones, rows
from gallra.registers.generate.fates import Fate
from gallra.registers.generate.store import History

STAFF: tuple[str, ...] = (
    "Alva Ekdal", "Nils Sundvall", "Petra Lindhage", "Jonas Ståhlkvist", "Mira Hedfors", "Samir Norrlund",
    "Gunilla Åkerros",
)  # fmt: skip
"""Who works at the controller."""
SILENT = frozenset({"name", "company", "email", "phone"})
"""What a register knows of a contact where no purpose says which fields it needs."""

C = TypeVar("C", bound=rows.NewsletterContact)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a company, as life has them; registers know less."""

    name: people.Name
    email: str
    phone: str
    title: str


@dataclass(slots=True)
class House:
    """A company of the history: what it is, who works there, what becomes of it, and its row in the
    directory.

    began: the day it became a customer, or was added. last_contact: the day of the last contact that sales
    had with it, None where there was no dialogue (M20). products: what it has agreements for.
    """

    company: companies.Company
    people: list[Person]
    fate: Fate
    row: rows.Company
    began: date
    last_contact: date | None
    products: list[str] = field(default_factory=list)


class Cast:
    """Makes people, and gives each register its own contact of them, once."""

    def __init__(self, history: History, *, rules: Rules, rng: random.Random, now: datetime) -> None:
        self._history = history
        self._rules = rules
        self._rng = rng
        self._now = now
        self._addresses = people.Addresses()
        self._known: dict[tuple[str, str], rows.NewsletterContact] = {}

    def person(self, domain: str) -> Person:
        """Somebody new with an address under `domain`."""
        name = people.name(self._rng)
        email = self._addresses.of(name, domain=domain)
        return Person(name, email, phones.phone(self._rng), self._rng.choice(people.TITLES))

    def fields(self, kind: str) -> frozenset[str]:
        """The words of a person that records of `kind` may know."""
        words = self._rules.fields.get(kind)
        return SILENT if words is None else words

    def contact(
        self, register: type[C], person: Person, *, kind: str, house: House | None, at: datetime, way: str,
        given: bool = True,
    ) -> C:  # fmt: skip
        """The contact of `person` in a register, made on first use with the fields that `kind` needs; widened
        by later ones.

        at: when it became known; way: how (order, support …). given: whether the person gave it; else Article
        14's notice is due from then on, and was sent within the month where a month has passed.
        """
        key = (register.TABLE, person.email)
        values = self._values(register, person, words=self.fields(kind), house=house)
        known = self._known.get(key)
        if known is None:
            told = at + timedelta(days=9)
            made = register(
                **values,
                sources=sources(values, way=way, at=at),
                notice_from=None if given else at,
                noticed_at=None if given or told > self._now else told,
                added_at=at,
            )
            self._known[key] = self._history.add(made)
            return made
        for name, value in values.items():
            if value is not None and getattr(known, name) is None:
                setattr(known, name, value)
                known.sources |= sources({name: value}, way=way, at=at)
        known.added_at = min(known.added_at, at)
        return cast("C", known)

    def known(self, register: type[C], person: Person) -> C:
        """The contact that a register already has of `person`; KeyError where it has none."""
        return cast("C", self._known[register.TABLE, person.email])

    def _values(
        self,
        register: type[rows.NewsletterContact],
        person: Person,
        *,
        words: frozenset[str],
        house: House | None,
    ) -> dict[str, Any]:
        values: dict[str, Any] = {
            "name": person.name.full if "name" in words else None,
            "email": person.email if "email" in words else None,
            "company_id": house.row.id if house and "company" in words else None,
        }
        if issubclass(register, rows.SupportContact):
            # Invoices go by post now and then; other registers have the company's address.
            posted = house is not None and issubclass(register, rows.FinanceContact)
            values |= {
                "phone": person.phone if "phone" in words else None,
                "title": person.title if "title" in words else None,
                "address": _posted(house.company) if house and posted and "address" in words else None,
                "town": house.company.town if house and posted and "town" in words else None,
            }
        return values


def _posted(company: companies.Company) -> str:
    return f"{company.address}, {company.postal_code} {company.town}"


def company_row(company: companies.Company, *, rules: Rules, at: datetime, way: str) -> rows.Company:
    """A company as the directory may know it: its name, and what some purpose of the policy names."""
    words = frozenset().union(*(words for words in rules.fields.values() if words))
    values: dict[str, Any] = {
        "name": company.name,
        "organisation_number": company.number.replace("-", "") if "organisation number" in words else None,
        "address": _posted(company) if "address" in words else None,
        "town": company.town if "town" in words else None,
        "business_system": company.business_system if "business system" in words else None,
    }
    return rows.Company(
        **values, sole_trader=company.sole_trader, sources=sources(values, way=way, at=at), added_at=at
    )


def sources(values: Mapping[str, Any], *, way: str, at: datetime) -> dict[str, Any]:
    """Where the value of each column came from and on which day (S6)."""
    given = sorted(name for name, value in values.items() if value is not None and name != "company_id")
    return {name: {"from": way, "at": at.date().isoformat()} for name in given}
