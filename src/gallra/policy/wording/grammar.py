"""The small rules of written Swedish and English: lists, capitals, genitives, numbers and dates.

Nothing here knows what a policy is. Languages are `sv` and `en`; any other raises KeyError, as `Text` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal

from gallra.kinds import Text

Lang = Literal["sv", "en"]
LANGS: tuple[Lang, ...] = ("sv", "en")

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
"""Stands between groups of three digits, and between a section sign and its number."""

_AND = Text("och", "and")
_OR = Text("eller", "or")
_SMALL = {
    "sv": ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}  # fmt: skip
_ORDINALS = {
    "sv": (
        "nollte", "första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde",
        "elfte", "tolfte",
    ),
    "en": (
        "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        "eleventh", "twelfth",
    ),
}  # fmt: skip
_MONTHS = {
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
        "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}  # fmt: skip


def both(write: Callable[[Lang], str]) -> Text:
    """The phrase that `write` makes in each language."""
    return Text(write("sv"), write("en"))


def listed(items: Iterable[str], lang: Lang, *, last: Literal["and", "or"] = "and") -> str:
    """ "a", "a och b", "a, b och c"; the empty string of nothing. No comma before the conjunction, in either language.

    Where an item has that conjunction in itself the last is joined by "samt" and ", and"; where one has a comma,
    semicolons part them.
    """
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    conjunction = (_AND if last == "and" else _OR)[lang]
    bare = [word for word in words if word[0] not in "”“"]
    if any(", " in word for word in bare):
        return "; ".join(words[:-1]) + f"; {conjunction} {words[-1]}"
    joint = f" {conjunction} "
    if any(joint in word for word in bare):
        joint = " samt " if (lang, last) == ("sv", "and") else f", {conjunction} "
    return ", ".join(words[:-1]) + joint + words[-1]


def titles(names: Iterable[str], lang: Lang) -> str:
    """A list of titles; one that would be read as two, "Avtal och fakturering", stands in quotation marks beside
    others.
    """
    given = list(names)
    if len(given) < 2:
        return "".join(given)
    opening = "”" if lang == "sv" else "“"
    double = re.compile(r", | och | and ")
    return listed((f"{opening}{name}”" if double.search(name) else name for name in given), lang)


def capital(text: str) -> str:
    """The text with its first letter as a capital: "e-postadress" → "E-postadress"; the rest is left alone."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence: a capital first, one full stop last, no space doubled or left before the stop."""
    words = " ".join(text.split(" ")).strip()
    while "  " in words:
        words = words.replace("  ", " ")
    return capital(words if words.endswith((".", "?", "!")) else f"{words}.")


def genitive(name: str, lang: Lang) -> str:
    """Microsofts, SWINX, DGC:s (nothing after s, x, z, a colon after initials); Microsoft's, SWINX's."""
    if lang == "en":
        return f"{name}'s"
    if name[-1:].lower() in ("s", "x", "z"):
        return name
    return f"{name}:s" if name.isupper() else f"{name}s"


def number(value: int, lang: Lang) -> str:
    """Up to twelve in words (neuter in Swedish), then in digits, grouped by thin spaces from 10 000."""
    small = _SMALL[lang]
    return small[value] if 0 <= value < len(small) else digits(value)


def digits(value: int) -> str:
    """1998, 10 982, 1 000 000: thin spaces from five digits on, as Swedish typesetting has it; the same in English
    pages.
    """
    return f"{value:,}".replace(",", THIN_SPACE) if abs(value) >= 10_000 else str(value)


def ordinal(value: int, lang: Lang) -> str:
    """sjunde, seventh; in digits after twelve: 18:e, 21:a; 18th, 21st."""
    words = _ORDINALS[lang]
    if 0 <= value < len(words):
        return words[value]
    teen = value % 100 in (11, 12, 13)
    if lang == "sv":
        return f"{value}:a" if value % 10 in (1, 2) and not teen else f"{value}:e"
    return f"{value}th" if teen else f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th') }"


def dated(day: date, lang: Lang) -> str:
    """1 november 2026, 1 November 2026."""
    return f"{day.day} {_MONTHS[lang][day.month - 1]} {day.year}"
