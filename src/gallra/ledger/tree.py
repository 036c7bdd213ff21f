"""Proofs of the RFC 6962 tree, made from the hashes of ranges of leaves; checking them is `verifier.py`'s.

A proof is a list of subtree roots, each over a range of leaves: the functions here say which ranges, and the
caller gives the root of a range (from a list in tests, from the table in `proof.py`), so that nothing is held
in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gallra.ledger.verifier import Frontier

Range = tuple[int, int]
"""Leaves from the first number up to, and without, the second."""


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The Merkle tree hash of these leaf hashes, 32 bytes."""
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def inclusion_proof(index: int, size: int, root_of_range: Callable[[Range], bytes]) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 6962, 2.1.1), nearest sibling
    first."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of {size}")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return [root_of_range(leaves) for leaves in reversed(ranges)]


def consistency_proof(old: int, new: int, root_of_range: Callable[[Range], bytes]) -> list[bytes]:
    """That the tree of `old` leaves is the beginning of the tree of `new` leaves (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise IndexError(f"tree {old} of {new}")
    ranges: list[Range] = []
    start, end, complete = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, complete = middle, False
    if not complete:
        ranges.append((start, end))
    return [root_of_range(leaves) for leaves in reversed(ranges)]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
