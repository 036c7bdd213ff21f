"""What pages show of a case: its dialogue and its documents. Who may see them, the pages decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gallra.registers.support.models import Case, CaseDocument, Message

MOST = 20
"""Letters on a page."""
MOST_DOCUMENTS = 50
LETTERS = 60_000
"""Characters of letters on a page; the first is shown as far as that, however long it is."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A page of a case's letters, the oldest of them first. earlier: from which letter, counted from the newest, the
    page before goes on; None at the beginning. later: the same of the page after; None at the newest."""

    letters: Sequence[Message] = field(repr=False)
    earlier: int | None
    later: int | None


def dialogue(case: Case, *, first: int = 0) -> Dialogue:
    """The letters from the `first` newest (0) on. One query."""
    found = list(Message.objects.filter(case=case).order_by("-sent_at", "-pk")[first : first + MOST + 1])
    page: list[Message] = []
    room = LETTERS
    for letter in found[:MOST]:
        if page and len(letter.body or "") > room:
            break
        if letter.body and len(letter.body) > room:
            letter.body = letter.body[:room].rstrip() + " …"
        room -= len(letter.body or "")
        page.append(letter)
    more = len(found) > len(page)
    return Dialogue(
        letters=page[::-1], earlier=first + len(page) if more else None,
        later=max(0, first - MOST) if first else None,
    )  # fmt: skip


def attached(case: Case) -> list[CaseDocument]:
    """The case's documents, the newest first; at most `MOST_DOCUMENTS`."""
    return list(
        CaseDocument.objects.filter(case=case)
        .defer("secret", "words")
        .order_by("-added_at", "-pk")[:MOST_DOCUMENTS]
    )
