"""Where others' texts and documents mention a person, in our own registers: what the index finds, read.

A document is decrypted and read where its tokens say that the words are in it, or where nobody has read it yet.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from gallra import naming
from gallra.engine.execute import Executor
from gallra.engine.person import mentions as engine
from gallra.engine.person.find import Found
from gallra.engine.person.mentions import Mention, Mentions
from gallra.engine.person.people import People
from gallra.registers import contents, documents, searching
from gallra.registers.bases import Document
from gallra.registers.errors import Refused


def search(executor: Executor, people: People, found: Found, terms: list[str]) -> Mentions:
    """Every text and document that mentions the person. terms: of `naming.terms`."""
    listed = engine.mentions(
        executor, people, found, terms, naming.asked(terms, searching.token) if terms else ""
    )
    names = naming.pattern(terms)
    read = [
        paper.at for paper in listed.papers if names.search(document_text(paper.file, paper.secret) or "")
    ]
    return Mentions((*listed.texts, *_once(read)), (), listed.more)


def _once(found: list[Mention]) -> list[Mention]:
    return list(dict.fromkeys(found))


def document_text(file: str, secret: bytes) -> str | None:
    """What a stored document says; None where there is no text that can be read."""
    row = cast(Document, SimpleNamespace(file=file, secret=secret))
    try:
        return contents.text_of(b"".join(documents.read(row)))
    except Refused:
        return None
