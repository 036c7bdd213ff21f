"""A person's name or address in somebody else's text or document: shown with its surroundings, and blanked, included or
removed where staff decided so.

Of a text only the words that name the person are replaced; the rest stays with the record it belongs to. A document is
left, given out or removed whole. What is held, or kept by a statute, stays as it is. THIS ERASES.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from gallra import naming
from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.person.find import Hit, held_records
from gallra.engine.tables import key_type
from gallra.kinds import Part, PersonPath, RecordKind, Table
from gallra.rights.mentions_elsewhere import is_elsewhere, texts
from gallra.rights.models import Mention, Request
from gallra.rights.words import COPIES, ERASES, MentionVerdict, Right
from gallra.running import foreign, removals
from gallra.running.extracts import Document, safe_name
from gallra.running.holds import alone
from gallra.running.installed import own_kinds, running
from gallra.running.mentions import document_text
from gallra.running.persons import own_people
from gallra.systems.connection import OwnDatabase

AROUND = 200
"""Characters shown on each side."""
DONE = (MentionVerdict.BLANK, MentionVerdict.REMOVE)
"""What is carried out in the registers."""
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s|$))+[.!?]?")


def verdicts(right: str, mention: Mention) -> tuple[MentionVerdict, ...]:
    """What can become of a mention under the right that is asked for; the gentlest first. Vouchers, which a statute
    keeps, stay as they are."""
    leave, include = MentionVerdict.LEAVE, MentionVerdict.INCLUDE
    takes = MentionVerdict.REMOVE if is_document(mention) else MentionVerdict.BLANK
    gone = () if is_kept(mention) else (takes,)
    whole = (MentionVerdict.DOCUMENT,) if right == Right.ACCESS and is_document(mention) else ()
    if right in COPIES:
        return (leave, include, *whole)
    return (leave, *gone) if right in ERASES else (leave, include, *gone)


def is_document(mention: Mention) -> bool:
    place = _place(mention)
    return place is not None and place[1] is not None and place[1].file == mention.column


def is_kept(mention: Mention) -> bool:
    """Whether the Bookkeeping Act may keep the record as it is."""
    kinds = foreign.kinds_of(running()) if is_elsewhere(mention) else own_kinds()
    kind = kinds.get(mention.kind)
    return kind is not None and kind.accounting is not None


def text_of(mention: Mention) -> str | None:
    """The whole text, for staff; None where the row is gone, or the document cannot be read (any more)."""
    if is_elsewhere(mention):
        return texts([mention])[mention.pk]
    row = _row(mention)
    if row is None or row[0] is None:
        return None
    return document_text(str(row[0]), bytes(row[1])) if len(row) > 1 else str(row[0])


def document_name(mention: Mention) -> str:
    """What a document is called; empty for a text, and where it is gone."""
    row = _row(mention)
    return str(row[2] or "") if row is not None and len(row) > 1 else ""


def proposed(text: str, terms: Iterable[str]) -> str:
    """What could be included in a copy: the sentences that name the person. Staff redact what is others'; nothing is
    given out that they have not seen."""
    names = naming.pattern(terms)
    named = [found.strip() for found in _SENTENCE.findall(text) if names.search(found)]
    return " … ".join(each for each in named if each)[: 4 * AROUND]


def documents_of(request: Request) -> tuple[Document, ...]:
    """Others' documents that staff decided to give out whole. One that is gone meanwhile is left out."""
    found = []
    for mention in request.mentions.filter(verdict=MentionVerdict.DOCUMENT).order_by("pk"):
        row = _row(mention)
        if row is not None and len(row) > 1:
            folder = f"{mention.kind.replace('.', '-')}-{safe_name(mention.record)}"
            path = f"documents/others/{folder}/{mention.key}-{safe_name(row[2])}"
            found.append(Document(path, str(row[0]), bytes(row[1])))
    return tuple(found)


def carry_out(request: Request, terms: Iterable[str], *, now: datetime) -> int:
    """Blank every mention and remove every document that is to be, each in one transaction with its receipt; what was
    done before a kill is not done again. How many now. What a hold protects stays."""
    names, done = list(terms), 0
    for number in _to_do(request):
        done += _carry_out(request, number, names, now)
    return done


def _to_do(request: Request) -> list[int]:
    """What is to be done in our own database."""
    rows = request.mentions.filter(verdict__in=DONE, done_at=None).order_by("pk")
    return [mention.pk for mention in rows if not is_elsewhere(mention)]


def _carry_out(request: Request, number: int, terms: Sequence[str], now: datetime) -> bool:
    with transaction.atomic():
        mention = Mention.objects.select_for_update().get(pk=number)
        if mention.done_at is not None:
            return False
        changed = 0
        if _place(mention) is not None and not is_kept(mention) and not _held(mention, now):
            changed = _remove(mention, now) if is_document(mention) else _replace(mention, terms)
        mention.done_at = now
        mention.save(update_fields=["done_at"])
        if changed:
            column, words = ("", ()) if is_document(mention) else (mention.column, terms)
            removals.entered(
                mention.kind, mention.table, _keys(mention), by=mention.by, now=now, request=request.pk,
                salt=bytes(request.salt), column=column, terms=words,
            )  # fmt: skip
    return bool(changed)


def _replace(mention: Mention, terms: Sequence[str]) -> int:
    """Replace the words that name the person; rows changed."""
    place = _place(mention)
    return (
        removals.blank_words(place[0], mention.column, _keys(mention), naming.pattern(terms)) if place else 0
    )


def _remove(mention: Mention, now: datetime) -> int:
    """Remove a document: with the row goes its key, then its file; rows removed."""
    if _row(mention, lock=True) is None:
        return 0
    return removals.delete(mention.kind, mention.table, _keys(mention), now=now)


def _keys(mention: Mention) -> dict[str, str]:
    place = _place(mention)
    return {place[0].key if place else "id": mention.key}


def _held(mention: Mention, now: datetime) -> bool:
    """Whether the record is held, by itself or through a person it concerns; no hold is set meanwhile."""
    alone()
    kind = own_kinds()[mention.kind]
    record: Any = int(mention.record) if key_type(kind.table) == "integer" else mention.record
    hit = Hit(kind, record, record, PersonPath(""))
    today = Today.of(now, running().rules.timezone)
    held = held_records(OwnDatabase(), [hit], OwnHolds(), today, own_people())
    return record in held.get(kind.table.name, ())


def _row(mention: Mention, *, lock: bool = False) -> tuple[Any, ...] | None:
    """The text as it stands; of a document its file, key and name. None where it is gone."""
    place = _place(mention)
    if place is None:
        return None
    columns = [mention.column]
    if place[1] is not None and place[1].file == mention.column:
        columns += [next(c.name for c in place[0].columns if c.type == "bytes" and c.personal), "name"]
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    asked = sql.SQL("SELECT {listed} FROM {table} WHERE {key}::text = %s").format(
        listed=listed, **_named(mention)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked.as_string(None) + (" FOR NO KEY UPDATE" if lock else ""), [mention.key])
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _named(mention: Mention) -> dict[str, sql.Identifier]:
    place = _place(mention)
    if place is None:
        raise LookupError(mention.table)
    return {
        "table": sql.Identifier(place[0].name), "key": sql.Identifier(place[0].key),
        "column": sql.Identifier(mention.column),
    }  # fmt: skip


def _place(mention: Mention) -> tuple[Table, Part | None] | None:
    """The declared table, and its part: names that come from a declaration, never from a row."""
    kind: RecordKind | None = own_kinds().get(mention.kind)
    if kind is None:
        return None
    for part in (None, *kind.parts):
        table = part.table if part else kind.table
        if table.name == mention.table:
            file = part is not None and part.file == mention.column
            if file or any(c.name == mention.column and c.free_text for c in table.columns):
                return table, part
    return None
