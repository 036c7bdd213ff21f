"""A person's name or address in somebody else's text: shown with its surroundings, and blanked where staff decided so.

Only the words that name the person are replaced; the rest of the text stays with the record it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from gallra.kinds import RecordKind, Table
from gallra.ledger.append import append
from gallra.ledger.commitments import commit
from gallra.rights.models import Mention, Request
from gallra.rights.words import MentionVerdict
from gallra.running.extracts import MARK
from gallra.running.holds import alone
from gallra.running.installed import own_kinds, running

AROUND = 200
"""Characters shown on each side."""
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?=\s|$)|\n|$)")


def text_of(mention: Mention) -> str | None:
    """The whole text, for staff; None where the row is gone or is another database's."""
    found = _place(mention)
    if found is None:
        return None
    table, column = found
    with connection.cursor() as cursor:
        query = sql.SQL("SELECT {}::text FROM {} WHERE {}::text = %s").format(
            sql.Identifier(column), sql.Identifier(table.name), sql.Identifier(table.key)
        )
        cursor.execute(query.as_string(None), [mention.key])
        row = cursor.fetchone()
    return None if row is None or row[0] is None else str(row[0])


def proposed(mention: Mention, terms: Iterable[str]) -> str:
    """What could be included in a copy: the sentences that name the person. Staff redact what is others'; nothing is
    given out that they have not seen."""
    text, known = text_of(mention) or "", list(terms)
    named = [found.strip() for found in _SENTENCE.findall(text) if pattern(known).search(found)]
    return " … ".join(each for each in named if each)[: 4 * AROUND]


def pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Any of the words that name the person, whatever the case of their letters."""
    known = sorted({term for term in terms if term}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, known)) or r"(?!)", re.IGNORECASE)


def blank_all(request: Request, terms: Iterable[str], *, now: datetime) -> int:
    """Blank every mention that is to be, each in one transaction with its receipt; what was done before a kill is not
    done again. How many now. What a hold protects stays."""
    known, done = list(terms), 0
    for mention in request.mentions.filter(verdict=MentionVerdict.BLANK, done_at=None).order_by("pk"):
        done += _blank(request, mention.pk, known, now)
    return done


def _blank(request: Request, number: int, terms: list[str], now: datetime) -> bool:
    with transaction.atomic():
        mention = Mention.objects.select_for_update().get(pk=number)
        found = _place(mention)
        if mention.done_at is not None:
            return False
        changed = 0
        if found is not None and not _held(mention, now):
            changed = _replace(*found, mention.key, terms)
        mention.done_at = now
        mention.save(update_fields=["done_at"])
        if not changed or found is None:
            return False
        body: dict[str, object] = {
            "request": request.pk, "fields": [found[1]], "rows": changed, "blanked": {found[0].name: changed},
            "kind": mention.kind, "by": commit(mention.by, salt=bytes(request.salt)),
        }  # fmt: skip
        append(action="blank", body=body, now=now, policy=running().rules.version)
    return True


def _replace(table: Table, column: str, key: str, terms: list[str]) -> int:
    """Lock the row, replace the words, write it back; rows changed."""
    names = [sql.Identifier(column), sql.Identifier(table.name), sql.Identifier(table.key)]
    with connection.cursor() as cursor:
        asked = sql.SQL("SELECT {} FROM {} WHERE {}::text = %s FOR NO KEY UPDATE").format(*names)
        cursor.execute(asked.as_string(None), [key])
        row = cursor.fetchone()
        if row is None or row[0] is None:
            return 0
        text = pattern(terms).sub(MARK, str(row[0]))
        if text == row[0]:
            return 0
        wanted = sql.SQL("UPDATE {} SET {} = %s WHERE {}::text = %s").format(names[1], names[0], names[2])
        cursor.execute(wanted.as_string(None), [text, key])
        return int(cursor.rowcount)


def _held(mention: Mention, now: datetime) -> bool:
    """Whether the record is held; no hold is set meanwhile."""
    from gallra.rights.book import today
    from gallra.running.erasures import in_force
    from gallra.running.models import Hold

    alone()
    held = Hold.objects.filter(in_force(today(now)), kind=mention.kind, key=mention.record)
    return held.exists()


def _place(mention: Mention) -> tuple[Table, str] | None:
    """The declared table and column: names that come from a declaration, never from a row."""
    kind: RecordKind | None = own_kinds().get(mention.kind)
    tables: Iterable[Any] = kind.tables() if kind is not None else ()
    for table in tables:
        if table.name == mention.table:
            for column in table.columns:
                if column.name == mention.column and column.free_text:
                    return table, column.name
    return None
