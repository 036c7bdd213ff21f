"""What a receipt says was taken, taken again on a restored database, by its keys. THIS ERASES.

Nothing is asked: that the records were due, and that no hold or statute kept them, was asked when they were taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from gallra.engine.compile import compiled
from gallra.engine.effects import by_list, effects, referring_columns
from gallra.engine.execute import Executor
from gallra.engine.tables import clause
from gallra.kinds import Kinds, RecordKind

LIST = 1000
"""Keys in a statement."""


def repeat(
    executor: Executor,
    kind: RecordKind,
    verb: Literal["archive", "erase"],
    keys: Sequence[Any],
    *,
    kinds: Kinds,
    at: datetime,
) -> int:
    """Archive or erase these records again within the caller's open transaction, as far as they are there: their
    number. at: when it was done. Whom they referred to is left to the settler's audit."""
    own = clause(kind.table)
    key = own.c[kind.table.key]
    loose, _ = referring_columns(kind, kinds.values())
    count = 0
    for start in range(0, len(keys), LIST):
        among = by_list(keys[start : start + LIST])
        lock = select(key).where(among(key)).order_by(key).with_for_update(of=own)
        if not executor.rows(compiled("lock", lock, executor.dialect)):
            continue
        for effect in effects(kind, verb, among=among, now=at, referring=loose):
            done = executor.run(compiled(f"{effect.verb} {effect.table}", effect.change, executor.dialect))
            count += done if effect.role == "record" else 0
    return count
