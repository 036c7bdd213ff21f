"""The brake: a sweep that would take more than a share of a record kind stops and asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from gallra.engine.compile import compiled
from gallra.engine.execute import Executor, one
from gallra.engine.tables import Source
from gallra.kinds import RecordKind

SHARE = 20
"""Per cent of a record kind that one sweep takes without asking."""
FLOOR = 50
"""Records that one sweep takes without asking, however few there are."""


@dataclass(frozen=True, slots=True)
class Brake:
    """Why a sweep stops: `taken` of the `total` records of a kind would go."""

    kind: str
    taken: int
    total: int

    @property
    def percent(self) -> int:
        """The share that would go, rounded down."""
        return 100 * self.taken // max(self.total, 1)


def braked(executor: Executor, kind: RecordKind, taken: int) -> Brake | None:
    """The brake, if the `taken` records of a kind that are due were more than the share and the floor.

    Counting a whole table grows with it, so it is counted only where more than the floor is due (invariant 8).
    """
    if taken <= FLOOR:
        return None
    total = int(one(executor, compiled("brake total", whole(kind), executor.dialect)))
    return Brake(kind.name, taken, total) if taken > max(total * SHARE // 100, FLOOR) else None


def whole(kind: RecordKind) -> Select[Any]:
    """How many records of a kind there are, archived ones left out: they are not in any sweep's reach."""
    source = Source(kind)
    clauses = source.mine()
    if kind.archived is not None:
        clauses.append(source.base.c[kind.archived].is_(None))
    return select(func.count()).select_from(source.from_).where(*clauses)
