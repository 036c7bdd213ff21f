"""What staff took out of a record by a decision: a document, somebody it concerned, a person's words in another's
text. Each is an entry of the ledger, and is taken out again after a restore. THIS ERASES.

Names of tables and columns come from declarations only, never from a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from gallra import naming
from gallra.kinds import Part, RecordKind, Table
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.registers.directory.actions import queue
from gallra.registers.directory.restricting import own_wish
from gallra.registers.told import taken_out
from gallra.running import erasures, replay
from gallra.running.extracts import MARK
from gallra.running.installed import newest, own_kinds

ACTION = "removal"


def listen() -> None:
    """From now on everything that a verb takes out is written down, in its transaction."""
    taken_out.connect(_taken_out, dispatch_uid="gallra.running.removals")


def entered(
    kind: str, table: str, keys: Mapping[str, Any], *, by: str, now: datetime, salt: bytes = b"",
    request: int | None = None, column: str = "", terms: Iterable[str] = (),
) -> int:  # fmt: skip
    """Write down that a row was taken out, or with `column` the words `terms` out of it, in the caller's transaction;
    the number of the entry. keys: by which the row is known, by column."""
    what: dict[str, object] = {"blanked": {table: 1}, "fields": [column]} if column else {"parts": {table: 1}}
    body: dict[str, object] = {"kind": kind, "rows": 1, "by": commit(by, salt=salt or new_salt()), **what}
    if request is not None:
        body["request"] = request
    number = append(action=ACTION, body=body, now=now, policy=newest())
    sealed = {"terms": list(terms)} if column else None
    replay.note(
        number, keys={"kind": kind, "table": table, "keys": dict(keys), "column": column}, sealed=sealed
    )
    return number


def take_out_again(line: replay.Line, *, at: datetime) -> None:
    """What a line of the list to replay says was taken out, on a restored database and in the caller's transaction.
    What is not there stays away. Raises Unreadable."""
    known = line.keys
    place = place_of(known["kind"], known["table"])
    if place is None:
        return
    with own_wish():
        if known["column"]:
            blank_words(place[0], known["column"], known["keys"], naming.pattern(line.opened()["terms"]))
        else:
            delete(known["kind"], known["table"], known["keys"], now=at)


def place_of(kind: str, table: str) -> tuple[Table, Part | None] | None:
    """A table of a record kind of ours, and its part, as they are declared."""
    found: RecordKind | None = own_kinds().get(kind)
    if found is None:
        return None
    places: list[tuple[Table, Part | None]] = [(found.table, None)]
    places += [(part.table, part) for part in found.parts]
    return next((place for place in places if place[0].name == table), None)


def blank_words(table: Table, column: str, keys: Mapping[str, Any], names: re.Pattern[str]) -> int:
    """Lock the row, replace the words in the one text, write it back; rows changed."""
    named = {"table": sql.Identifier(table.name), "column": sql.Identifier(table.column(column).name)}
    asked = sql.SQL("SELECT {column} FROM {table} WHERE {where} FOR NO KEY UPDATE")
    wanted = sql.SQL("UPDATE {table} SET {column} = %s WHERE {where}")
    where, values = _where(table, keys)
    with connection.cursor() as cursor:
        cursor.execute(asked.format(where=where, **named).as_string(None), values)
        row = cursor.fetchone()
        if row is None or row[0] is None or (text := names.sub(MARK, str(row[0]))) == row[0]:
            return 0
        cursor.execute(wanted.format(where=where, **named).as_string(None), [text, *values])
        return int(cursor.rowcount)


def delete(kind: str, table: str, keys: Mapping[str, Any], *, now: datetime) -> int:
    """Delete the row of a part, and with the commit its file; whoever it named is asked about. Rows deleted."""
    place, contacts = place_of(kind, table), own_kinds()[kind].contacts
    if place is None or place[1] is None:
        return 0
    where, values = _where(place[0], keys)
    people = contacts.table.name if contacts is not None else ""
    named = [column.name for column in place[0].columns if people and column.references == people]
    columns = [
        sql.Identifier(place[1].file) if place[1].file else sql.SQL("NULL"),
        *map(sql.Identifier, named),
    ]
    wanted = sql.SQL("DELETE FROM {table} WHERE {where} RETURNING {columns}").format(
        table=sql.Identifier(table), where=where, columns=sql.SQL(", ").join(columns)
    )
    with connection.cursor() as cursor:
        cursor.execute(wanted.as_string(None), values)
        gone = cursor.fetchall()
    if people:
        queue(people, [key for row in gone for key in row[1:]], now=now)
    transaction.on_commit(lambda: erasures.unlink(str(row[0]) for row in gone if row[0]))
    return len(gone)


def _where(table: Table, keys: Mapping[str, Any]) -> tuple[sql.Composable, list[str]]:
    columns = [sql.SQL("{}::text = %s").format(sql.Identifier(table.column(name).name)) for name in keys]
    return sql.SQL(" AND ").join(columns), [str(value) for value in keys.values()]


def _taken_out(
    *, kind: str, table: str, keys: Mapping[str, Any], actor: str, now: datetime, **rest: Any
) -> None:
    entered(kind, table, keys, by=actor, now=now)
