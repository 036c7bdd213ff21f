"""The proof of one receipt: its entry, and why it cannot have been left out or changed. Checked offline by
`verifier.py`."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from gallra.ledger.hashes import Hashes
from gallra.ledger.lines import canonical, entry_line
from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.ledger.verifier import PROOF, Key


class NoProof(LookupError):
    """There is no such entry, or no checkpoint covers it yet. `signed` tells which."""

    def __init__(self, number: int, *, exists: bool) -> None:
        super().__init__(f"entry {number} is not signed yet" if exists else f"there is no entry {number}")
        self.number, self.exists = number, exists


def prove(number: int, key: Key) -> bytes:
    """The proof that entry `number` is in the ledger as last signed: a JSON text, about 2 kB. NoProof where
    there is none."""
    return Prover(key).prove(number)


class Prover:
    """Proofs of several entries in the ledger as it was last signed when the first was asked for. What they need is
    read in two statements: the entries, and the hashes around their places."""

    def __init__(self, key: Key, numbers: Iterable[int] = ()) -> None:
        """numbers: what will be asked for, as far as it is known."""
        self.key = key
        self._checkpoint = Checkpoint.objects.order_by("-size").first()
        self._leaves: dict[int, Leaf] = {}
        self._hashes = Hashes()
        self._find(numbers)

    def prove(self, number: int) -> bytes:
        """As the function. NoProof."""
        if number not in self._leaves:
            self._find([number])
        leaf = self._leaves.get(number)
        if leaf is None or self._checkpoint is None or leaf.index >= self._checkpoint.size:
            raise NoProof(number, exists=Entry.objects.filter(number=number).exists())
        path = self._hashes.path(leaf.index, bytes(leaf.hash), self._checkpoint)
        return _written(leaf.entry, leaf, path, self._checkpoint, self.key)

    def _find(self, numbers: Iterable[int]) -> None:
        found = Leaf.objects.filter(entry__in=list(numbers)).select_related("entry")
        self._leaves |= {leaf.entry_id: leaf for leaf in found}
        if self._checkpoint is not None:
            places = [leaf.index for leaf in self._leaves.values() if leaf.index < self._checkpoint.size]
            self._hashes.read(places, self._checkpoint.size)


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
