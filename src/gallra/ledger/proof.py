"""The proof of one receipt: its entry, and why it cannot have been left out or changed. Checked offline by
`verifier.py`."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from gallra.ledger.lines import canonical, entry_line
from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.ledger.tree import Range, inclusion_proof, root_of
from gallra.ledger.verifier import PROOF, Key

AT_ONCE = 10_000
"""Hashes that are read at once."""


class NoProof(LookupError):
    """There is no such entry, or no checkpoint covers it yet. `signed` tells which."""

    def __init__(self, number: int, *, exists: bool) -> None:
        super().__init__(f"entry {number} is not signed yet" if exists else f"there is no entry {number}")
        self.number, self.exists = number, exists


def prove(number: int, key: Key) -> bytes:
    """The proof that entry `number` is in the ledger as last signed: a JSON text, about 2 kB. NoProof where
    there is none.

    It reads the hashes of all leaves once, in ranges.
    """
    return Prover(key).prove(number)


class Prover:
    """Proofs of several entries in the ledger as it was last signed when the first was asked for. What two of them need
    is read once: of entries written together nearly all is."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self._roots: dict[Range, bytes] = {}
        self._checkpoint = Checkpoint.objects.order_by("-size").first()

    def prove(self, number: int) -> bytes:
        """As `prove`."""
        entry = Entry.objects.filter(number=number).first()
        leaf = Leaf.objects.filter(entry_id=number).first()
        if entry is None or leaf is None or self._checkpoint is None or leaf.index >= self._checkpoint.size:
            raise NoProof(number, exists=entry is not None)
        path = inclusion_proof(leaf.index, self._checkpoint.size, self._root)
        return _written(entry, leaf, path, self._checkpoint, self.key)

    def _root(self, leaves: Range) -> bytes:
        if leaves not in self._roots:
            self._roots[leaves] = _root_of_range(leaves)
        return self._roots[leaves]


def _written(entry: Entry, leaf: Leaf, path: Iterable[bytes], checkpoint: Checkpoint, key: Key) -> bytes:
    proof = {
        "format": PROOF,
        "key": key.text,
        "entry": entry_line(entry).decode(),
        "place": leaf.index,
        "path": [base64.b64encode(node).decode() for node in path],
        "checkpoint": checkpoint.note,
    }
    return canonical(proof) + b"\n"


def _root_of_range(leaves: Range) -> bytes:
    start, end = leaves
    rows = (
        Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index").values_list("hash", flat=True)
    )
    some = rows if end - start <= AT_ONCE else rows.iterator(chunk_size=AT_ONCE)
    return root_of(bytes(each) for each in some)
