"""Invented companies: a made-up place or family and a trade, a number of an invented series, a domain under
.example."""

from __future__ import annotations

import random
from dataclasses import dataclass

from gallra.registers.generate import numbers, people, places

TRADES: tuple[str, ...] = (
    "Bygg", "Måleri", "Snickeri", "El", "Rör & Värme", "Plåt", "Betong", "Schakt", "Åkeri", "Spedition",
    "Lager & Logistik",
    "Redovisning", "Ekonomibyrå", "Revision", "Konsult", "Fastigheter", "Förvaltning", "Mekaniska", "Verkstad", "Svets",
    "Plast", "Gummi", "Förpackning", "Tryckeri", "Bokhandel", "Möbler", "Inredning", "Textil", "Skor", "Konfektion",
    "Livsmedel", "Bageri", "Kafferosteri", "Mejeri", "Charkuteri", "Frukt & Grönt", "Trädgård", "Plantskola", "Maskin",
    "Bilservice", "Däckcenter", "Marin", "Sport & Fritid", "Städ", "Bevakning", "Bemanning", "Utbildning", "Reklam",
    "Data", "Elektronik", "Instrument", "Optik", "Tandvård", "Hälsa", "Friskvård", "Hotell", "Restaurang", "Event",
)  # fmt: skip
SOLE_TRADES: tuple[str, ...] = (
    "Snickeri", "Måleri", "Redovisning", "Trädgårdsservice", "Fotvård", "Frisör", "Foto", "Översättning",
    "Bokföringsbyrå",
    "Kakel & Klinker", "Hundtrim", "Smide", "Keramik", "Bygghjälp", "Lantbruksservice",
)  # fmt: skip
SYSTEMS: tuple[str, ...] = (
    "Tärnan Ekonomi", "Tärnan Lön", "Vågen Affär", "Vågen Bokslut", "Linjen Order & Lager", "Linjen Fakturering",
    "Stommen Projekt", "Stommen Tid", "Kalkylark", "Eget system",
)  # fmt: skip
"""Business systems that a customer may say it uses: none of them exists."""
SOLE_SHARE = 0.09
"""One in eleven is a sole trader, whose organisation number is a personal one (S3)."""


@dataclass(frozen=True, slots=True)
class Company:
    """An invented company. `domain` is under .example, or one of the example.* for a sole trader with free
    mail."""

    name: str
    number: str
    sole_trader: bool
    address: str
    postal_code: str
    town: str
    business_system: str
    domain: str


def _genitive(name: str) -> str:
    return name if name[-1] in "sxz" else name + "s"


def _named(rng: random.Random, *, town: str, sole: bool) -> str:
    family = people.family_name(rng)
    if sole:
        trade = rng.choice(SOLE_TRADES)
        return rng.choice(
            (
                f"{_genitive(family)} {trade}",
                f"{trade} {people.name(rng).full}",
                f"{_genitive(family)} {trade} i {town}",
            )
        )
    trade = rng.choice(TRADES)
    shape = rng.random()
    if shape < 0.45:
        return f"{_genitive(family)} {trade} AB"
    if shape < 0.75:
        return f"{family} {trade} AB"
    if shape < 0.85:
        return f"{family} & {people.family_name(rng)} {trade} AB"
    return f"{_genitive(family)} {trade} i {town} AB"


class Companies:
    """Gives out companies, no two with the same name, number or domain."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names: set[str] = set()
        self._domains: set[str] = set()
        self._numbers: set[str] = set()
        self._count = 0

    def new(self) -> Company:
        """The next company."""
        rng = self._rng
        town, code = places.town(rng)
        sole = rng.random() < SOLE_SHARE
        name = _named(rng, town=town, sole=sole)
        while name in self._names:
            name = _named(rng, town=town, sole=sole)
        self._names.add(name)
        return Company(
            name=name,
            number=self._number(sole),
            sole_trader=sole,
            address=places.street(rng),
            postal_code=code,
            town=town,
            business_system=rng.choice(SYSTEMS),
            domain=self._domain(name, sole=sole),
        )

    def _number(self, sole: bool) -> str:
        if not sole:
            self._count += 1
            return numbers.organisation_number(self._count - 1)
        number = numbers.identity_number(self._rng)
        while number in self._numbers:
            number = numbers.identity_number(self._rng)
        self._numbers.add(number)
        return number

    def _domain(self, name: str, *, sole: bool) -> str:
        if sole and self._rng.random() < 0.4:
            return self._rng.choice(people.FREE_MAIL)
        base = people.slug(name.removesuffix(" AB"))
        domain = f"{base}.example"
        serial = 1
        while domain in self._domains:
            serial += 1
            domain = f"{base}-{serial}.example"
        self._domains.add(domain)
        return domain
