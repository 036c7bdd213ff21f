"""Which columns look personal, and why: by their names in Swedish and English, and by what a sample of their
values looks
like. No value leaves this module: only how many of how many looked like what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from personnummer import personnummer as swedish

SAMPLE = 200
"""Values looked at of each column."""
ENOUGH = 0.6
"""The share of a sample that must look alike."""

_NAMES: tuple[tuple[str, str | None, str], ...] = (
    ("a personal identity number", None, r"person_?(nr|nummer|no|number)|pnr|ssn|fodelsenummer|samordningsnummer"),
    ("an e-mail address", "email", r"e_?(post|mail)\w*|mail(_?adress|_?address)?|\w*_e?mail|\w*_epost"),
    ("a telephone number", "phone", r"tel|tele?fon\w*|phone\w*|\w*_phone|\w*telefon|mobil\w*|cell\w*|fax"),
    ("an address", "address", r"(post|gatu|besoks|faktura|leverans)?_?adress(rad)?_?\d?|\w*address\w*|gata|street|co|postnr|postnummer|zip\w*"),  # noqa: E501
    ("a town", "town", r"ort|post_?ort|stad|city|town"),
    ("an organisation number", "organisation number", r"org(anisations)?_?(nr|nummer|no|number)|vat\w*|momsnr"),
    ("a company", "company", r"foretag\w*|firma|bolag\w*|company\w*|kundnamn|customer_?name|organisation"),
    ("a title", "title", r"titel|befattning|roll_?titel|job_?title"),
    ("a date of birth", None, r"fodd|fodelse\w*|birth\w*|dob"),
    ("a name", "name", r"namn|name|full_?name|for_?namn|efter_?namn|first_?name|last_?name|kontakt(person)?(_?namn)?|contact_?name"),  # noqa: E501
    ("a member of staff", None, r"handlaggare|ansvarig|assignee|agare|owner|saljare|av|by|\w+_(av|by)|avsandare|sender|author|skribent|user\w*|anvandar\w*"),  # noqa: E501
    ("a sign-in", None, r"losen\w*|password\w*|login|inlogg\w*|token"),
    ("an address of a computer", None, r"ip|ip_?adress|ip_?address"),
    ("free text", None, r"beskrivning\w*|description|brod_?text|text\w*|anteckning\w*|notes?|notering\w*|kommentar\w*|comments?|meddelande\w*|message|body|innehall|content|amne|subject|rubrik|fritext|memo|orsak|reason"),  # noqa: E501
    ("a document", None, r"fil_?namn|file_?name|fil|file|bilaga\w*|attachment\w*|dokument\w*"),
)  # fmt: skip
"""What it looks like, the word of FIELDS where there is one, the names (letters without marks, lower case)."""

EVENTS: tuple[tuple[str, str, str], ...] = (
    ("closed", "stängdes", r"stangd\w*|stangt\w*|avslutad\w*|avslutat\w*|avslut_?datum|closed\w*|klar\w*|lost_?\w*|resolved\w*|fardig\w*|completed\w*"),  # noqa: E501
    ("ended", "upphörde", r"\w*upphor\w*|slut_?datum|ended\w*|end_?date|giltig_?t\w*|utgar\w*|expire\w*|\w*_till|uppsagd\w*|terminated\w*"),  # noqa: E501
    ("last contact", "senaste kontakt", r"senast\w*|last_?\w*|kontaktad\w*"),
    ("opened", "öppnades", r"skapad\w*|skapat\w*|oppnad\w*|oppnat\w*|registrerad\w*|inkom\w*|created\w*|opened\w*|skickad\w*|skickat\w*|sent\w*|added\w*|datum|date"),  # noqa: E501
)  # fmt: skip
"""Dates on which clocks may run: what happened, in both languages, and the names."""
ARCHIVED = r"arkiverad\w*|arkiverat\w*|archived\w*|gallrad\w*"
NUMBER = r"\w*(nr|nummer|number|_no)"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


@dataclass(frozen=True, slots=True)
class Looks:
    """Why a column looks personal, and the word of FIELDS for it, if there is one. sure: by its values."""

    why: str
    field: str | None
    sure: bool = False


def plain(name: str) -> str:
    """A name in lower case with letters without marks: Ärende_ID is arende_id, kundNamn is kund_namn."""
    spaced = re.sub(r"(?<=[a-zåäö0-9])(?=[A-ZÅÄÖ])", "_", name)
    bare = unicodedata.normalize("NFKD", spaced)
    return re.sub(r"\W+", "_", "".join(c for c in bare if not unicodedata.combining(c))).lower()


def by_name(name: str) -> Looks | None:
    """What a column's name says."""
    for why, field, names in _NAMES:
        if re.fullmatch(names, plain(name)):
            return Looks(f"its name says {why}", field)
    return None


def by_values(values: Sequence[object]) -> Looks | None:
    """What a sample of a column's values says. The values are counted and forgotten."""
    texts = [str(value).strip() for value in values if value is not None and str(value).strip()]
    if not texts:
        return None
    tests = (
        ("e-mail addresses", "email", lambda text: bool(_EMAIL.fullmatch(text))),
        ("personal identity numbers", None, is_personal_number),
        ("telephone numbers", "phone", is_phone),
    )
    for what, field, test in tests:
        alike = sum(test(text) for text in texts)
        if alike and (alike >= ENOUGH * len(texts) or (field is None and alike >= 2)):
            return Looks(f"{alike} of {len(texts)} values looked at are {what}", field, sure=True)
    inside = sum(bool(_EMAIL.search(text)) for text in texts)
    if inside:
        return Looks(f"{inside} of {len(texts)} values looked at mention e-mail addresses", None, sure=True)
    return None


def is_personal_number(text: str) -> bool:
    """A Swedish personal identity number or coordination number, with a right check digit and a possible date."""
    if not re.fullmatch(r"(\d{2})?\d{6}[-+]?\d{4}", text):
        return False
    with suppress(Exception):  # the library raises for what it cannot read
        return bool(swedish.valid(text))
    return False


def is_phone(text: str) -> bool:
    """A telephone number that exists in some numbering plan, Sweden's where it begins without a country."""
    if not re.fullmatch(r"(\+|00|0)[\d\s()/-]{6,20}", text):
        return False
    with suppress(phonenumbers.NumberParseException):
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text, "SE")))
    return False


def moments_in(values: Iterable[object]) -> str | None:
    """Whether all texts are days ("date") or moments ("timestamp"): SQLite keeps both as text. None: neither."""
    texts = [value for value in values if isinstance(value, str)]
    if not texts:
        return None
    for text in texts:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return None
        if not re.match(r"\d{4}-\d{2}-\d{2}", text):
            return None
    return "date" if all(len(text) == 10 for text in texts) else "timestamp"


def event_of(name: str) -> tuple[str, str] | None:
    """What a date's name says happened: ("closed", "stängdes")."""
    return next(((en, sv) for en, sv, names in EVENTS if re.fullmatch(names, plain(name))), None)
