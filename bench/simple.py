"""Erasing a fifth of a million rows that have neither parts nor people, by our engine and by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from django.db import connection, transaction

from bench.common import NIGHT, VERSION, Bench, number, question, receipts
from bench.measure import Result, by_turns, median, said, timed
from gallra.policy.periods import Period
from gallra.policy.rules import Rule

CUTOFF = datetime.fromisoformat("2025-11-23T00:00:00+01:00")
"""Given on 22 November 2025 or before."""
HELD = 1000
SIZE = 5000


def rule() -> Rule:
    """Suggestions go after a year."""
    return Rule("M20 support.suggestion", ("M20",), "retention[0]", "support.suggestion", "erase",
                "the suggestion was given", Period(months=12))  # fmt: skip


def template(bench: Bench) -> str:
    """A million suggestions, a fifth of them due; a thousand of those are held, so more than 200,000 are."""

    def fill() -> None:
        from gallra.registers.generate import make_simple_rows
        from gallra.registers.support.models import Suggestion
        from gallra.running.models import Hold

        rows = bench.size.of(1_000_000)
        make_simple_rows(kind="support.suggestion", rows=rows, due=rows // 5, seed=1, now=NIGHT)
        due = Suggestion.objects.filter(given_at__lt=CUTOFF).order_by("id").values_list("id", flat=True)
        Hold.objects.bulk_create(
            Hold(kind="support.suggestion", key=str(key), ground="tvist", begins=NIGHT.date(), by="Alva",
                 added_at=NIGHT, salt=b"0" * 32)
            for key in due[: bench.size.of(HELD)]
        )  # fmt: skip

    return bench.stage.template(f"simple_{bench.size.name}", fill)


def simple(bench: Bench) -> Result:
    """The same batches, the same holds, the same receipts."""
    source = template(bench)
    ends: set[int] = set()

    def play(act: Callable[[], None]) -> float:
        with bench.stage.copy(source):
            connection.ensure_connection()
            seconds = timed(act)
            ends.add(number("SELECT count(*) FROM support_suggestion"))
            return seconds

    found = by_turns(bench.runs, {"ours": lambda: play(_ours), "by hand": lambda: play(_by_hand)}, bench.told)
    if len(ends) != 1:
        raise RuntimeError(f"the two did not do the same: {ends}")
    rows = bench.size.of(1_000_000)
    mine, theirs = median(found["ours"]), median(found["by hand"])
    return Result("simple", f"erase {rows - ends.pop():,} due of {rows:,} simple rows, holds and receipts included",
                  "the same batches by hand", {"ours": said(mine), "by hand": said(theirs)}, mine / theirs, 1.3,
                  bench.runs)  # fmt: skip


def _ours() -> None:
    from gallra.engine.act import carry_out
    from gallra.engine.work import work
    from gallra.systems.connection import OwnDatabase
    from gallra.systems.own import kinds

    taken = carry_out(OwnDatabase(), work(question(rule(), kinds()["support.suggestion"])), receipts())
    if taken.left or not taken.records:
        raise RuntimeError(f"the sweep left something: {taken}")


def _by_hand() -> None:
    """Page by page along the index, so that what is gone is not read again; as with us, a batch after which another
    follows does not wait for the disk.
    """
    run, batch = str(uuid4()), 0
    last: tuple[datetime, int] = (datetime.min.replace(tzinfo=UTC), 0)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """WITH due AS MATERIALIZED (
                    SELECT id, given_at FROM support_suggestion
                    WHERE given_at < %(cutoff)s AND (given_at, id) > (%(at)s, %(key)s) AND id NOT IN (
                        SELECT key::bigint FROM running_hold WHERE kind = 'support.suggestion' AND key <> ''
                        AND released_at IS NULL AND begins <= %(day)s AND (until IS NULL OR until >= %(day)s))
                    ORDER BY given_at, id LIMIT %(size)s FOR UPDATE),
                gone AS (DELETE FROM support_suggestion s USING due WHERE s.id = due.id RETURNING s.id)
                SELECT (SELECT array_agg(id) FROM gone), given_at, id FROM due
                ORDER BY given_at DESC, id DESC LIMIT 1""",
                {"cutoff": CUTOFF, "day": NIGHT.date(), "size": SIZE, "at": last[0], "key": last[1]},
            )
            row = cursor.fetchone()
            if row is None:
                return
            keys, last, batch = row[0], (row[1], row[2]), batch + 1
            if len(keys) == SIZE:
                cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute(
                "INSERT INTO ledger_entry (at, action, policy, run, rule, batch, body)"
                " VALUES (%s, 'sweep.receipt', %s, %s, 'by hand', %s, %s)",
                [
                    NIGHT,
                    VERSION,
                    run,
                    batch,
                    json.dumps({"verb": "erase", "records": len(keys), "keys": keys}),
                ],
            )
