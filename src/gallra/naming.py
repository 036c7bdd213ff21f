"""Names and addresses as they stand in running text: what is looked for, and what counts as found.

A name is found where its words stand in a row, whatever the case and what is between them, in either order of first and
last name, the last word with or without a genitive s ("Anna Svenssons", "Svensson, Anna"). A short name of one word
is found only as it is written ("Bo", not the verb). An address is found where it does not go on to the left
("lena.bo@…" is another's). Text with accents as signs of their own is read as text without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from unicodedata import normalize

ACCENTS = "\u0300-\u036f"
WORD = re.compile(rf"(?:[^\W_][{ACCENTS}]*)+")
BETWEEN = rf"(?![{ACCENTS}])(?:(?![<@])[\W_])+"
"""Between the words of a name: anything but the beginning of an address ("Al <bo@…")."""
BEFORE = rf"(?<![^\W_])(?<![{ACCENTS}])"
AFTER = rf"(?![^\W_]|[{ACCENTS}])"
BEFORE_ADDRESS = rf"{BEFORE}(?<![^\W_][._%+-])"
SHORT = 4
"""Letters below which a name of one word is found only as it is written."""
NOTHING = re.compile(r"(?!)")


def terms(address: str, names: Iterable[str] = ()) -> list[str]:
    """What a person is looked for by: the address and the names, each once, the longest first."""
    said = {" ".join(name.split()) for name in names if sum(map(len, WORD.findall(name))) > 1}
    known = {each for each in (address, *said) if each}
    return sorted(known, key=lambda each: (-len(each), each))


def pattern(known: Iterable[str]) -> re.Pattern[str]:
    """Any of the terms, in running text; the longest wins. Nothing where there is none."""
    ordered = sorted({term for term in known if term}, key=lambda term: (-len(term), term))
    ways = [way for term in ordered for way in _ways(term)]
    return re.compile("|".join(ways), re.IGNORECASE) if ways else NOTHING


def asked(known: Iterable[str], token: Callable[[str], str] | None = None) -> str:
    """The terms as a query of PostgreSQL's full-text search: it finds all that `pattern` finds, and some more (the
    words anywhere in the text). token: what stands for a word, where texts are not indexed by the words themselves.
    Empty where nothing can be asked."""
    found = []
    for term in known:
        alternatives = [sorted({token(form) if token else form for form in _forms(word, term)})
                        for word in words(term)]  # fmt: skip
        if alternatives:
            found.append(" & ".join(f"({' | '.join(map(_quoted, each))})" for each in alternatives))
    return " | ".join(f"({each})" for each in dict.fromkeys(found))


def words(text: str) -> list[str]:
    """The words of a text, in small letters, accents joined with their letters."""
    return [normalize("NFC", word).lower() for word in WORD.findall(text)]


def is_address(term: str) -> bool:
    return "@" in term


def _quoted(word: str) -> str:
    """A word of letters and digits as a lexeme: nothing in it can end the quotation."""
    return f"'{word}'"


def _forms(word: str, term: str) -> Iterator[str]:
    """A word as it may stand in the index: with its genitive, and with accents apart."""
    for each in (word,) if is_address(term) or word[-1] in "sxz" else (word, f"{word}s"):
        yield each
        yield normalize("NFD", each)


def _ways(term: str) -> Iterator[str]:
    """The expressions for a term."""
    if is_address(term):
        yield f"{BEFORE_ADDRESS}(?:{_either(term)}){AFTER}"
        return
    said = WORD.findall(term)
    if not said:
        return
    if len(said) == 1 and len(said[0]) < SHORT:
        written = "|".join(dict.fromkeys((_either(said[0]), _either(said[0].upper()))))
        yield f"{BEFORE}(?-i:(?:{written}){_genitive(said[0])}){AFTER}"
        return
    for order in (said, [said[-1], *said[:-1]]) if len(said) > 1 else (said,):
        joined = BETWEEN.join(f"(?:{_either(word)})" for word in order)
        yield f"{BEFORE}{joined}{_genitive(order[-1])}{AFTER}"


def _either(text: str) -> str:
    """The text with accents joined or apart."""
    forms = dict.fromkeys((normalize("NFC", text), normalize("NFD", text)))
    return "|".join(map(re.escape, forms))


def _genitive(word: str) -> str:
    return "" if word[-1].lower() in "sxz" else "[sS]?"
