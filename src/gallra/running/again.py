"""What one entry of the ledger tells of, done again on a restored database, in the caller's transaction. THIS ERASES.

What a restore can do again, and what it leaves to a person: the one place that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from gallra.engine.repeat import repeat
from gallra.running import (
    accounts,
    adopting,
    announced,
    attesting,
    erasures,
    holds,
    mailings,
    persons,
    removals,
    replay,
    reviewing,
)
from gallra.running.installed import own_kinds
from gallra.running.models import Intent, Run
from gallra.systems.connection import OwnDatabase

LISTED = frozenset({
    "adoption", "attestation", "breach", "correction", "correction.intent", "disclosure", "erasure.intent",
    "erasure.receipt", "hold.added", "hold.released", "mailings.confirmed", "mailings.stopped", "notice", "removal",
    "request", "restriction", "review", "review.intent",
})  # fmt: skip
"""What cannot be done again from the entry alone: it needs its line in the list to replay."""
PROTECTING = frozenset({
    "correction", "correction.intent", "erasure.intent", "erasure.receipt", "hold.added", "mailings.stopped", "removal",
})  # fmt: skip
"""What was asked for and protects a person: done again even where it is not known whether it had committed. The others
are not: a release undoes a hold, and the company's own acts can be made anew."""
_PROTECTING_EVENTS = {"account": ("closed",), "restriction": ("began", "ending", "told", "going on")}
"""Of these actions some events do, and others end what protects."""


_others: dict[str, Callable[..., None]] = {}


def done_by(action: str, act: Callable[..., None]) -> None:
    """From now on what an entry of this action tells of is done again by `act(line, at=…)`: for parts above this one,
    of which nothing here knows."""
    _others[action] = act


def needs_line(entry: Mapping[str, Any]) -> bool:
    """Whether what the entry tells of cannot be done again without its line."""
    intent = entry["action"].endswith(".intent")
    return entry["action"] in LISTED and (intent or "system" not in entry["body"])


def protects(entry: Mapping[str, Any]) -> bool:
    """Whether what the entry tells of is done again even where it is not known whether it had committed."""
    action = entry["action"]
    return action in PROTECTING or entry["body"].get("event") in _PROTECTING_EVENTS.get(action, ())


def do(entry: dict[str, Any], line: replay.Line | None) -> None:
    """Do it again. Nothing where it has no effect of its own, needs a line and has none, or concerns what the older
    database has not. Raises Unreadable, and what the engine raises where the older state does not admit it."""
    action, body, at = entry["action"], entry["body"], datetime.fromisoformat(entry["at"])
    if action == "sweep.receipt":
        _sweep_receipt(entry, at)
    elif action == "sweep.run":
        _run(entry, at)
    elif action == "account":
        accounts.close_again(body, at=at)
    elif "system" in body and action in announced.RECEIPTS:
        announced.settle_again(body)
    elif line is not None:
        _by_line(action, line, at)


def _by_line(action: str, line: replay.Line, at: datetime) -> None:
    if action == "erasure.receipt":
        done = erasures.erase_again(line, now=at)
        transaction.on_commit(lambda: erasures.unlink(done.files))
    elif "announced" in line.keys:
        announced.announce_again(line)
    elif action == "correction":
        if "contact" in line.keys:
            accounts.change_again(line, at=at)
        else:
            persons.correct_again(line, now=at)
    elif action == "removal":
        removals.take_out_again(line, at=at)
    elif action in ("hold.added", "hold.released"):
        holds.hold_again(line, now=at)
    elif action == "mailings.stopped":
        mailings.stop_again(line, at=at)
    elif action == "mailings.confirmed":
        mailings.confirm_again(line, at=at)
    elif action == "adoption":
        adopting.adopt_again(line, at=at)
    elif action == "attestation":
        attesting.attest_again(line, at=at)
    elif action == "review":
        reviewing.decide_again(line, at=at)
    elif action in _others:
        _others[action](line, at=at)


def _sweep_receipt(entry: dict[str, Any], at: datetime) -> None:
    """Records of ours are taken again by their keys; what was intended elsewhere and has its receipt is settled."""
    body = entry["body"]
    kind = own_kinds().get(str(body.get("kind", "")))
    if kind is not None and body.get("keys") and body["verb"] in ("archive", "erase"):
        repeat(OwnDatabase(), kind, body["verb"], body["keys"], kinds=own_kinds(), at=at)
    else:
        Intent.objects.filter(run=entry["run"], rule=entry["rule"], batch=entry["batch"]).delete()


def _run(entry: dict[str, Any], at: datetime) -> None:
    """The run that the entry ends, so that nobody takes it up again."""
    body = entry["body"]
    values = {
        "kind": "sweep", "policy": entry["policy"], "as_of": at, "began": body.get("began", entry["at"]), "ended": at,
        "outcome": body["outcome"], "taken": body["taken"], "counts": {"rules": body.get("taken_by_rule", {})},
    }  # fmt: skip
    Run.objects.update_or_create(pk=entry["run"], defaults=values)
