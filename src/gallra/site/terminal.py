"""The language of whoever sits at the terminal, and texts in it for what runs before Django does: help, what is
wrong with the settings, what takes time at the start. The catalogue is the same as Django's.
"""

from __future__ import annotations

import gettext as library
import os
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
DOMAIN = "django"
SAYS_LANGUAGE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The environment's variables, the first that is set counts, as everywhere in gettext."""


def terminal_language() -> str:
    """Swedish where the environment says so, else English."""
    spoken = next((os.environ[name] for name in SAYS_LANGUAGE if os.environ.get(name)), "")
    return "sv" if spoken.lower().startswith("sv") else "en"


def gettext(text: str) -> str:
    """An English text in the terminal's language."""
    return _catalogue(terminal_language()).gettext(text) if text else text


def ngettext(one: str, many: str, count: int) -> str:
    """As `gettext`, by number."""
    return _catalogue(terminal_language()).ngettext(one, many, count)


def teach_libraries() -> None:
    """Let the standard library's gettext find our catalogue, by which Typer words its help; before Typer's help is
    loaded, since it looks its titles up then."""
    if terminal_language() == "sv":
        library.bindtextdomain(DOMAIN, str(LOCALE))
        library.textdomain(DOMAIN)


@cache
def _catalogue(language: str) -> library.NullTranslations:
    if language == "en":
        return library.NullTranslations()
    found = library.translation(DOMAIN, LOCALE, [language], fallback=True)
    for of_an_app in sorted(PACKAGE.glob("*/locale")):
        found.add_fallback(library.translation(DOMAIN, of_an_app, [language], fallback=True))
    return found
