"""After PostgreSQL's own restore: the ledger's tail comes back, and what was done since the backup is done again. THIS
ERASES, through the engine.

Each entry that the database lacks comes back under its number, in one transaction with what it tells of: so a restore
that was killed goes on where it was, and one that is done finds nothing more to do (invariants 2 and 4).
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gallra.engine.blank import blank, blankings
from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.settle import NAME as SETTLE
from gallra.engine.settle import Settled, audit, settle, settlings
from gallra.ledger import joining
from gallra.ledger.append import append
from gallra.ledger.lines import canonical, entry_line
from gallra.ledger.models import Checkpoint, Entry
from gallra.ledger.signing import load_signer
from gallra.running import again, marks, replay
from gallra.running.behind import marker, to_adopt
from gallra.running.installed import NoPolicy, Running, own_kinds, running
from gallra.systems.connection import OwnDatabase

log = logging.getLogger(__name__)


class CannotRestore(Exception):
    """What stands outside the database cannot be joined to it. Nothing was changed, or what is said was left out."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What the database lacks. entries: by number; lines: of the list to replay, by number; unsure: intents that are
    not done again, since it is not known whether they had committed; high: the last number the database has; since:
    when it was made; lost: of each gapless series the first and last number that was given since.
    """

    entries: dict[int, dict[str, Any]]
    lines: dict[int, replay.Line]
    unsure: dict[int, dict[str, Any]]
    high: int
    since: datetime | None
    lost: dict[str, tuple[int, int]]

    def counts(self) -> dict[str, int]:
        """How many of each action."""
        return dict(sorted(Counter(str(entry["action"]) for entry in self.entries.values()).items()))

    @property
    def unlisted(self) -> dict[int, dict[str, Any]]:
        """Entries that need a line and have none: they are older than the list, or it was damaged; and the last one of
        each request of a person, which is not in the list."""
        found = {n: e for n, e in self.entries.items() if again.needs_line(e) and n not in self.lines}
        last = {e["body"]["request"]: n for n, e in found.items() if e["action"] == "request"}
        return {n: e for n, e in found.items() if e["action"] != "request" or last[e["body"]["request"]] == n}

    @property
    def nothing(self) -> bool:
        return not self.entries and not self.unsure


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. entries: that came back; counts: those that were done again, by action; unlisted, skipped:
    those whose effect did not come back, unsure: what was not done since it may never have been; lost: numbers of
    gapless series that were given to what the database has no more; adopt: the version of the policy that has to be
    adopted again, if another one runs."""

    entries: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    unlisted: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()
    lost: dict[str, tuple[int, int]] = field(default_factory=dict)
    contacts: int = 0
    companies: int = 0
    adopt: str = ""

    @property
    def nothing(self) -> bool:
        return not self.entries

    @property
    def complete(self) -> bool:
        """Whether nothing is left for a person to see to."""
        return not (self.unlisted or self.skipped or self.unsure or self.lost or self.adopt)


def look() -> Missing:
    """What a restore would bring back. Changes nothing. Raises CannotRestore, Unreadable, Malformed."""
    last = Checkpoint.objects.order_by("-size").first()
    signed = {n: json.loads(raw) for n, raw in joining.entries_after(last, load_signer().key)}
    lines = {line.number: line for line in replay.lines()}
    there = {entry.number: entry_line(entry) for entry in Entry.objects.filter(number__in={*signed, *lines})}
    wanted, unsure = dict(signed), dict[int, dict[str, Any]]()
    told = {n for restore in Entry.objects.filter(action="restore") for n in restore.body.get("unsure", ())}
    for number, line in lines.items():
        if line.transaction and not {number} & (told | signed.keys() | there.keys()):
            kept = wanted if again.protects(line.entry) else unsure
            kept[number] = line.entry
        elif number not in signed and not line.transaction:
            wanted[number] = line.entry
    for number, raw in there.items():
        stale = number not in signed and number in wanted and wanted[number]["action"] in replay.FAST
        if number in wanted and canonical(wanted[number]) != raw and not stale:
            raise CannotRestore(
                _(
                    "The database has gone on by itself since it was put back: its entry %(number)d is another one "
                    "than the one outside. Put the backup back again, and run gallra restore before anything else."
                )
                % {"number": number}
            )
    newest = Entry.objects.order_by("-number").first()
    missing = {number: entry for number, entry in sorted(wanted.items()) if number not in there}
    return Missing(
        missing, {n: lines[n] for n in missing if n in lines and canonical(lines[n].entry) == canonical(missing[n])},
        unsure, newest.number if newest else 0, newest.at if newest else None, marks.lost(),
    )  # fmt: skip


def restore(now: datetime, *, skip: frozenset[int] = frozenset()) -> Restored:
    """Bring back what the database lacks, and do it again. Does nothing where nothing is missing.

    skip: entries that come back without their effect, since it cannot be repeated: a person has to see to it. Raises
    CannotRestore, Unreadable, Malformed.
    """
    with OwnDatabase().alone("sweep") as mine:
        if not mine:
            raise CannotRestore(_("A sweep is running. End gallra up first. Nothing was touched."))
        missing = look()
        begun = _begun(missing, skip)
        if begun is None:
            return Restored(adopt=to_adopt())
        marks.move_beyond(max((*missing.entries, missing.high, begun["to"])))
        failed = [n for n in missing.entries if not _carried(n, missing, skip)]
        failed = [n for n in failed if not _carried(n, missing, skip)]  # what a later one made possible
        if failed:
            raise CannotRestore(
                _(
                    "These entries cannot be done again on this database: %(numbers)s. Everything else was. See to "
                    "them by hand and run it again with --skip NUMBER for each."
                )
                % {"numbers": ", ".join(map(str, failed))}
            )
        policy = _running()
        settled = _thinned_out(policy, now) if policy else Settled()
        _sign(begun, now, policy.rules.version if policy else None)
        replay.reconcile()
        marker().unlink()
    return Restored(
        begun["entries"], begun["counts"], tuple(begun["unlisted"]), tuple(begun["skipped"]), tuple(begun["unsure"]),
        {series: (first, last) for series, (first, last) in begun["lost"].items()},
        settled.contacts, settled.companies, to_adopt(),
    )  # fmt: skip


def _carried(number: int, missing: Missing, skip: frozenset[int]) -> bool:
    """One entry and its effect, in one transaction. False where the database does not admit the effect."""
    entry = missing.entries[number]
    try:
        with transaction.atomic():
            if Entry.objects.filter(number=number).exists():
                return True
            if number not in skip:
                again.do(entry, missing.lines.get(number))
            joining.insert(entry)
    except replay.Unreadable:
        raise
    except Exception as error:
        log.error("restore: entry %d failed with %s", number, type(error).__name__)
        return False
    return True


def _running() -> Running | None:
    try:
        return running()
    except NoPolicy:
        return None


def _thinned_out(policy: Running, now: datetime) -> Settled:
    """What the entries do not name by key goes as well: fields that the policy dropped, contacts and companies that
    nothing refers to any more."""
    own, today, journal = (
        OwnDatabase(),
        Today.of(now, policy.rules.timezone),
        _Journal(now, policy.rules.version),
    )
    for blanking in blankings(own, policy.rules, own_kinds(), OwnHolds(), today):
        blank(own, blanking, journal)
    all_ = settlings(own_kinds().values(), OwnHolds(), today)
    audit(own, all_)
    return settle(own, all_, journal)


class _Journal:
    """Receipts of what went because what needed it did."""

    def __init__(self, now: datetime, version: str) -> None:
        self.now, self.version = now, version

    def __call__(self, *, action: str, body: dict[str, Any], rule: str, batch: int) -> None:
        replay.note(append(action=action, body=body, now=self.now, policy=self.version, rule=rule or SETTLE))


def _sign(begun: dict[str, Any], now: datetime, version: str | None) -> None:
    """The signed tail comes back as it was signed, with the entry of this restore: both or neither."""
    with transaction.atomic():
        joining.join_checkpoints(load_signer().key)
        if Entry.objects.filter(action="restore", number__gt=begun["to"]).exists():
            return
        body = {"entries": begun["entries"], "replayed": begun["counts"]}
        body |= {name: begun[name] for name in ("skipped", "unlisted", "unsure") if begun[name]}
        if begun["lost"]:
            body["lost"] = {series: last - first + 1 for series, (first, last) in begun["lost"].items()}
        if begun["since"]:
            body["backup"] = begun["since"]
        append(action="restore", body=body, now=now, policy=version)


def _begun(missing: Missing, skip: frozenset[int]) -> dict[str, Any] | None:
    """What was missing when the restore began, kept until it has ended; None where nothing is and none was cut off."""
    file = marker()
    begun: dict[str, Any]
    if file.exists():
        begun = json.loads(file.read_bytes())
    elif missing.nothing and not joining.unjoined():
        return None
    else:
        begun = {
            "since": missing.since.isoformat() if missing.since else "", "to": max((*missing.entries, missing.high)),
            "entries": len(missing.entries), "counts": missing.counts(), "unlisted": [], "skipped": [],
            "unsure": sorted(missing.unsure), "lost": missing.lost,
        }  # fmt: skip
        _leave(begun, "unlisted", {n: e for n, e in missing.unlisted.items() if n not in skip})
    _leave(begun, "skipped", {n: e for n, e in missing.entries.items() if n in skip})
    replay.write(file, json.dumps(begun).encode())
    return begun


def _leave(begun: dict[str, Any], why: str, entries: Mapping[int, dict[str, Any]]) -> None:
    """Their effect is not among what is done again."""
    for number, entry in entries.items():
        if number not in (*begun["skipped"], *begun["unlisted"]):
            begun["counts"][entry["action"]] -= 1
            begun[why] = sorted({*begun[why], number})
    begun["counts"] = {action: count for action, count in begun["counts"].items() if count}
