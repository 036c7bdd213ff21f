"""How far every number has come, outside the database: so that none is given twice after a restore.

Sequences are written every hour, to the file `marks` beside the ledger's copy. The gapless series of invoices and
agreements are written at every number, to the file `numbers`, before the transaction that gives it commits: a number
that cannot be written there is not given. One that was written and rolled back is given again by the database that
goes on; after a restore it is left out, and told.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from gallra.registers.told import number_given
from gallra.running import replay

MARGIN = 1_000
"""How far beyond its last known mark a sequence goes on: marks are written every hour."""
SEQUENCES, SERIES = "sequences", "series"
Marks = dict[str, dict[str, int]]


class NotGiven(Exception):
    """A number that could not be written down outside the database; whatever was to bear it was not booked."""

    def __str__(self) -> str:
        return _(
            "The number could not be written down outside the database, so nothing was booked: a restore would give it "
            "a second time. See to the disk and the rights of GALLRA_LEDGER_FOLDER (without it GALLRA_HOME/ledger)."
        )


def listen() -> None:
    """From now on every number of a gapless series is written down before it is booked."""
    number_given.connect(_given, dispatch_uid="gallra.running.marks")


def keep() -> None:
    """Write down how far every sequence and series has come. Cheap: one query over the catalogue."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
            " AND last_value IS NOT NULL AND sequencename NOT LIKE 'procrastinate%'"
        )
        here: Marks = {SEQUENCES: dict(cursor.fetchall()), SERIES: series_here()}
    with replay.alone():
        numbers = _numbers()
        replay.write(_marks(), json.dumps(_higher(here, kept())).encode())
        numbers.unlink(missing_ok=True)  # what stood there stands in the marks now


def series_here() -> dict[str, int]:
    """How far each gapless series has come in the database."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT series, last FROM finance_counter")
        return dict(cursor.fetchall())


def kept() -> Marks:
    """The marks as last written, of sequences and of series."""
    file = _marks()
    marks: Marks = json.loads(file.read_bytes()) if file.exists() else {SEQUENCES: {}, SERIES: {}}
    numbers: dict[str, int] = {}
    if _numbers().exists():
        for raw in _numbers().read_bytes().split(b"\n")[:-1]:  # what a crash left half written was not given
            series, number = json.loads(raw)
            numbers[series] = max(number, numbers.get(series, 0))
    return _higher(marks, {SEQUENCES: {}, SERIES: numbers})


def lost() -> dict[str, tuple[int, int]]:
    """Of each gapless series the numbers that were given since the database was made."""
    here = series_here()
    return {
        series: (here.get(series, 0) + 1, last)
        for series, last in sorted(kept()[SERIES].items())
        if last > here.get(series, 0)
    }


def move_beyond(high: int) -> None:
    """No number is given a second time: sequences, as their owner, and the gapless series go beyond their marks.
    high: the last number of the ledger."""
    marks = kept()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('ledger_entry', 'number')")
        ledger = str(cursor.fetchone()[0]).split(".")[-1].strip('"')
        wanted = marks[SEQUENCES] | {ledger: max(high, marks[SEQUENCES].get(ledger, 0))}
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"
        )
        for name, last in cursor.fetchall():
            if name in wanted and last < wanted[name] + MARGIN:
                quoted = connections["owner"].ops.quote_name(name)
                cursor.execute("SELECT setval(%s::regclass, %s)", [quoted, wanted[name] + MARGIN])
    with transaction.atomic(), connection.cursor() as cursor:
        for series, last in sorted(marks[SERIES].items()):
            cursor.execute(
                "INSERT INTO finance_counter (series, last) VALUES (%s, %s)"
                " ON CONFLICT (series) DO UPDATE SET last = greatest(finance_counter.last, excluded.last)",
                [series, last],
            )


def _given(*, series: str, number: int, **rest: Any) -> None:
    try:
        with replay.alone():
            replay.add_to(_numbers(), json.dumps([series, number]).encode())
    except OSError:
        raise NotGiven from None


def _marks() -> Path:
    return replay.path().with_name("marks")


def _numbers() -> Path:
    return replay.path().with_name("numbers")


def _higher(one: Marks, other: Marks) -> Marks:
    return {
        what: {
            name: max(one[what].get(name, 0), other[what].get(name, 0)) for name in {*one[what], *other[what]}
        }
        for what in (SEQUENCES, SERIES)
    }
