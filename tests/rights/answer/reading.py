"""A PDF as a screen reader has it: its text, its tags, and what PDF/UA-1 asks for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"


def text(pdf: bytes) -> str:
    """All text, on one line: breaks of lines and places to break are taken out."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace(ZERO_WIDTH, "").split())


def bare(text: str) -> str:
    """A text without any space: lines break anywhere in what is long."""
    return "".join(text.replace(ZERO_WIDTH, "").split())


def tags(pdf: bytes) -> list[str]:
    """The structure's tags, in reading order, depth first."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return [str(each["/S"]) for each in _elements(root["/StructTreeRoot"])]


def _elements(node: Any) -> Iterator[DictionaryObject]:
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        for each in node:
            yield from _elements(each)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _elements(node["/K"])


def faults(pdf: bytes, *, language: str, title: str) -> list[str]:
    """What PDF/UA-1 asks for and the file lacks, as far as its structure shows it."""
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    found = tags(pdf)
    wanted = {
        "tagged": root.get("/MarkInfo", {}).get("/Marked") is not None and bool(root["/MarkInfo"]["/Marked"]),
        "language": str(root.get("/Lang", "")).startswith(language),
        "title": reader.metadata is not None and reader.metadata.title == title,
        "title shown": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")),
        "declared": "pdfuaid" in xmp and "<pdfuaid:part>1</pdfuaid:part>" in xmp,
        "no page without tags": all("/StructParents" in page for page in reader.pages),
        "order of tabs": all(page.get("/Tabs", "/S") == "/S" for page in reader.pages),
        "fonts embedded": all(_embedded(font) for page in reader.pages for font in _fonts(page)),
        "signs have text": all("/ToUnicode" in font for page in reader.pages for font in _fonts(page)),
        "tables have headings": found.count("/Table") == 0 or "/TH" in found,
        "headings in order": _in_order(
            [int(tag[2:]) for tag in found if tag[:2] == "/H" and tag[2:].isdigit()]
        ),
        "no picture": "/Figure" not in found,
        "no script": "/JavaScript" not in str(root) and "/OpenAction" not in root,
    }
    return [name for name, there in wanted.items() if not there]


def _in_order(levels: list[int]) -> bool:
    """The first heading is the first level, and none skips one."""
    return levels[:1] == [1] and all(after <= before + 1 for before, after in pairwise(levels))


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]


def _embedded(font: Any) -> bool:
    descendants = font.get("/DescendantFonts")
    inner = descendants[0].get_object() if descendants else font
    return any(name in inner["/FontDescriptor"] for name in ("/FontFile", "/FontFile2", "/FontFile3"))
