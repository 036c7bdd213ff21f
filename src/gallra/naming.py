"""Names, addresses and telephone numbers as they stand in running text: what is looked for, and what counts as found.

A name is found where its words stand in a row, whatever the case and what is between them, in either order of first and
last name, the last word with or without a genitive s ("Anna Svenssons", "Svensson, Anna"). A short name of one word
is found only as it is written ("Bo", not the verb). An address is found where it does not go on to the left
("lena.bo@…" is another's). A telephone number is found however it is grouped, with or without the country's prefix,
where no digit goes before or after it. Text with accents as signs of their own is read as text without.
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
HOME = "46"
"""The country of numbers that are written without one."""
LEAST, MOST = 6, 15
"""Digits of a telephone number, without its prefix: fewer say nothing, more are none."""
TAIL = 7
"""Digits at a number's end that stand for it in an index: the same, whatever its prefix."""
APART = 4
"""Signs between two digits of one number, at most."""
GROUPED = rf"[\s()./\-\u2010-\u2015]{{0,{APART}}}"
_STORED = re.compile(r"\+?[0-9][0-9\s()./\-\u2010-\u2015]*")
_RUN = re.compile(rf"[0-9](?:[^0-9A-Za-z]{{0,{APART}}}[0-9])+")
_NUMBER = re.compile(rf"\+?[0-9]{{{LEAST},{MOST}}}")


def terms(address: str, names: Iterable[str] = (), phones: Iterable[str] = ()) -> list[str]:
    """What a person is looked for by: the address, the names and the telephone numbers, each once, the longest
    first."""
    said = {" ".join(name.split()) for name in names if sum(map(len, WORD.findall(name))) > 1}
    known = {each for each in (address, *said, *(n for phone in phones for n in numbers(phone))) if each}
    return sorted(known, key=lambda each: (-len(each), each))


def numbers(phone: str) -> Iterator[str]:
    """The numbers that a field for one holds, as terms: "+46701234567" for "070-123 45 67" and for "+46 (0)70-1234567"
    alike; one without any prefix as it stands."""
    for found in _STORED.findall(re.sub(r"(?<=[0-9])\s*\(0\)", " ", phone) if "+" in phone else phone):
        digits = re.sub(r"[^0-9]", "", found)
        if found.startswith("+") or digits.startswith("00"):
            plain = digits.lstrip("0")
        elif digits.startswith("0"):
            plain = HOME + digits.lstrip("0")
        elif digits.startswith(HOME) and len(digits) > len(HOME) + LEAST:
            plain = digits
        else:
            plain = ""
            if LEAST <= len(digits) <= MOST:
                yield digits
        if plain.startswith(f"{HOME}0"):
            plain = HOME + plain[len(HOME) :].lstrip("0")
        if LEAST + 1 <= len(plain) <= MOST:
            yield f"+{plain}"


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
        if is_number(term):
            ends = sorted({token(each) if token else each for each in ends_of(term)})
            found.append(f"({' | '.join(map(_quoted, ends))})")
            continue
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


def is_number(term: str) -> bool:
    """Whether a term is a telephone number (of `numbers`)."""
    return _NUMBER.fullmatch(term) is not None


def ends_of(term: str) -> set[str]:
    """What stands in the index for a number, in any of its forms."""
    return {f"n{form[-TAIL:]}" for form in _dialled(term)}


def tails(text: str) -> set[str]:
    """What an index of the text has for the numbers that may stand in it: an `n` and the last digits up to the end of
    every group, whatever stands between the groups. `directory_words` does the same."""
    found = set()
    for run in _RUN.findall(text):
        digits = ""
        for group in re.findall("[0-9]+", run):
            digits = (digits + group)[-TAIL:] if len(group) < TAIL else group[-TAIL:]
            if len(digits) == TAIL:
                found.add(f"n{digits}")
    return found


def _dialled(term: str) -> list[str]:
    """A number's digits in every form that people write: with the country or without, with its zero or without."""
    digits = term.removeprefix("+")
    forms = [digits] if len(digits) >= TAIL else []
    if not term.startswith("+"):
        forms += [f"0{digits}", f"{HOME}{digits}"]
    elif digits.startswith(HOME):
        own = digits.removeprefix(HOME)
        forms += [f"0{own}", f"{HOME}0{own}"]
    else:
        forms += [f"{digits[:at]}0{digits[at:]}" for at in (1, 2, 3)]
    return list(dict.fromkeys([*forms, *(f"00{form}" for form in forms if not form.startswith("0"))]))


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
    if is_number(term):
        forms = "|".join(GROUPED.join(form) for form in sorted(_dialled(term), key=len, reverse=True))
        yield rf"(?:\((?=\+?[0-9]{{1,5}}\)))?(?:\+\s?)?(?<![0-9])(?:{forms})(?![0-9])"
        return
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
