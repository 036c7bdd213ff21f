"""After PostgreSQL's own restore: the ledger's tail comes back, and what was done since the backup is done again. THIS
ERASES, through the engine.

Each entry that the database lacks comes back under its number, in one transaction with what it tells of: so a restore
that was killed goes on where it was, and one that is done finds nothing more to do (invariants 2 and 4).
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.repeat import repeat
from gallra.engine.settle import NAME as SETTLE
from gallra.engine.settle import audit, settle, settlings
from gallra.ledger import copy, joining
from gallra.ledger.append import append
from gallra.ledger.lines import canonical, entry_line
from gallra.ledger.models import Checkpoint, Entry
from gallra.ledger.signing import load_signer
from gallra.running import erasures, holds, persons, replay
from gallra.running.installed import NoPolicy, own_kinds, running
from gallra.running.models import Adoption, Intent, Run
from gallra.systems.connection import OwnDatabase

log = logging.getLogger(__name__)

MARGIN = 1_000
"""How far beyond its last known mark a sequence goes on: marks are written every hour."""
LISTED = frozenset({"erasure.receipt", "correction", "hold.added", "hold.released"})
"""What cannot be done again from the entry alone: it needs its line in the list to replay."""
FAST = frozenset({"sweep.receipt", "blank", "settle"})
"""Entries that PostgreSQL may lose in a crash of its own, with what they tell of; that is no restore."""


class CannotRestore(Exception):
    """What stands outside the database cannot be joined to it. Nothing was changed, or what is said was left out."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What the database lacks. entries: by number; lines: of the list to replay, by number; high: the last number the
    database has; since: when it was made."""

    entries: dict[int, dict[str, Any]]
    lines: dict[int, replay.Line]
    high: int
    since: datetime | None

    def counts(self) -> dict[str, int]:
        """How many of each action."""
        return dict(sorted(Counter(str(entry["action"]) for entry in self.entries.values()).items()))

    @property
    def unlisted(self) -> tuple[int, ...]:
        """Entries of our own database that need a line and have none: the process died before it was written, or it is
        older than the list."""
        needed = (n for n, e in self.entries.items() if e["action"] in LISTED and "system" not in e["body"])
        return tuple(sorted(number for number in needed if number not in self.lines))


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. counts: entries that came back, by action; unlisted, skipped: those whose effect did not;
    adopt: the version of the policy that has to be adopted again, if another one runs."""

    counts: dict[str, int] = field(default_factory=dict)
    unlisted: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    contacts: int = 0
    companies: int = 0
    adopt: str = ""

    @property
    def nothing(self) -> bool:
        return not self.counts


def behind() -> bool:
    """Whether the database is older than what stands outside it, a restore was cut off, or the policy that ran has not
    been adopted again: then nothing sweeps."""
    if _marker().exists():
        return True
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    if copy.size() > (last or 0):
        return True
    listed = replay.newest(FAST)
    if listed is not None and not Entry.objects.filter(number=listed).exists():
        return True
    return bool(_to_adopt())


def look() -> Missing:
    """What a restore would bring back. Changes nothing. Raises CannotRestore, Unreadable, Malformed."""
    last = Checkpoint.objects.order_by("-size").first()
    signed = dict(joining.entries_after(last, load_signer().key))
    lines = {line.number: line for line in replay.lines()}
    wanted = {number: json.loads(raw) for number, raw in signed.items()}
    wanted |= {number: line.entry for number, line in lines.items() if number not in wanted}
    there = {entry.number: entry_line(entry) for entry in Entry.objects.filter(number__in=wanted)}
    for number, line in there.items():
        stale = number not in signed and wanted[number]["action"] in FAST
        if canonical(wanted[number]) != line and not stale:
            raise CannotRestore(
                _(
                    "The database has gone on by itself since it was put back: its entry %(number)d is another one "
                    "than the one outside. Put the backup back again, and run gallra restore before anything else."
                )
                % {"number": number}
            )
    newest = Entry.objects.order_by("-number").first()
    missing = {number: entry for number, entry in wanted.items() if number not in there}
    return Missing(
        dict(sorted(missing.items())), {n: line for n, line in lines.items() if n in missing},
        newest.number if newest else 0, newest.at if newest else None,
    )  # fmt: skip


def restore(now: datetime, *, skip: frozenset[int] = frozenset()) -> Restored:
    """Bring back what the database lacks, and do it again. Does nothing where nothing is missing.

    skip: entries that come back without their effect, since it cannot be repeated: a person has to see to it. Raises
    CannotRestore, Unreadable, Malformed, NoPolicy.
    """
    policy = running()
    with OwnDatabase().alone("sweep") as mine:
        if not mine:
            raise CannotRestore(_("A sweep is running. End gallra up first. Nothing was touched."))
        missing = look()
        begun = _begun(missing, skip)
        if begun is None:
            return Restored(adopt=_to_adopt())
        _move_sequences(max((*missing.entries, missing.high, begun["to"])))
        failed = [n for n in missing.entries if not _carried(n, missing, skip, now)]
        failed = [n for n in failed if not _carried(n, missing, skip, now)]  # what a later one made possible
        if failed:
            raise CannotRestore(
                _(
                    "These entries cannot be done again on this database: %(numbers)s. Everything else was. See to "
                    "them by hand and run it again with --skip NUMBER for each."
                )
                % {"numbers": ", ".join(map(str, failed))}
            )
        today = Today.of(now, policy.rules.timezone)
        all_ = settlings(own_kinds().values(), OwnHolds(), today)
        audit(OwnDatabase(), all_)
        settled = settle(OwnDatabase(), all_, _Journal(now, policy.rules.version))
        _sign(begun, now, policy.rules.version)
        _marker().unlink()
    return Restored(
        begun["counts"], tuple(begun["unlisted"]), tuple(begun["skipped"]),
        settled.contacts, settled.companies, _to_adopt(),
    )  # fmt: skip


def _carried(number: int, missing: Missing, skip: frozenset[int], now: datetime) -> bool:
    """One entry and its effect, in one transaction. False where the database does not admit the effect."""
    entry = missing.entries[number]
    try:
        with transaction.atomic():
            if Entry.objects.filter(number=number).exists():
                return True
            if number not in skip:
                _do(entry, missing.lines.get(number), now)
            joining.insert(entry)
    except replay.Unreadable:
        raise
    except Exception as error:
        log.error("restore: entry %d failed with %s", number, type(error).__name__)
        return False
    return True


def _do(entry: dict[str, Any], line: replay.Line | None, now: datetime) -> None:
    """What the entry tells of, again."""
    action, body, at = entry["action"], entry["body"], datetime.fromisoformat(entry["at"])
    kind = own_kinds().get(str(body.get("kind", "")))
    if (
        action == "sweep.receipt"
        and kind is not None
        and body.get("keys")
        and body["verb"] in ("archive", "erase")
    ):
        repeat(OwnDatabase(), kind, body["verb"], body["keys"], kinds=own_kinds(), at=at)
    elif action == "sweep.receipt":
        Intent.objects.filter(run=entry["run"], rule=entry["rule"], batch=entry["batch"]).delete()
    elif action == "sweep.run":
        _run(entry, at)
    elif line is None:
        return
    elif action == "erasure.receipt":
        done = erasures.erase_again(line, now=at)
        transaction.on_commit(lambda: erasures.unlink(done.files))
    elif action == "correction":
        persons.correct_again(line, now=at)
    elif action in ("hold.added", "hold.released"):
        holds.hold_again(line, now=at)


def _run(entry: dict[str, Any], at: datetime) -> None:
    """The run that the entry ends, so that nobody takes it up again."""
    body = entry["body"]
    values = {
        "kind": "sweep", "policy": entry["policy"], "as_of": at, "began": body.get("began", entry["at"]), "ended": at,
        "outcome": body["outcome"], "taken": body["taken"], "counts": {"rules": body.get("taken_by_rule", {})},
    }  # fmt: skip
    Run.objects.update_or_create(pk=entry["run"], defaults=values)


class _Journal:
    """Receipts of contacts and companies that went because what referred to them did."""

    def __init__(self, now: datetime, version: str) -> None:
        self.now, self.version = now, version

    def __call__(self, *, action: str, body: dict[str, Any], rule: str, batch: int) -> None:
        replay.note(append(action=action, body=body, now=self.now, policy=self.version, rule=rule or SETTLE))


def _sign(begun: dict[str, Any], now: datetime, version: str) -> None:
    """The signed tail comes back as it was signed, with the entry of this restore: both or neither."""
    with transaction.atomic():
        joining.join_checkpoints(load_signer().key)
        if Entry.objects.filter(action="restore", number__gt=begun["to"]).exists():
            return
        body = {"entries": sum(begun["counts"].values()), "replayed": begun["counts"]}
        if begun["since"]:
            body["backup"] = begun["since"]
        append(action="restore", body=body, now=now, policy=version)


def _begun(missing: Missing, skip: frozenset[int]) -> dict[str, Any] | None:
    """What was missing when the restore began, kept until it has ended; None where nothing is and none was cut off."""
    file = _marker()
    begun: dict[str, Any]
    if file.exists():
        begun = json.loads(file.read_bytes())
    elif not missing.entries and not joining.unjoined():
        return None
    else:
        begun = {
            "since": missing.since.isoformat() if missing.since else "",
            "to": max((*missing.entries, missing.high)), "counts": missing.counts(),
            "unlisted": list(missing.unlisted), "skipped": [],
        }  # fmt: skip
    begun["skipped"] = sorted({*begun["skipped"], *skip} & {*begun["skipped"], *missing.entries})
    replay.write(file, json.dumps(begun).encode())
    return begun


def _move_sequences(high: int) -> None:
    """No number is given a second time: sequences, as their owner, and the gapless series go beyond their marks."""
    marks = replay.marks_kept()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('ledger_entry', 'number')")
        ledger = str(cursor.fetchone()[0]).split(".")[-1].strip('"')
        wanted = marks["sequences"] | {ledger: max(high, marks["sequences"].get(ledger, 0))}
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"
        )
        for name, last in cursor.fetchall():
            if name in wanted and last < wanted[name] + MARGIN:
                quoted = connections["owner"].ops.quote_name(name)
                cursor.execute("SELECT setval(%s::regclass, %s)", [quoted, wanted[name] + MARGIN])
    with transaction.atomic(), connection.cursor() as cursor:
        for series, last in _series(marks):
            cursor.execute(
                "INSERT INTO finance_counter (series, last) VALUES (%s, %s)"
                " ON CONFLICT (series) DO UPDATE SET last = greatest(finance_counter.last, excluded.last)",
                [series, last],
            )


def _series(marks: dict[str, dict[str, int]]) -> Iterator[tuple[str, int]]:
    yield from sorted(marks["series"].items())


def _to_adopt() -> str:
    """The version that ran before a restore brought back an earlier one; empty where the right one runs."""
    adopted = Entry.objects.filter(action="adoption").order_by("-number").first()
    if adopted is None or not Entry.objects.filter(action="restore", number__gt=adopted.number).exists():
        return ""
    version = str(adopted.body["file"])
    try:
        running_now = running().rules.version
    except NoPolicy:
        return version
    known = Adoption.objects.filter(version=version, at__gte=adopted.at).exists()
    return "" if running_now == version or known else version


def _marker() -> Path:
    """Stands outside the database while a restore is under way."""
    return replay.path().with_name("restoring")
