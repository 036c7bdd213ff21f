"""The person's own documents in a copy: those that name others, or that no program can read, do not go out unseen
(Article 15(4)).

Others are those of the same cases and companies, as in texts (engine/person/hiding.py). In a document nothing can be
hidden: it is sent as it is, or left out, and the letter says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from gallra.engine.person.redacting import Hidden
from gallra.kinds import Text
from gallra.rights.book import locked, reason_of
from gallra.rights.errors import Refused
from gallra.rights.models import Enclosed, Request
from gallra.rights.words import EnclosedVerdict, EnclosedWhy, State
from gallra.running.extracts import Answered, Document, Looked
from gallra.running.mentions import document_text

UNSEEN = {
    EnclosedWhy.NAMES: Text(
        "det nämner andra, och det kom till efter att vi gick igenom dina dokument",
        "it names others, and came after we had looked through your documents",
    ),
    EnclosedWhy.UNREAD: Text(
        "det kan nämna andra, och det kom till efter att vi gick igenom dina dokument",
        "it may name others, and came after we had looked through your documents",
    ),
}
"""Why a document is left out that nobody has decided on."""
OTHERS = {
    EnclosedWhy.NAMES: Text("det nämner andra: {reason}", "it names others: {reason}"),
    EnclosedWhy.UNREAD: Text("det kan nämna andra: {reason}", "it may name others: {reason}"),
}
"""Why staff left it out, before what they wrote."""


@dataclass(frozen=True, slots=True)
class Out:
    """A document that is not in the copy: what it is called, and why, in the request's language."""

    name: str
    reason: str


def found(looked: Looked) -> list[Enclosed]:
    """The documents that somebody has to look at, as rows that are not saved yet. Reads each of them."""
    rows = []
    for document in looked.documents:
        if (seen := _why(document, looked.finder)) is not None:
            rows.append(Enclosed(kind=document.kind, record=document.record, table=document.table, key=document.key,
                                 why=seen[0], count=seen[1]))  # fmt: skip
    return rows


def add(request: Request, rows: Iterable[Enclosed]) -> None:
    """Write them down under the request, each once."""
    known = set(request.enclosed.values_list("table", "key"))
    fresh = [row for row in rows if (row.table, row.key) not in known]
    for row in fresh:
        row.request = request
    Enclosed.objects.bulk_create(fresh)


def decide(request: int, row: int, *, verdict: str, reason: str, by: str, now: datetime) -> Enclosed:
    """Whether a document is sent as it is or left out, with a reason; where it is left out the person reads it.
    Refused("unknown", "closed", "decided", "not_looked_up", "no_such_line", "not_a_verdict", "reason_needed",
    "too_long")."""
    why = reason_of(reason)
    with transaction.atomic():
        asked = locked(request)
        if asked.state == State.WORKING:
            raise Refused("decided")
        if asked.looked_up_at is None:
            raise Refused("not_looked_up")
        found = asked.enclosed.filter(pk=row).first()
        if found is None:
            raise Refused("no_such_line")
        if verdict not in (EnclosedVerdict.SEND, EnclosedVerdict.OUT):
            raise Refused("not_a_verdict")
        found.verdict, found.reason, found.by = verdict, why, by
        found.save(update_fields=["verdict", "reason", "by"])
    return found


def without(request: Request, answered: Answered) -> tuple[Answered, tuple[Out, ...]]:
    """The copy without the documents that are left out, and which those are. One that nobody has decided on is looked
    at now: what came to be known of others, or came in, since the look-up counts too."""
    decided = {(row.table, row.key): row for row in request.enclosed.all()}
    out: list[Out] = []
    gone: set[str] = set()
    for document in answered.documents:
        if not document.table:
            continue
        row = decided.get((document.table, document.key))
        reason = _left_out(row, document, answered, request.language)
        if reason:
            gone.add(document.path)
            out.append(Out(document.path.rsplit("/", 1)[-1].partition("-")[2], reason))
    if not gone:
        return answered, ()
    kept = tuple(document for document in answered.documents if document.path not in gone)
    data = {**answered.data, "records": [_unlinked(record, gone) for record in answered.data["records"]]}
    return replace(answered, data=data, documents=kept), tuple(out)


def _left_out(row: Enclosed | None, document: Document, answered: Answered, lang: str) -> str:
    """Why a document is not in the copy; empty where it is."""
    language = "en" if lang == "en" else "sv"
    if row is not None and row.verdict:
        if row.verdict == EnclosedVerdict.SEND:
            return ""
        return OTHERS[EnclosedWhy(row.why)][language].format(reason=row.reason)
    seen = _why(document, answered.finder) if answered.finder is not None else None
    return UNSEEN[seen[0]][language] if seen is not None else ""


def _why(document: Document, finder: Hidden) -> tuple[EnclosedWhy, int] | None:
    """Why somebody has to look at a document, and how many others it names; None where nobody has to."""
    text = document_text(document.file, document.secret)
    if text is None:
        return EnclosedWhy.UNREAD, 0
    named = finder.text(text)[1]
    return (EnclosedWhy.NAMES, len(named)) if named else None


def _unlinked(record: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    """The record without the paths of documents that are not in the answer."""
    parts = [{**part, "rows": list(_rows(part["rows"], gone))} for part in record["parts"]]
    return {**record, "parts": parts}


def _rows(rows: Iterable[dict[str, Any]], gone: set[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        left = row.get("document") in gone
        yield {name: value for name, value in row.items() if name != "document"} if left else row
