"""What will happen to a person's record, read from the rows that were gathered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gallra.engine.days import Today
from gallra.engine.execute import Executor
from gallra.engine.holds import Holds
from gallra.engine.person.find import Hit
from gallra.engine.person.gathering import Gathered
from gallra.engine.why import Record, judged, looked_up
from gallra.kinds import Event, Hop
from gallra.policy.rules import Rules


def fate_of(
    executor: Executor,
    found: Gathered,
    hit: Hit,
    values: dict[str, Any],
    held: bool,
    rules: Rules,
    holds: Holds,
    today: Today,
) -> Record | None:
    """What will happen to a record, from the rows that were read; by a statement of its own where a clock stands on a
    row that no contact or company is."""
    kind = hit.kind
    known: dict[str, Any] = {}
    for event in kind.events:
        if event.expression is not None or any(flag.expression for flag in kind.flags):
            return looked_up(executor, kind, hit.key, rules, today, holds)
        end, broken = _end(found, values, event.hops)
        if broken:
            return looked_up(executor, kind, hit.key, rules, today, holds)
        _event_values(known, event, values, end, found)
    for flag in kind.flags:
        end, broken = _end(found, values, flag.hops)
        if broken:
            return looked_up(executor, kind, hit.key, rules, today, holds)
        known[f"flag {flag.name}"] = end.get(flag.column) if end else None
    for name in (kind.archived, kind.decided, kind.reviewed):
        if name is not None:
            known[f"own {name}"] = values.get(name)
    return judged(kind, hit.key, known, rules, today, held)


def _event_values(
    known: dict[str, Any], event: Event, values: dict[str, Any], end: dict[str, Any] | None, found: Gathered
) -> None:
    known[f"event {event.name}"] = end.get(event.column) if end else None
    if event.blocked_by is not None:
        known[f"blocked {event.name}"] = end.get(event.blocked_by) if end else None
    for depth, hop in enumerate(event.hops):
        at, _ = _end(found, values, event.hops[:depth])
        known[f"hop {event.name} {depth}"] = at.get(hop.column) if at else None
    if event.needs is not None:
        known[f"needs {event.name}"] = values.get(event.needs)


def _end(found: Gathered, values: dict[str, Any], hops: Sequence[Hop]) -> tuple[dict[str, Any] | None, bool]:
    """The row at the end of `hops` among those that were read; None where a reference is empty; and whether a row is
    missing that should be there."""
    at: dict[str, Any] | None = values
    for hop in hops:
        key = at.get(hop.column) if at else None
        if key is None:
            return None, False
        at = next((c.values for c in found.contacts if c.of.table.name == hop.table and c.key == key), None)
        at = at or found.rows.get(hop.table, {}).get(key)
        if at is None:
            return None, True
    return at, False
