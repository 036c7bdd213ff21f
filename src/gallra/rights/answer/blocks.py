"""A letter as data: headings, paragraphs, lists, pairs and tables, as letter.typ sets them. Every text is a value; none
is ever markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

LONGEST = 24
"""Characters without a space beyond which places to break a line are offered after signs."""
LONGEST_WORD = 36
"""Letters in a row that are still a word, hyphenated by rule; beyond, a line may break anywhere."""
STEP = 12
NUMBER = "[U+"
"""Begins what stands for signs that cannot be printed."""
ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
_MONTHS = (
    "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|January|February|March|April|May"
    "|June|July|August|September|October|November|December"
)
_UNBROKEN = re.compile(
    rf"(?<=\b[Aa]rtikel) (?=\d)|(?<=\bArticle) (?=\d)|(?<=\bArticles) (?=\d)|(?<=\bchapter) (?=\d)"
    rf"|(?<=\bsection) (?=\d)|(?<=\d) (?=(?:{_MONTHS}) \d{{4}}\b|kap\.|§)|(?<=kap\.) (?=\d)"
)
"""Spaces at which no line ends: of a day, of an article."""
_RUN = re.compile(rf"\S{{{LONGEST + 1},}}")
_AFTER = re.compile(r"(?<=[@./_\-:;,=&?])(?=\w)")
_JOINS = frozenset("\u200d\ufe0e\ufe0f")
"""Join signs into one picture, or choose between the looks of one: nothing by themselves."""
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They would turn the words of the letter around, beyond the value they stand in."""


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 1 for a section, 2 and 3 below it (the letter's title stands above all). apart: begins a new page."""

    text: str
    level: int = 1
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph. style: "", "quiet" (small, grey), "under" (the same, kept with what follows), "strong"; "set apart"
    has a line at its side."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list with marks."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels with their values."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a row of headings. widths: shares of the line, one a column; numbers: columns set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that no page parts."""

    blocks: tuple[Heading | Para | Items | Pairs | Grid, ...]


Block = Heading | Para | Items | Pairs | Grid | Together


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter. sender: lines of the letterhead, the name first; to: lines of the address; meta: beside it;
    foot: what stands at the foot of every page beside its number; page: "sida {n} av {of}"; unseen: what is said where
    a sign could not be printed; ending: the lines under it."""

    language: str
    title: str
    sender: tuple[str, ...]
    to: tuple[str, ...] = field(repr=False)
    meta: tuple[tuple[str, str], ...] = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    ending: tuple[str, ...] = ()
    enclosed: tuple[Block, ...] = field(default=(), repr=False)
    """What comes after the signature: the copy of the data."""
    foot: str = ""
    page: str = ""
    unseen: str = ""


def as_data(letter: Letter, *, fits: Callable[[str], bool], missing: Collection[str] = ()) -> dict[str, Any]:
    """The letter for letter.typ. fits: whether a label has room in the column of labels. missing: signs that no
    typeface of ours has; they are named by their number."""
    marked = False

    def put(text: str, *, breaks: bool = True) -> str:
        nonlocal marked
        shown = visible(text, missing)
        marked = marked or shown.count(NUMBER) != text.count(NUMBER)
        return _UNBROKEN.sub(NO_BREAK, breakable(shown) if breaks else shown)

    data: dict[str, Any] = {
        "lang": letter.language,
        "title": put(letter.title, breaks=False),
        "sender": [put(line) for line in letter.sender],
        "to": [put(line) for line in letter.to],
        "meta": [[put(label), put(value)] for label, value in letter.meta],
        "blocks": [_block(block, put, fits) for block in letter.blocks],
        "ending": [put(line) for line in letter.ending],
        "enclosed": [_block(block, put, fits) for block in letter.enclosed],
        "foot": put(letter.foot),
        "page": letter.page,
    }
    data["unseen"] = letter.unseen if marked else ""
    return data


def _block(block: Block, put: Callable[[str], str], fits: Callable[[str], bool]) -> Mapping[str, Any]:
    match block:
        case Heading():
            return {
                "is": "heading",
                "text": put(block.text).strip() or "–",
                "level": block.level,
                "apart": block.apart,
            }
        case Para():
            return {"is": "para", "text": put(block.text), "style": block.style}
        case Items():
            return {"is": "items", "items": [put(item) for item in block.items]}
        case Pairs():
            pairs = [(put(label), put(value)) for label, value in block.pairs]
            return {"is": "pairs", "pairs": [[label, value, fits(label)] for label, value in pairs]}
        case Together():
            return {"is": "together", "blocks": [_block(each, put, fits) for each in block.blocks]}
        case Grid():
            return {
                "is": "grid", "head": [put(cell) for cell in block.head],
                "rows": [[put(cell) for cell in row] for row in block.rows],
                "widths": list(block.widths), "numbers": list(block.numbers),
            }  # fmt: skip


def visible(text: str, missing: Collection[str]) -> str:
    """The text with what cannot be printed, or would disturb what stands around it, as its number: [U+202E]; several in
    a row in one pair of brackets."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if (
        text.replace("\n", "").isprintable()
        and _JOINS.isdisjoint(text)
        and not set(missing).intersection(text)
    ):
        return text
    return "".join(
        "".join(signs) if seen else _numbered(signs)
        for seen, signs in groupby(
            text, lambda sign: not (sign in missing or _unprintable(sign) or sign in _JOINS)
        )
    )


def _numbered(signs: Iterable[str]) -> str:
    """Signs in a row, by their numbers; what only joins them, or chooses how they look, goes without."""
    listed = [f"U+{ord(sign):04X}" for sign in signs if sign not in _JOINS]
    return f"[{' '.join(listed)}]" if listed else ""


def _unprintable(sign: str) -> bool:
    if sign == "\n":
        return False
    return sign in _OVERRIDES or unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")


def breakable(text: str) -> str:
    """The text with places to break what is longer than `LONGEST` without a space: after a sign, else anywhere."""
    return _RUN.sub(lambda found: _broken(found[0]), text) if len(text) > LONGEST else text


def _broken(run: str) -> str:
    pieces = []
    for piece in _AFTER.split(run):
        if len(piece) <= LONGEST_WORD:
            pieces.append(piece)
        else:
            pieces += [piece[at : at + STEP] for at in range(0, len(piece), STEP)]
    return ZERO_WIDTH.join(pieces)
