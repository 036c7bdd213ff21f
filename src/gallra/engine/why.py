"""Why a record is still here and until when, worked out in plain Python from its dates: not by the statements of the
sweep, so that the two can be held against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from gallra.engine.compile import compiled
from gallra.engine.days import Today, day_of
from gallra.engine.execute import Executor
from gallra.engine.holds import Holds
from gallra.engine.tables import Source
from gallra.kinds import Event, RecordKind
from gallra.policy.rules import Obligation, Rule, Rules


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one record.

    state: "due", "waiting", "not yet", "never" (the event cannot happen), "other" (its flags are for other records),
    "done" (archived already). since: the day of the event; due: the day it goes; sooner: a review's early reason has
    happened.
    """

    rule: Rule
    state: str
    since: date | None
    due: date | None
    sooner: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the engine sees it: its dates, not its contents."""

    kind: str
    key: Any
    archived: datetime | None
    decided: bool
    dates: dict[str, date | None]
    verdicts: tuple[Verdict, ...]
    held: bool
    kept_through: date | None
    statute: Obligation | None
    number: Any = None
    """What people know it by, where its kind has a number and the record was looked up."""

    @property
    def goes(self) -> Verdict | None:
        """The rule that takes it first, if any clock runs."""
        running = [v for v in self.verdicts if v.due is not None and v.rule.action != "review"]
        return min(running, key=lambda v: v.due or date.max, default=None)

    @property
    def day(self) -> date | None:
        """The day it goes: the earliest rule's, but not while a statute keeps it."""
        first = self.goes
        if first is None or first.due is None:
            return None
        return first.due if self.kept_through is None else max(first.due, _after(self.kept_through))


def looked_up(
    executor: Executor, kind: RecordKind, key: Any, rules: Rules, today: Today, holds: Holds
) -> Record | None:
    """The record with that key, or None."""
    found = _looked_up(executor, kind, lambda own: own == key, rules, today, holds)
    return found[0] if found else None


def looked_up_all(
    executor: Executor, kind: RecordKind, keys: Select[Any], rules: Rules, today: Today, holds: Holds
) -> list[Record]:
    """The records whose keys the query gives, in the order of their keys. Two statements, however many they are."""
    return _looked_up(executor, kind, lambda own: own.in_(keys), rules, today, holds)


def looked_up_each(
    executor: Executor, kind: RecordKind, keys: Sequence[Any], rules: Rules, today: Today, holds: Holds
) -> list[Record]:
    """The records with these keys (at most 1,000), in the order of their keys. Two statements."""
    return _looked_up(executor, kind, lambda own: own.in_(keys), rules, today, holds) if keys else []


def _looked_up(
    executor: Executor,
    kind: RecordKind,
    among: Callable[[ColumnElement[Any]], ColumnElement[bool]],
    rules: Rules,
    today: Today,
    holds: Holds,
) -> list[Record]:
    source = Source(kind, outer=True)
    columns: dict[str, Any] = {}
    for event in kind.events:
        columns[f"event {event.name}"] = source.event(event)
        blocked = source.blocked(event)
        if blocked is not None:
            columns[f"blocked {event.name}"] = blocked
        for depth, hop in enumerate(event.hops):
            columns[f"hop {event.name} {depth}"] = source.at(event.hops[:depth]).c[hop.column]
        if event.needs is not None:
            columns[f"needs {event.name}"] = source.base.c[event.needs]
    for flag in kind.flags:
        columns[f"flag {flag.name}"] = source.flag(flag)
    for name in (kind.archived, kind.decided, kind.reviewed, kind.number):
        if name is not None:
            columns[f"own {name}"] = source.base.c[name]
    query = select(source.key, *(column.label(f"c{n}") for n, column in enumerate(columns.values())))
    query = query.select_from(source.from_).where(among(source.key), *source.mine()).order_by(source.key)
    rows = executor.rows(compiled("why", query, executor.dialect))
    kept = _held(executor, kind, among, holds, today) if rows else frozenset()
    return [
        judged(kind, row[0], dict(zip(columns, row[1:], strict=True)), rules, today, row[0] in kept)
        for row in rows
    ]


def judged(
    kind: RecordKind, key: Any, values: dict[str, Any], rules: Rules, today: Today, held: bool
) -> Record:
    """What the rules say of a record. values: "event NAME", "blocked NAME", "hop NAME DEPTH", "needs NAME", "flag
    NAME" and "own COLUMN", each where the kind has it.
    """
    archived = values.get(f"own {kind.archived}") if kind.archived else None
    mine = [rule for rule in rules.rules if rule.kind == kind.name]
    through, statute = _kept(kind, values, rules.obligations, today)
    return Record(
        kind=kind.name,
        key=key,
        archived=archived,
        decided=bool(values.get(f"own {kind.decided}")) if kind.decided else False,
        dates={event.name: day_of(values[f"event {event.name}"], today.zone) for event in kind.events},
        verdicts=tuple(_verdict(kind, rule, values, today) for rule in mine),
        held=held,
        kept_through=through,
        statute=statute,
        number=values.get(f"own {kind.number}") if kind.number else None,
    )


def _verdict(kind: RecordKind, rule: Rule, values: dict[str, Any], today: Today) -> Verdict:
    if rule.when is not None and values[f"flag {rule.when}"] is not True:
        return Verdict(rule, "other", None, None)
    if rule.unless is not None and values[f"flag {rule.unless}"] is True:
        return Verdict(rule, "other", None, None)
    if rule.action == "archive" and kind.archived and values[f"own {kind.archived}"] is not None:
        return Verdict(rule, "done", None, None)
    event = kind.event(rule.event)
    since = _happened(event, values, today)
    reviewed = day_of(values.get(f"own {kind.reviewed}"), today.zone) if kind.reviewed else None
    start = (
        max(filter(None, (since, reviewed)), default=None)
        if since is not None and rule.action == "review"
        else since
    )
    early = _early(kind, rule, values, reviewed, today)
    if early is not None:
        return Verdict(rule, "due", since, early, sooner=True)
    if start is None:
        return Verdict(rule, "never" if _never(event, values) else "not yet", None, None)
    due = rule.period.after(start)
    return Verdict(rule, "due" if due <= today.day else "waiting", since, due)


def _early(
    kind: RecordKind, rule: Rule, values: dict[str, Any], reviewed: date | None, today: Today
) -> date | None:
    """The day on which the early reason for a review happened, if no review came after it."""
    if rule.sooner is None:
        return None
    day = _happened(kind.event(rule.sooner), values, today)
    return day if day is not None and day <= today.day and (reviewed is None or reviewed < day) else None


def _happened(event: Event, values: dict[str, Any], today: Today) -> date | None:
    blocked = values.get(f"blocked {event.name}", 0)
    if event.blocked_by is not None and blocked != 0:
        return None
    return day_of(values[f"event {event.name}"], today.zone)


def _never(event: Event, values: dict[str, Any]) -> bool:
    if any(values[f"hop {event.name} {depth}"] is None for depth in range(len(event.hops))):
        return True
    if event.needs is not None and values[f"needs {event.name}"] is None:
        return True
    blocked = values.get(f"blocked {event.name}", 0) if event.blocked_by is not None else 0
    return event.missing == "never" and blocked in (0, None)


def _kept(
    kind: RecordKind, values: dict[str, Any], obligations: tuple[Obligation, ...], today: Today
) -> tuple[date | None, Obligation | None]:
    """The last day on which a statute keeps the record, and which; date.max while the closing day is not known."""
    if kind.accounting is None or not obligations:
        return None, None
    closed = _happened(kind.event(kind.accounting), values, today)
    if closed is None:
        return date.max, obligations[0]
    longest = max(obligations, key=lambda obligation: obligation.years)
    return longest.through(closed), longest


def _held(
    executor: Executor,
    kind: RecordKind,
    among: Callable[[ColumnElement[Any]], ColumnElement[bool]],
    holds: Holds,
    today: Today,
) -> frozenset[Any]:
    keys = holds.keys(kind, today.day)
    if keys is None:
        return frozenset()
    source = Source(kind)
    query = select(source.key).where(among(source.key), source.key.in_(keys))
    return frozenset(row[0] for row in executor.rows(compiled("held", query, executor.dialect)))


def _after(day: date) -> date:
    return day if day == date.max else date.fromordinal(day.toordinal() + 1)
