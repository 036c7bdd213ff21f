"""How numbers, days and moments are said on pages and in mail: "10 982", "21 nov 2026", "i dag 02.04", "i natt".

Pure functions of value, language ("sv" or "en") and, where the words depend on it, the moment of reading. Moments are
aware and already in the controller's time zone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

THIN = "\N{NARROW NO-BREAK SPACE}"
HARD = "\N{NO-BREAK SPACE}"
NONE = "–"

SHORT = {
    "sv": ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
LONG = {
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
NEAR = {
    "sv": {-1: "i går", 0: "i dag", 1: "i morgon"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
TONIGHT = {"sv": "i natt", "en": "tonight"}
NIGHT_BEGINS, NIGHT_ENDS = 22, 6
"""Hours between which a sweep of the coming day is said to be "tonight"."""


def number(value: int | None) -> str:
    """A count in groups of three with thin, unbreakable spaces; a dash for None (not measured)."""
    return NONE if value is None else f"{value:,}".replace(",", THIN)


def day(value: date | None, lang: str) -> str:
    """A calendar day in short: 21 nov 2026, 21 Nov 2026."""
    if value is None:
        return NONE
    return f"{value.day}{HARD}{SHORT[lang][value.month - 1]}{HARD}{value.year}"


def long_day(value: date | None, lang: str) -> str:
    """A calendar day in full: 1 november 2026, 1 November 2026."""
    if value is None:
        return NONE
    return f"{value.day}{HARD}{LONG[lang][value.month - 1]} {value.year}"


def month(value: date, lang: str) -> str:
    """A month in short, as an axis says it: dec 26, Dec 26."""
    return f"{SHORT[lang][value.month - 1]}{HARD}{value.year % 100:02d}"


def long_month(value: date, lang: str) -> str:
    """A month in full: december 2026, December 2026."""
    return f"{LONG[lang][value.month - 1]} {value.year}"


def clock(value: datetime, lang: str) -> str:
    """A time of day: 02.04 in Swedish, 02:04 in English."""
    return f"{value:%H.%M}" if lang == "sv" else f"{value:%H:%M}"


def moment(value: datetime | None, now: datetime, lang: str) -> str:
    """A moment seen from `now`: i dag 02.04, i går 14.30, i natt 02.00 (ahead), else 19 nov 2026 02.04."""
    if value is None:
        return NONE
    if _tonight(value, now):
        said = TONIGHT[lang]
    else:
        said = NEAR[lang].get((value.date() - now.date()).days) or day(value.date(), lang)
    return f"{said.replace(' ', HARD)}{HARD}{clock(value, lang)}"


def due_day(value: date | None, sweep: datetime | None, now: datetime, lang: str) -> str:
    """The day on which records go. What the coming sweep takes is said as that sweep is: i natt, i dag, i morgon.

    value: the day they become due; sweep: when the next sweep begins, None if none is planned.
    """
    if value is None:
        return NONE
    if sweep is not None and value <= sweep.date():
        if _tonight(sweep, now):
            return TONIGHT[lang].replace(" ", HARD)
        value = sweep.date()
    near = NEAR[lang].get((value - now.date()).days)
    return near.replace(" ", HARD) if near else day(value, lang)


def _tonight(value: datetime, now: datetime) -> bool:
    ahead = value - now
    night = value.hour >= NIGHT_BEGINS or value.hour < NIGHT_ENDS
    return night and timedelta(0) <= ahead < timedelta(hours=24)


def sentence(phrase: str) -> str:
    """A phrase as a sentence: with a capital and a full stop. What already ends one keeps its sign; the name of a
    record kind, which has a full stop within, keeps its small letters."""
    phrase = phrase.strip()
    if not phrase:
        return phrase
    first = phrase.split(maxsplit=1)[0]
    capital = phrase[0] if "." in first.rstrip(".") else phrase[0].upper()
    return capital + phrase[1:] + ("" if phrase[-1] in ".!?:" else ".")
