"""The ways in that the running policy declares (S4, `[collected] from`), and the fields that each may ask for: those
that the purposes of what it makes name, and no others (S2, M2–M5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from personnummer import personnummer as swedish

from gallra.policy.wording.words import FIELDS
from gallra.registers.columns import COMPANY
from gallra.registers.directory import fields
from gallra.registers.given import Firm, Person
from gallra.running.installed import Running


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way in with a public form. word: the policy's; slug: as it stands in addresses; kind: the record kind that it
    makes; serves: the record kinds whose purposes what is given here serves; contacts: the table that takes the
    person."""

    word: str
    slug: str
    kind: str
    serves: tuple[str, ...]
    contacts: str
    title: Promise | str
    about: Promise | str
    asks: Promise | str
    send: Promise | str


ORDER = WayIn(
    "order", "order", "crm.customer", ("finance.agreement", "licensing.licence", "crm.customer"), "crm_contact",
    _("Order products and services"), _("Write what you want to order. Somebody at sales answers you."),
    _("What do you want to order?"), _("Send the order"),
)  # fmt: skip
DEMO = WayIn(
    "demo request", "demo", "crm.prospect", ("crm.prospect",), "crm_contact",
    _("Ask for a demonstration"), _("Write what you want to see. Somebody at sales answers you."),
    _("What do you want to see?"), _("Ask for a demonstration"),
)  # fmt: skip
SUPPORT = WayIn(
    "support", "support", "support.case", ("support.case",), "support_contact",
    _("Turn to our support"), _("Write what has happened, and we open a case."), _("What has happened?"),
    _("Send to support"),
)  # fmt: skip
NEWSLETTER = WayIn(
    "newsletter sign-up", "newsletter", "newsletter.subscription", ("newsletter.subscription",),
    "newsletter_contact", _("Sign up for newsletters"), _("News by e-mail, until you leave."), "", _("Sign up"),
)  # fmt: skip
WAYS = (ORDER, DEMO, SUPPORT, NEWSLETTER)

PERSON = ("name", "email", "phone", "title", "address", "town")
"""Words of a policy that are fields of a person, and what they are called there."""
FIRM: Mapping[str, str] = {
    "company": "name", "organisation number": "organisation_number", "business system": "business_system",
}  # fmt: skip
"""Those that are a company's. An address and a town are stored with the person who wrote them, and go with them."""


def ways_in(found: Running) -> tuple[WayIn, ...]:
    """Those that exist, in the policy's order: a way in needs a register of ours that takes what it makes, and a
    newsletter somebody to send it to."""
    stated = found.policy.collected.from_ if found.policy.collected else ()
    by_word = {way.word: way for way in WAYS}
    return tuple(
        by_word[word] for word in dict.fromkeys(stated) if word in by_word and _works(found, by_word[word])
    )


def way_in(found: Running, slug: str) -> WayIn | None:
    """The way in of that name, if it exists."""
    return next((way for way in ways_in(found) if way.slug == slug), None)


def words_of(found: Running, way: WayIn) -> tuple[str, ...]:
    """The policy's words for what the form asks of a person: what the purposes name and the register may store. Where
    no purpose names anything, the address alone, without which nobody can be answered."""
    named = [purpose for purpose in found.policy.purpose.values() if set(purpose.records) & set(way.serves)]
    needed = {word for purpose in named for word in purpose.fields or ()}
    if not any(purpose.fields is not None for purpose in named):
        needed = {"email"}
    return tuple(word for word in FIELDS if word in needed and _takes(found, way, word))


def person_of(given: Mapping[str, str]) -> Person:
    """The person in what was given, by the policy's words."""
    return Person(**{word: given[word] for word in PERSON if given.get(word)})


def firm_of(given: Mapping[str, str]) -> Firm:
    """The company in what was given; a sole trader's number is their own (S3)."""
    found = {name: given[word] for word, name in FIRM.items() if given.get(word)}
    return Firm(**found, sole_trader=is_a_persons(found.get("organisation_number", "")))


def is_a_persons(number: str) -> bool:
    """Whether the number is a personal identity or coordination number."""
    return bool(swedish.valid(number))


def _works(found: Running, way: WayIn) -> bool:
    system = found.policy.records().get(way.kind)
    ours = system is not None and found.policy.system[system].connector == "own"
    return ours and (way is not NEWSLETTER or "email" in words_of(found, way))


def _takes(found: Running, way: WayIn, word: str) -> bool:
    """Whether the register's contact, or the company, has a column for the word that the policy lets it fill."""
    table = found.kinds[way.kind].contacts
    columns = table.table.fields if table else {}
    allowed = fields.allowed(found.rules.fields, found.rules.kinds)
    here, companies = allowed.get(way.contacts, {}), allowed.get(COMPANY, {})
    if word in FIRM:
        return here.get(f"company.{FIRM[word]}", True) and companies.get(FIRM[word], True)
    return word in columns and here.get(word, True)
