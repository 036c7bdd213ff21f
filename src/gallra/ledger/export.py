"""One file that anyone can check without the database: the signed ledger, as `verifier.py` reads it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gallra.ledger.lines import header_line, stretches
from gallra.ledger.verifier import Key


@dataclass(frozen=True, slots=True)
class Exported:
    """entries, checkpoints: how many are in the file. bytes: its size."""

    entries: int
    checkpoints: int
    bytes: int


def export(out: Path, key: Key) -> Exported:
    """Write everything signed so far to `out`, whole or not at all; what is there is replaced."""
    entries = checkpoints = 0
    handle, draft = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(header_line(key) + b"\n")
            for stretch in stretches():
                for line in stretch.text():
                    file.write(line + b"\n")
                entries, checkpoints = stretch.checkpoint.size, checkpoints + 1
            file.flush()
            os.fsync(file.fileno())
            written = file.tell()
        Path(draft).replace(out)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return Exported(entries, checkpoints, written)
