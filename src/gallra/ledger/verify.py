"""Checking the ledger in the database against itself, its signatures, and its copy outside (`gallra ledger
verify`)."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from gallra.ledger import copy
from gallra.ledger.checkpoint import Gaps, frontier, gaps_after
from gallra.ledger.lines import Stretch, moment, standing, stretches
from gallra.ledger.signing import signed_by
from gallra.ledger.verifier import (
    Fault,
    Key,
    Line,
    Malformed,
    Note,
    check_export,
    compare,
    note_text,
    read_checkpoint,
    read_entry,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found.

    entries: in the tables; signed: of those, covered by a checkpoint; copied: entries that the copy outside
    covers. signed_at: when the last checkpoint that holds was made (ISO, UTC). late: numbers that were signed
    after higher ones, because their transactions were open at the time. faults: what does not hold, and
    where; none if all is well.
    """

    entries: int
    signed: int
    copied: int
    signed_at: str | None
    late: tuple[int, ...]
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


@dataclass(slots=True)
class _Leaves:
    """Entries as they stand, in the order of the tree: 40 bytes each."""

    hashes: bytearray = field(default_factory=bytearray)
    numbers: array[int] = field(default_factory=lambda: array("q"))

    def add(self, lines: Iterable[bytes | None]) -> None:
        for line in map(read_entry, filter(None, lines)):
            self.hashes += line.hash
            self.numbers.append(-1 if line.number is None else line.number)

    def lines(self) -> list[Line]:
        return [Line(each, number) for each, number in zip(self.list(), self.numbers, strict=True)]

    def list(self) -> list[bytes]:
        return [bytes(self.hashes[at : at + 32]) for at in range(0, len(self.hashes), 32)]


def verify(key: Key) -> Verified:
    """Check everything: every entry's hash, their order, the tree, every checkpoint and signature, and the
    copy.

    Reads only, while others append. Time grows with the whole ledger; memory with its longest stretch between
    two checkpoints, and 80 bytes an entry.
    """
    entries, signed, faults = _outline()
    there = _Leaves()
    tables = check_export(_text(signed, key, there, faults), key, signed=signed_by)
    faults += tables.faults
    copied, kept = _read_copy(key, signed, faults)
    if kept is not None:
        faults += _missing_from(there, kept)
    numbers = there.numbers if kept is None else kept.numbers
    return Verified(
        entries=entries,
        signed=signed,
        copied=copied,
        signed_at=tables.last.at if tables.last else None,
        late=_late(there.numbers),
        faults=_distinct(faults, numbers),
    )


# One statement, so that it sees one moment: what it says of the last checkpoint and of what lies beyond is
# consistent.
_OUTLINE = """
WITH last AS (SELECT size, high, gaps FROM ledger_checkpoint ORDER BY size DESC LIMIT 1)
SELECT (SELECT count(*) FROM ledger_entry),
       (SELECT size FROM last),
       (SELECT gaps::text FROM last),
       (SELECT array_agg(e.number ORDER BY e.number) FROM ledger_entry e
         WHERE e.number <= (SELECT high FROM last)
           AND NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.number = e.number)),
       (SELECT min(l.index) FROM ledger_leaf l WHERE l.index >= coalesce((SELECT size FROM last), 0)),
       (SELECT array_agg(ARRAY[g.before + 1, g.index - 1] ORDER BY g.index)
          FROM (SELECT p.index, lag(p.index, 1, -1::bigint) OVER (ORDER BY p.index) AS before
                  FROM (SELECT index FROM ledger_leaf UNION SELECT size FROM last) p) g
         WHERE g.index <> g.before + 1)
"""


def _outline() -> tuple[int, int, list[Fault]]:
    """How many entries there are and how many are signed; what contradicts the last checkpoint as a whole."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTLINE)
        entries, size, gaps_text, loose, beyond, holes = cursor.fetchone()
    gaps: Gaps = json.loads(gaps_text) if gaps_text else []
    faults = [
        Fault("inserted", size, number, "this entry has no place in the tree, though later ones were signed")
        for number in loose or []
        if not any(first <= number <= last for first, last in gaps)
    ]
    for first, last in holes or []:
        faults.append(Fault("removed", first, None, f"places {first} to {last} of the tree are gone"))
    if beyond is not None:
        faults.append(
            Fault("cut", beyond, None, "the checkpoint that covered what stands from here on is gone")
        )
    return entries, size or 0, faults


def _text(upto: int, key: Key, there: _Leaves, faults: list[Fault]) -> Iterator[bytes]:
    """The tables as an export; notes what stands in them, and where a checkpoint's columns do not follow from
    them."""
    high, gaps = 0, list[list[int]]()
    for stretch in stretches(upto=upto):
        there.add(stretch.lines)
        gaps = gaps_after(gaps, high, sorted(stretch.numbers))
        high = max([high, *stretch.numbers])
        if not _columns_hold(stretch, key, high, gaps):
            text = "a checkpoint's columns are not what its note and its entries say"
            faults.append(Fault("checkpoint", stretch.checkpoint.size, None, text))
        yield from stretch.text()
    # Normally nothing: what was signed meanwhile, or the rest of a tail that was cut.
    there.add(standing(upto)[2])


def _columns_hold(stretch: Stretch, key: Key, high: int, gaps: Gaps) -> bool:
    row = stretch.checkpoint
    note = Note(row.size, bytes(row.root), moment(row.at))
    tree = frontier(row)
    return (
        row.note.startswith(note_text(key, note))
        and len(tree.peaks) == row.size.bit_count()
        and tree.root() == note.root
        and (row.high, row.gaps) == (high, gaps)
    )


def _read_copy(key: Key, signed: int, faults: list[Fault]) -> tuple[int, _Leaves | None]:
    """How many entries the copy covers, and its leaves as signed, None where the copy itself does not
    hold."""
    kept, numbers = _Leaves(), array("q")
    try:
        # Tables are read first, so what is behind now is behind for good, or until the next checkpoint.
        if (copied := copy.size()) < signed:
            text = f"covers {copied} of {signed} signed entries; the next checkpoint completes it"
            faults.append(Fault("copy", copied, None, text))
        result = check_export(_kept(kept, numbers), key, signed=signed_by)
    except Malformed as error:
        faults.append(Fault("copy", 0, None, str(error)))
        return 0, None
    kept.numbers = numbers
    faults += [Fault("copy", bad.leaf, bad.number, f"{bad.kind}: {bad.text}") for bad in result.faults]
    return copied, None if result.faults else kept


def _kept(kept: _Leaves, numbers: array[int]) -> Iterator[bytes]:
    for line in copy.lines():
        if line.startswith(b'{"checkpoint":'):
            kept.hashes += b"".join(read_checkpoint(line)[0])
        else:
            numbers.append(read_entry(line.rstrip(b"\n")).number or -1)
        yield line


def _missing_from(there: _Leaves, kept: _Leaves) -> list[Fault]:
    """How the tables differ from the copy, as far as both go; what the tables lack at the end was cut."""
    size = len(kept.numbers)
    if there.hashes[: 32 * size] == kept.hashes:
        return []
    faults = [
        fault
        for fault in compare(kept.list(), there.lines())
        if fault.leaf < size or fault.kind != "inserted"  # signed since the copy was read
    ]
    tail = size
    gone = {fault.leaf for fault in faults if fault.kind == "removed"}
    while tail - 1 in gone:
        tail -= 1
    if tail < size:
        faults = [fault for fault in faults if fault.kind != "removed" or fault.leaf < tail]
        text = f"{size - tail} entries from here on are in the copy and no longer in the tables"
        faults.append(Fault("cut", tail, kept.numbers[tail], text))
    return faults


def _late(numbers: array[int]) -> tuple[int, ...]:
    late, high = [], 0
    for number in numbers:
        if number < high:
            late.append(number)
        high = max(high, number)
    return tuple(late)


def _distinct(faults: list[Fault], numbers: array[int]) -> tuple[Fault, ...]:
    """Each fault once, in the order of the tree, with the entry's number wherever it can be known."""
    seen: dict[tuple[str, int, int | None], Fault] = {}
    for fault in faults:
        number = fault.number
        if number is None and fault.kind == "removed" and fault.leaf < len(numbers):
            number = numbers[fault.leaf]
        seen.setdefault((fault.kind, fault.leaf, number), fault._replace(number=number))
    return tuple(sorted(seen.values(), key=lambda fault: (fault.leaf, fault.kind)))
