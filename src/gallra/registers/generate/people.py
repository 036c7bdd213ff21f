"""Invented people: names drawn from parts, addresses under domains reserved for examples (RFC 2606).

Surnames are put together of two parts of nature, as Swedish surnames are, so that thousands of different ones
come of a short list and none is copied from life. Pure: a `random.Random` goes in, values come out.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

GIVEN: tuple[str, ...] = tuple(
    """
    Adam Agnes Albin Alexander Alice Alma Amanda Amina Anders Andreas Anette Angelica Anita Ann Anna Anneli
    Annika Anton Arne Arvid Astrid August Axel Barbro Beatrice Bengt Berit Birgitta Björn Britt Camilla Carin
    Carl Carolina Cecilia Charlotte Christer Christian Christina Dag Dan Daniel Daniella David Dennis Ebba
    Edvin Elias Elin Elisabet Ellen Elsa Elvira Emelie Emil Emma Erik Erika Ester Eva Evelina Fabian Fatima
    Filip Filippa Folke Fredrik Frida Frej Gabriel Gabriella Georg Gerd Gun Gunilla Gunnar Gustav Göran Hampus
    Hanna Hans Harald Hassan Hedvig Helen Helena Henning Henrik Herman Hilda Hugo Håkan Ida Inga Ingemar Inger
    Ingrid Irene Isabella Isak Ivar Jakob Jan Jasmin Jenny Jens Jesper Jessica Joel Johan Johanna John Jonas
    Jonatan Josef Josefin Julia Jörgen Kajsa Karin Karl Karolina Katarina Kenneth Kerstin Kevin Kim Kjell
    Klara Klas Knut Kristian Kristin Kurt Lage Lars Leif Lena Leo Liam Lilly Lina Linda Linnea Linus Lisa
    Lotta Louise Lovisa Lucas Ludvig Magdalena Magnus Maja Malin Maria Marianne Marie Markus Martin Matilda
    Mats Mattias Max Melker Mikael Minna Moa Mohamed Mona Monika Nadja Nicklas Niklas Nils Nina Nora Oksana
    Ola Olivia Olle Olof Omar Oskar Otto Patrik Paulina Per Pernilla Peter Petra Pia Ragnhild Rasmus Rebecka
    Rickard Rikard Robert Robin Roger Roland Rolf Ronja Rosa Ruben Rut Sabina Sadia Saga Samuel Sandra Sanna
    Sara Sebastian Selma Signe Sigrid Simon Siv Sofia Solveig Staffan Stefan Stig Stina Sture Susanne Sven
    Svea Tage Teodor Teresa Therese Tim Tobias Tom Tomas Tora Tova Tuva Tyra Ulf Ulla Ulrika Urban Ursula
    Valter Vanja Vera Victoria Vidar Viggo Viktor Vilhelm Vilma Wilma Yasmin Ylva Yngve Yusuf Zara Åke Åsa
    Örjan
    """.split()  # noqa: SIM905
)
"""Given names; the cast of the tests (Alva, Bo, Cleo) is left out, so that a search for them finds only
them."""

FIRST_PARTS: tuple[str, ...] = tuple(
    """
    Al Alm Asp Back Berg Bjur Björk Blad Bok Brand Bäck Dal Ek Eld En Fjäll Fors Frid Fur Glad Gran Grim Grön
    Gyll Hag Hall Hassel Hav Hed Hjelm Holm Hälle Hög Is Kall Klint Klöver Kron Kvarn Käll Lager Lind Ljung
    Lock Lund Lång Löv Malm Mark Moss Mörk Norr Nord Ny När Ort Palm Ramn Ris Ros Rud Rönn Sand Selg Silver
    Sjö Skog Skär Sol Stad Sten Stjärn Strand Ström Sund Svan Söder Tall Torn Tranå Tång Ull Vall Vass Ved
    Vinter Vik Väster Ängs Åker Ås Älv Ör Öst
    """.split()  # noqa: SIM905
)
SECOND_PARTS: tuple[str, ...] = tuple(
    """
    back berg blad blom borg brant bro byhn dal dell dén fall fast feldt fors gren grund gård hage hamn hed
    holm hult häll klint kvist land lid lind ljung lund löv man mark näs quist rot ros sjö skär sten strand
    ström sund sved torp träd vall vik väg wall åker äng ö
    """.split()  # noqa: SIM905
)
FATHERS: tuple[str, ...] = (
    "Anders", "Arvids", "Axels", "Bengts", "Eriks", "Folkes", "Gunnars", "Gustavs", "Hans", "Håkans",
    "Ingemars", "Jakobs", "Johans", "Jons", "Karls", "Knuts", "Lars", "Magnus", "Mats", "Mårtens", "Nils",
    "Olofs", "Ottos", "Pers", "Peters", "Ragnars", "Simons", "Stens", "Svens", "Tages", "Viktors", "Ås",
)  # fmt: skip
FREE_MAIL: tuple[str, ...] = ("example.com", "example.net", "example.org")
TITLES: tuple[str, ...] = (
    "ekonomichef", "ekonomiassistent", "redovisningskonsult", "löneansvarig", "vd", "it-ansvarig", "kontorschef",
    "inköpare", "lageransvarig", "administratör", "controller", "säljchef", "projektledare", "redovisningsekonom",
)  # fmt: skip

_ASCII = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", "ü": "u", "&": " "})


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name; `local` is how it is written before the @ of an address."""

    given: str
    family: str

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def local(self) -> str:
        return f"{slug(self.given)}.{slug(self.family)}"


def slug(text: str) -> str:
    """Lower-case ASCII letters, digits and hyphens, as in a domain: "Åsas Bröd & Kaffe" →
    "asas-brod-kaffe"."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_ASCII)
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in plain)
    return "-".join(part for part in kept.split("-") if part)


def family_name(rng: random.Random) -> str:
    """A surname: every fourth ends in -sson, as in the country."""
    if rng.random() < 0.25:
        return rng.choice(FATHERS) + "son"
    first, second = rng.choice(FIRST_PARTS), rng.choice(SECOND_PARTS)
    while first.lower() == second:
        second = rng.choice(SECOND_PARTS)
    # "Ljungström", but never three of a kind in a row: "Tallund", "Hallind".
    return first + (second[1:] if first[-2:] == second[0] * 2 else second)


def name(rng: random.Random) -> Name:
    """An invented name."""
    return Name(rng.choice(GIVEN), family_name(rng))


class Addresses:
    """Gives out e-mail addresses, each once: anna.ek@firman.example, anna.ek2@firman.example …"""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, person: Name, *, domain: str) -> str:
        """A new address for `person` under `domain` (a reserved one: *.example, example.com, .net, .org)."""
        address = f"{person.local}@{domain}"
        count = self._given[address] = self._given.get(address, 0) + 1
        return address if count == 1 else f"{person.local}{count}@{domain}"
