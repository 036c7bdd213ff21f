"""What erased rows leave in the database's files, as the ledger tells it: which tables hold it, and since when none do.

The receipts are asked and not PostgreSQL's counters, which a crash sets to zero; a receipt is never lost. A receipt
names record kinds and tables; each table that such a kind uses counts, contacts and companies included: too many
are rewritten rather than one too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from gallra.kinds import RecordKind
from gallra.ledger.models import Entry
from gallra.running.installed import own_kinds
from gallra.running.report import Gone

ERASING = ("sweep.receipt", "erasure.receipt", "blank", "removal", "settle", "correction", "restore")
"""The actions after which old values stand in the files. A restore erased again what its backup had."""
ACTION, RESTORE = "rewrite", "restore"
SAMPLES = "pg_statistic"
"""The planner's samples of values: a table like any other, rewritten with every rewrite."""
_CONTACTS = "*contacts"
_EVERY = "*"

_NAMED = """
    SELECT named.name, max(e.number)
    FROM ledger_entry e CROSS JOIN LATERAL (
        SELECT e.body->>'kind' WHERE e.body ? 'kind'
        UNION ALL SELECT jsonb_object_keys(e.body->'parts') WHERE e.body ? 'parts'
        UNION ALL SELECT jsonb_object_keys(e.body->'erased') WHERE e.body ? 'erased'
        UNION ALL SELECT jsonb_object_keys(e.body->'blanked') WHERE e.body ? 'blanked'
        UNION ALL SELECT jsonb_object_keys(e.body->'rows') WHERE e.action = 'correction' AND e.body ? 'rows'
        UNION ALL SELECT '*contacts' WHERE coalesce((e.body->>'contacts')::bigint, 0)
            + coalesce((e.body->>'companies')::bigint, 0) > 0
        UNION ALL SELECT '*' WHERE e.action = 'restore'
    ) AS named(name)
    WHERE e.action = ANY(%s) AND e.number > %s
    GROUP BY named.name
"""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """An entry of the ledger about a rewrite. through: the last entry whose effect had been committed when it began;
    left: tables that could not be rewritten."""

    at: datetime
    through: int
    tables: frozenset[str]
    left: frozenset[str]


def rewrites() -> list[Rewrite]:
    """All of them since the last restore, the newest first: one a week. A restored database has the files of its
    backup, whatever was rewritten since."""
    found: list[Rewrite] = []
    entries = Entry.objects.filter(action__in=(ACTION, RESTORE)).order_by("-number")
    for action, at, body in entries.values_list("action", "at", "body"):
        if action == RESTORE:
            break
        found.append(Rewrite(at, int(body["through"]), frozenset(body["tables"]), frozenset(body["left"])))
    return found


def waiting() -> tuple[str, ...]:
    """The tables of our own database in whose files something erased may stand; the samples' own where it was left."""
    known = rewrites()
    through: dict[str, int] = {}
    for rewrite in known:
        for table in rewrite.tables:
            through.setdefault(table, rewrite.through)
    found = {table for table, number in _touched().items() if number > through.get(table, 0)}
    return tuple(sorted(found | ({SAMPLES} & known[0].left if known else set())))


def gone(known: list[Rewrite]) -> Gone | None:
    """When the last row went, by whatever entry, and when its bytes did; None where nothing was erased. known: the
    rewrites, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.number, e.at FROM unnest(%s::text[]) AS asked(action) CROSS JOIN LATERAL (SELECT number, at"
            " FROM ledger_entry WHERE action = asked.action ORDER BY number DESC LIMIT 1) AS e"
            " ORDER BY e.number DESC LIMIT 1",
            [list(ERASING)],
        )
        row = cursor.fetchone()
    return None if row is None else Gone(rows=row[1], bytes=bytes_gone(known, int(row[0])))


def bytes_gone(known: list[Rewrite], number: int) -> datetime | None:
    """When the first rewrite ended that left no table out and began after this entry had been committed."""
    whole = [rewrite.at for rewrite in known if not rewrite.left and rewrite.through >= number]
    return whole[-1] if whole else None


def _touched() -> Mapping[str, int]:
    """Tables of ours with the newest entry that took or emptied rows in them."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [list(ERASING), 0])
        named = [(str(name), int(number)) for name, number in cursor.fetchall()]
    kinds = own_kinds().values()
    found: dict[str, int] = {}
    for name, number in named:
        for table in tables_of(name, kinds):
            found[table] = max(number, found.get(table, 0))
    return found


def tables_of(name: str, kinds: Iterable[RecordKind]) -> frozenset[str]:
    """The tables of ours that a name in a receipt means; none for what is another database's."""
    found: set[str] = set()
    for kind in kinds:
        people = {of.table.name for of in (kind.contacts, kind.companies) if of is not None}
        if name == _CONTACTS:
            found |= people
        elif name in (kind.name, _EVERY):
            found |= {table.name for table in kind.tables()}
        else:
            found |= {table.name for table in kind.tables() if table.name == name}
    return frozenset(found)
