"""A letter set as PDF/UA-1 by typst: tagged, with title and language, in typefaces that typst brings.

The text goes in as data, never as source. Nothing is fetched: letter.typ imports nothing, and typst gets no folder of
packages. A sign that no typeface has is named by its number, for PDF/UA refuses signs that cannot be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

import typst

from gallra.rights.answer.blocks import ZERO_WIDTH, Letter, as_data

STANDARD: Final = "ua-1"
TRIES = 4
_UNSEEN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_SAFE = "\N{LATIN SMALL LETTER Z WITH CARON}"
"""The last sign of the alphabets that every typeface of ours has whole."""


LABEL = 119.0
"""Points: the column of labels without the space to its right (letter.typ: label-width)."""
WIDEST = 12.0
_SIGNS: Final = [chr(code) for code in range(0x20, 0x180) if chr(code).isprintable() or code == 0xA0] + [
    "–",
    "—",
    "’",
]
_MEASURE: Final = """
#set text(font: "Libertinus Serif", size: 9.5pt)
#context [#metadata(json(bytes(sys.inputs.signs)).map(sign => measure(sign).width / 1pt)) <widths>]
"""


class Unprintable(Exception):
    """The letter cannot be set. Says nothing of what is in it."""


def pdf(letter: Letter, *, now: datetime) -> bytes:
    """The letter as PDF/UA-1; the same letter and moment give the same bytes. Raises Unprintable."""
    missing: set[str] = set()
    for _ in range(TRIES):
        made, unseen = _set(as_data(letter, fits=fits, missing=missing), now)
        if made is not None:
            return made
        if unseen <= missing:
            break
        missing |= unseen
    every = {sign for sign in json.dumps(as_data(letter, fits=fits), ensure_ascii=False) if sign > _SAFE}
    made, _unseen = _set(as_data(letter, fits=fits, missing=every), now)
    if made is None:
        raise Unprintable
    return made


def _set(data: dict[str, object], now: datetime) -> tuple[bytes | None, set[str]]:
    """The PDF, or the signs that no typeface has."""
    try:
        made = typst.compile(
            _template(),
            format="pdf",
            pdf_standards=[STANDARD],
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(data)},
            timestamp=int(now.timestamp()),
        )
    except typst.TypstError as error:
        # The error names signs of the text: they are read, and go no further.
        unseen = {sign for text in _UNSEEN.findall(error.diagnostic) for sign in _plain(text)}
        if not unseen:
            raise Unprintable from None
        return None, {sign for sign in unseen if not (sign.isascii() and sign.isprintable())}
    return made, set()


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace('\\"', '"').replace("\\\\", "\\")


@cache
def _fonts() -> typst.Fonts:
    """The typefaces inside typst; none of the machine's, so that every letter looks the same."""
    return typst.Fonts(include_system_fonts=False)


def fits(label: str) -> bool:
    """Whether a label has room in the column of labels, on one line."""
    known = _widths()
    return "\n" not in label and sum(known.get(sign, WIDEST) for sign in label) < LABEL


@cache
def _widths() -> Mapping[str, float]:
    """How wide the signs of labels are, in points, asked of typst once in a process: kerning makes a word narrower, and
    a sign that is not among them is taken to be as wide as any."""
    asked = typst.query(
        _MEASURE.encode(), "<widths>", field="value", one=True, font_paths=_fonts(), ignore_system_fonts=True,
        sys_inputs={"signs": json.dumps(_SIGNS)},
    )  # fmt: skip
    return dict(zip(_SIGNS, json.loads(asked), strict=True)) | {ZERO_WIDTH: 0.0}


@cache
def _template() -> bytes:
    return (files("gallra.rights.answer") / "letter.typ").read_bytes()
