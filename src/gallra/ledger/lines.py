"""The ledger as lines of text: what is hashed, what is exported, and what stands in the copy outside the
database.

One form for all three (docs/ledger.md); `verifier.py` is its reader.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.ledger.verifier import FORMAT, Key


def moment(value: datetime) -> str:
    """A moment as the ledger writes it: UTC, microseconds, "2026-02-14T01:00:00.000000Z"."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def canonical(value: object) -> bytes:
    """One value, one text: sorted keys, no spaces, UTF-8. Bodies hold no fractions, so this is RFC 8785."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_line(entry: Entry) -> bytes:
    """The bytes of an entry that are hashed into the tree."""
    return canonical(entry_form(entry))


def entry_form(entry: Entry) -> dict[str, object]:
    """An entry as the ledger writes it. Every column is in it."""
    return {
        "action": entry.action,
        "at": moment(entry.at),
        "batch": entry.batch,
        "body": entry.body,
        "number": entry.number,
        "policy": entry.policy,
        "rule": entry.rule,
        "run": None if entry.run is None else str(entry.run),
    }


def header_line(key: Key) -> bytes:
    return canonical({"format": FORMAT, "key": key.text})


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries that one checkpoint was the first to cover, as the tables have them now.

    start: the place of the first. numbers, hashes: of the leaves, in order. lines: of the entries, None where
    one is gone.
    """

    checkpoint: Checkpoint
    start: int
    numbers: list[int]
    hashes: list[bytes]
    lines: list[bytes | None]

    def text(self) -> Iterator[bytes]:
        """Its lines in an export: the entries that are there, then the checkpoint with the hashes they should
        have."""
        yield from (line for line in self.lines if line is not None)
        leaves = [base64.b64encode(each).decode() for each in self.hashes]
        yield canonical({"checkpoint": self.checkpoint.note, "leaves": leaves})


def stretches(after: int = 0, *, upto: int | None = None) -> Iterator[Stretch]:
    """The signed part of the ledger beyond the first `after` entries (and not beyond `upto`), a checkpoint at
    a time."""
    start = after
    checkpoints = Checkpoint.objects.filter(size__gt=after).order_by("size")
    for checkpoint in checkpoints if upto is None else checkpoints.filter(size__lte=upto):
        numbers, hashes, lines = standing(start, checkpoint.size)
        yield Stretch(checkpoint, start, numbers, hashes, lines)
        start = checkpoint.size


def standing(start: int, end: int | None = None) -> tuple[list[int], list[bytes], list[bytes | None]]:
    """Numbers, hashes and lines of what stands from place `start` up to, and without, `end`, in the tree's order."""
    leaves = Leaf.objects.filter(index__gte=start).order_by("index")
    if end is not None:
        leaves = leaves.filter(index__lt=end)
    rows = [(number, bytes(each)) for number, each in leaves.values_list("entry_id", "hash")]
    numbers = [number for number, _ in rows]
    there = {entry.number: entry_line(entry) for entry in Entry.objects.filter(number__in=numbers)}
    return numbers, [each for _, each in rows], [there.get(number) for number in numbers]
