"""The proof of one receipt: its entry, and why it cannot have been left out or changed. Checked offline by
`verifier.py`."""

from __future__ import annotations

import base64

from gallra.ledger.lines import canonical, entry_line
from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.ledger.tree import Range, inclusion_proof, root_of
from gallra.ledger.verifier import PROOF, Key


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
    entry = Entry.objects.filter(number=number).first()
    leaf = Leaf.objects.filter(entry_id=number).first()
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if entry is None or leaf is None or checkpoint is None:
        raise NoProof(number, exists=entry is not None)
    path = inclusion_proof(leaf.index, checkpoint.size, _root_of_range)
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
    return root_of(bytes(each) for each in rows.iterator(chunk_size=10_000))
