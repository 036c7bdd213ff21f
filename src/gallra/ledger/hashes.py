"""The hashes that proofs are made of, from the table of leaves: read around the places they are asked for, the rest of
the tree from what this process has learnt of it.

A block of the tree that is complete never changes, so its root is kept (an entry a block: a million leaves are four
thousand). That the tree is still the same, and not an older one that was put back, each path shows by itself: with its
leaf it must give the root that was signed; where it does not, everything is read anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from django.db import connection

from gallra.ledger.models import Checkpoint
from gallra.ledger.tree import Range, inclusion_proof, root_of
from gallra.ledger.verifier import included, node_hash

BLOCK = 256
"""Leaves in a block: as many are read around a place."""
_AROUND = (
    "SELECT l.index, l.hash FROM unnest(%s::bigint[]) AS b(at)"
    " JOIN ledger_leaf l ON l.index >= b.at AND l.index < least(b.at + %s, %s)"
)
_kept: dict[int, bytes] = {}
"""The roots of complete blocks, by the place of the first leaf."""
_keeping = Lock()


class Hashes:
    """What some proofs in one signed tree need."""

    def __init__(self) -> None:
        self._leaves: dict[int, bytes] = {}
        self._roots: dict[Range, bytes] = {}
        self._read: set[int] = set()

    def read(self, places: Iterable[int], size: int) -> None:
        """Read the blocks around these places of the tree of `size` leaves, its end, and what is not known of it."""
        near = {place - place % BLOCK for place in places}
        if not near:
            return
        with _keeping:
            self._roots |= {(at, at + BLOCK): root for at, root in _kept.items() if at + BLOCK <= size}
        near |= {at for at in range(0, size, BLOCK) if (at, at + BLOCK) not in self._roots}
        wanted = sorted(near - self._read)
        if not wanted:
            return
        with connection.cursor() as cursor:
            cursor.execute(_AROUND, [wanted, BLOCK, size])
            fresh = {index: bytes(found) for index, found in cursor}
        self._leaves |= fresh
        self._read |= set(wanted)
        for at in wanted:
            block = [fresh[index] for index in range(at, at + BLOCK) if index in fresh]
            if len(block) == BLOCK:
                self._roots[at, at + BLOCK] = root_of(block)
        with _keeping:
            _kept.update(
                (start, self._roots[start, start + BLOCK]) for start in wanted if start + BLOCK <= size
            )

    def path(self, place: int, leaf: bytes, checkpoint: Checkpoint) -> list[bytes]:
        """The audit path of a leaf in the tree that was signed, nearest sibling first."""
        self.read([place], checkpoint.size)
        path = inclusion_proof(place, checkpoint.size, self._root)
        if not included(leaf, place, checkpoint.size, path, bytes(checkpoint.root)):
            self._forget()  # another tree than the one that was learnt: a database that was put back
            self.read([place], checkpoint.size)
            path = inclusion_proof(place, checkpoint.size, self._root)
        return path

    def _forget(self) -> None:
        with _keeping:
            _kept.clear()
        self._leaves, self._roots, self._read = {}, {}, set()

    def _root(self, leaves: Range) -> bytes:
        """The root of a range as proofs ask for them: a subtree, complete or the tree's end."""
        start, end = leaves
        if end - start == 1:
            return self._leaves.get(start, b"")  # one that is gone proves nothing
        if leaves not in self._roots:
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            self._roots[leaves] = node_hash(self._root((start, middle)), self._root((middle, end)))
        return self._roots[leaves]
