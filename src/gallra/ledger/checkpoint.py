"""Making a checkpoint: the entries that no checkpoint covers yet get their places in the tree, and the tree
is signed.

Called after each sweep, after each answer to a person, and every hour. Entries of transactions that are still
open are taken by the next one; nobody waits for anybody but for another checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from gallra.ledger import copy
from gallra.ledger.lines import entry_line, moment
from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.ledger.signing import Signer, load_signer, signed_by
from gallra.ledger.verifier import Frontier, Malformed, Note, leaf_hash, open_note

ALONE = 0x6A11_7A01  # the advisory lock of whoever makes a checkpoint
_CHUNK = 2_000  # rows

Gaps = list[list[int]]


class LedgerBroken(RuntimeError):
    """The ledger does not hold together, so nothing is signed on top of it; `gallra ledger verify` says what
    and where."""


def make_checkpoint(now: datetime) -> Checkpoint | None:
    """Cover every committed entry; the newest checkpoint, None where the ledger is empty.

    now: with a time zone. Makes nothing where there is nothing new. After the commit the copy outside the
    database is brought up to it. Raises LedgerBroken where the last checkpoint or the copy contradicts the
    tables.
    """
    signer = load_signer()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ALONE])
        last = Checkpoint.objects.order_by("-size").first()
        tree = _tree_of(last, signer)
        made = _extend(last, tree, now, signer)
        transaction.on_commit(lambda: copy.catch_up(signer.key))
    return made


def _tree_of(last: Checkpoint | None, signer: Signer) -> Frontier:
    """The tree so far, once last checkpoint, signature and copy agree on it."""
    tree = Frontier()
    try:
        if last is not None:
            tree = frontier(last)
            note = open_note(last.note, signer.key, signed_by)
            if (note.size, note.root) != (tree.size, tree.root()) or len(tree.peaks) != last.size.bit_count():
                raise LedgerBroken("the last checkpoint does not say what was signed")
        copied = copy.size()
    except Malformed as error:
        raise LedgerBroken(str(error)) from None
    if copied > tree.size:
        raise LedgerBroken("the copy outside the database holds entries that the database has not")
    return tree


def frontier(checkpoint: Checkpoint) -> Frontier:
    """The tree that a checkpoint covers, to go on from."""
    peaks = bytes(checkpoint.frontier)
    return Frontier(checkpoint.size, [peaks[at : at + 32] for at in range(0, len(peaks), 32)])


def _extend(last: Checkpoint | None, tree: Frontier, now: datetime, signer: Signer) -> Checkpoint | None:
    high, gaps = (last.high, last.gaps) if last else (0, [])
    entries = Entry.objects.filter(_any_of(gaps) | Q(number__gt=high)).order_by("number")
    numbers: list[int] = []
    leaves: list[Leaf] = []
    for entry in entries.iterator(chunk_size=_CHUNK):
        leaf = leaf_hash(entry_line(entry))
        leaves.append(Leaf(index=tree.size, entry_id=entry.number, hash=leaf))
        tree.add(leaf)
        numbers.append(entry.number)
        if len(leaves) == _CHUNK:
            Leaf.objects.bulk_create(leaves)
            leaves = []
    Leaf.objects.bulk_create(leaves)
    if not numbers:
        return last
    at = now if last is None else max(now, last.at)
    return Checkpoint.objects.create(
        size=tree.size,
        at=at,
        root=tree.root(),
        note=signer.sign(Note(tree.size, tree.root(), moment(at))),
        frontier=b"".join(tree.peaks),
        high=max(high, numbers[-1]),
        gaps=gaps_after(gaps, high, numbers),
    )


def gaps_after(gaps: Gaps, high: int, numbers: Sequence[int]) -> Gaps:
    """What is missing below the highest of `numbers` (ascending), when `gaps` were missing below `high`;
    [first, last] each."""
    open_ranges = [*gaps, *([[high + 1, numbers[-1]]] if numbers and numbers[-1] > high else [])]
    result: Gaps = []
    position = 0
    for first, last in open_ranges:
        begin = first
        while position < len(numbers) and numbers[position] <= last:
            if begin < numbers[position]:
                result.append([begin, numbers[position] - 1])
            begin = numbers[position] + 1
            position += 1
        if begin <= last:
            result.append([begin, last])
    return result


def _any_of(gaps: Gaps) -> Q:
    return (
        Q(*(Q(number__range=(first, last)) for first, last in gaps), _connector=Q.OR)
        if gaps
        else Q(number__in=[])
    )
