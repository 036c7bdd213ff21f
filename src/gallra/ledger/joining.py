"""Joining the copy outside to an older database: entries, places in the tree and checkpoints come back as they were
signed. Nothing that stands in the tables is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from gallra.ledger import copy
from gallra.ledger.checkpoint import ALONE, frontier, gaps_after
from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.ledger.signing import signed_by
from gallra.ledger.verifier import (
    Frontier,
    Key,
    Malformed,
    check_export,
    open_note,
    read_checkpoint,
    read_entry,
)


def unjoined() -> bool:
    """Whether the copy covers more than the tables' last checkpoint."""
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    return copy.size() > (last or 0)


def entries_after(last: Checkpoint | None, key: Key) -> Iterator[tuple[int, bytes]]:
    """The copy's entries beyond the checkpoint `last`, by number. Malformed where the copy does not hold, or is the
    copy of another ledger."""
    size = last.size if last else 0
    if copy.size() <= size:
        return
    result = check_export(copy.lines(), key, signed=signed_by, roots_at=[size])
    if result.faults:
        raise Malformed(
            "the ledger's copy outside the database does not hold; gallra ledger verify says where"
        )
    if last is not None and result.roots[size] != bytes(last.root):
        raise Malformed("the ledger's copy outside the database is not of this ledger")
    for raw in list(_entries())[size:]:
        number = read_entry(raw).number
        if number is None:
            raise Malformed("an entry of the copy has no number")
        yield number, raw


def insert(entry: dict[str, Any]) -> None:
    """Put an entry back under its number, in the caller's transaction."""
    Entry.objects.create(**(entry | {"at": datetime.fromisoformat(entry["at"])}))


def join_checkpoints(key: Key) -> None:
    """Put back the places and the checkpoints that the copy has and the tables have not; their entries are there. In
    the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ALONE])
    last = Checkpoint.objects.order_by("-size").first()
    tree = frontier(last) if last else Frontier()
    high, gaps = (last.high, last.gaps) if last else (0, [])
    size, place = tree.size, 0
    numbers: list[int] = []
    for raw in copy.lines():
        if not raw.startswith(b'{"checkpoint":'):
            numbers.append(read_entry(raw.rstrip(b"\n")).number or -1)
            continue
        leaves, text = read_checkpoint(raw)
        place += len(leaves)
        if place > size:
            Leaf.objects.bulk_create(
                [Leaf(index=tree.size + n, entry_id=number, hash=leaf)
                 for n, (number, leaf) in enumerate(zip(numbers, leaves, strict=True))],
                batch_size=2_000,
            )  # fmt: skip
            for leaf in leaves:
                tree.add(leaf)
            note = open_note(text, key, signed_by)
            gaps = gaps_after(gaps, high, sorted(numbers))
            high = max([high, *numbers])
            Checkpoint.objects.create(
                size=tree.size, at=datetime.fromisoformat(note.at), root=note.root, note=text,
                frontier=b"".join(tree.peaks), high=high, gaps=gaps,
            )  # fmt: skip
        numbers = []


def _entries() -> Iterator[bytes]:
    for raw in copy.lines():
        if not raw.startswith(b'{"checkpoint":'):
            yield raw.rstrip(b"\n")
