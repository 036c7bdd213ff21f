"""What one rule says of one record kind, counted: due, late, held, obliged by indexes; the rest by reading the table
once.

A record is *waiting* while its clock runs, *not yet* while its clock has not started, *uncovered* when no rule of the
policy will ever reach it. `due` and `late` cost what is due; `covered` is one of the nightly audits (invariant 8).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, false, func, not_, or_, select, true
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.days import day_of
from gallra.engine.dues import flagged, obliged
from gallra.engine.execute import Executor, one
from gallra.engine.holds import held
from gallra.engine.question import Question
from gallra.engine.tables import Source
from gallra.kinds import Event, RecordKind
from gallra.policy.rules import Rule


@dataclass(frozen=True, slots=True)
class DueCount:
    """Numbers of records a rule wants today: `due` to go, of which `late` more than 48 hours past their day; `held`
    and `obliged` would go but for a hold, a statute.
    """

    due: int
    late: int
    held: int
    obliged: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Numbers of records of a kind under one rule, archived ones left out. next_day: when the next of them becomes
    due.
    """

    total: int
    waiting: int
    not_yet: int
    uncovered: int
    next_day: date | None
    next_count: int


@dataclass(frozen=True, slots=True)
class DueMarks:
    """What is asked of each record that a rule's clock says is past: as conditions."""

    past: ColumnElement[bool]
    goes: ColumnElement[bool]
    late: ColumnElement[bool]
    held: ColumnElement[bool]
    obliged: ColumnElement[bool]


def due_marks(question: Question, source: Source, dialect: Dialect) -> DueMarks:
    """The conditions that are counted as due, late, held, obliged; the last four among those of `past`."""
    past = and_(question.wants(source), *question.begin(source, dialect))
    review = question.verb == "review"
    is_held = false() if review else held(question.holds, question.kind, source.key, question.today.day)
    statute = None if review else obliged(source, question.obligations, question.today)
    is_obliged = false() if statute is None else statute
    earlier = [func.coalesce(before.wants_and_may(source), False) for before in question.before]
    taken_before = or_(*earlier) if earlier else false()
    goes = and_(not_(is_held), not_(is_obliged), not_(taken_before))
    late = replace(question, today=question.today.on(question.today.late))
    is_late = and_(goes, func.coalesce(late.wants(source), False) if not question.decision else false())
    return DueMarks(past, goes, is_late, is_held, and_(is_obliged, not_(is_held)))


def due_statement(question: Question, dialect: Dialect = POSTGRESQL) -> Statement:
    """One row: due, late, held, obliged. Reads only what the rule's clock says is past."""
    source = Source(question.kind, outer=True)
    found = due_marks(question, source, dialect)
    past, asked = found.past, (found.goes, found.late, found.held, found.obliged)
    if dialect.name != "postgresql":  # not every database counts over a subselect
        marks = [case((condition, 1), else_=0).label(f"c{n}") for n, condition in enumerate(asked)]
        marked = select(*marks).select_from(source.from_).where(past).subquery("marked")
        sums = select(*(func.coalesce(func.sum(marked.c[f"c{n}"]), 0) for n in range(len(asked))))
        return compiled("due counts", sums, dialect)
    query = select(*(func.count().filter(condition) for condition in asked))
    return compiled("due counts", query.select_from(source.from_).where(past), dialect)


def counted_due(executor: Executor, question: Question) -> DueCount:
    """The counts of `due_statement`."""
    row = executor.rows(due_statement(question, executor.dialect))[0]
    return DueCount(*(int(value) for value in row))


@dataclass(frozen=True, slots=True)
class CoverMarks:
    """What an audit asks of each record: `live` of a kind, and those it counts among them; `clock`: the rule's date."""

    live: ColumnElement[bool]
    waiting: ColumnElement[bool]
    not_yet: ColumnElement[bool]
    uncovered: ColumnElement[bool]
    clock: ColumnElement[Any]


def cover_marks(question: Question, rules: tuple[Rule, ...], source: Source) -> CoverMarks:
    """The conditions that are counted as waiting, not yet, uncovered; among those of `live`."""
    kind = question.kind
    event = kind.event(question.rule.event)
    matches = and_(true(), *flagged(source, question.rule))
    never = [func.coalesce(unreachable(source, rule), False) for rule in rules]
    uncovered = and_(true(), *never)
    started = and_(source.event(event).is_not(None), _unblocked(source, event))
    mine = func.coalesce(and_(matches, not_(uncovered)), False)
    wants = func.coalesce(question.wants(source), False)
    live = [*source.mine()]
    if kind.archived is not None and question.verb != "erase":
        live.append(source.base.c[kind.archived].is_(None))
    return CoverMarks(
        live=and_(true(), *live),
        waiting=and_(mine, started, not_(wants)),
        not_yet=and_(mine, not_(func.coalesce(started, False)), not_(wants)),
        uncovered=uncovered,
        clock=source.event(event),
    )


def cover_statement(question: Question, rules: tuple[Rule, ...], dialect: Dialect = POSTGRESQL) -> Statement:
    """One row: total, waiting, not yet, uncovered, and the first clock that is still running.

    rules: all of the policy's rules for the kind, for a record is uncovered only when none of them can reach it.
    """
    source = Source(question.kind, outer=True)
    found = cover_marks(question, rules, source)
    query = select(
        func.count(),
        func.count().filter(found.waiting),
        func.count().filter(found.not_yet),
        func.count().filter(found.uncovered),
        func.min(found.clock).filter(found.waiting),
    )
    return compiled("cover", query.select_from(source.from_).where(found.live), dialect)


def unreachable(source: Source, rule: Rule) -> ColumnElement[bool]:
    """Whether a rule will never reach the record: its flags say no, or its event can never happen."""
    kind = source.kind
    event = kind.event(rule.event)
    flags = flagged(source, rule)
    never = never_happens(source, event)
    if rule.action == "review" and rule.sooner is not None:
        never = and_(never, never_happens(source, kind.event(rule.sooner)))
    return or_(never, not_(and_(true(), *flags))) if flags else never


def never_happens(source: Source, event: Event) -> ColumnElement[bool]:
    """A date that is missing for good: by declaration, for want of a reference, or of what it needs."""
    date_ = source.event(event)
    ways: list[ColumnElement[bool]] = []
    for depth in range(1, len(event.hops) + 1):
        hop = event.hops[depth - 1]
        before = source.at(event.hops[: depth - 1])
        ways.append(before.c[hop.column].is_(None))
    if event.needs is not None:
        ways.append(and_(date_.is_(None), source.base.c[event.needs].is_(None)))
    if event.missing == "never":
        ways.append(and_(date_.is_(None), _unblocked(source, event)))
    return or_(false(), *ways)


def covered(executor: Executor, question: Question, rules: tuple[Rule, ...]) -> Cover:
    """The counts of `cover_statement`, and how many become due on the next day on which any does."""
    total, waiting, not_yet, uncovered, first = executor.rows(
        cover_statement(question, rules, executor.dialect)
    )[0]
    next_day = next_count = None
    first_day = day_of(first, question.today.zone)
    if first_day is not None and question.verb != "review":
        next_day = max(question.rule.period.after(first_day), question.today.day)
        if next_day > question.today.day:
            later = replace(question, today=question.today.on(next_day))
            next_count = (
                int(one(executor, compiled("next", _newly(question, later), executor.dialect))) or None
            )
        if not next_count:
            next_day = None
    return Cover(int(total), int(waiting), int(not_yet), int(uncovered), next_day, int(next_count or 0))


def uncovered_statement(
    kind: RecordKind, rules: tuple[Rule, ...], dialect: Dialect = POSTGRESQL
) -> Statement:
    """One row: all records of a kind, and those that none of `rules` will ever reach (all, where there is no rule)."""
    source = Source(kind, outer=True)
    never = [func.coalesce(unreachable(source, rule), False) for rule in rules]
    live = source.mine()
    if kind.archived is not None:
        live.append(source.base.c[kind.archived].is_(None))
    query = select(func.count(), func.count().filter(and_(true(), *never)))
    return compiled("uncovered", query.select_from(source.from_).where(and_(true(), *live)), dialect)


def newly(now: Question, later: Question, source: Source) -> ColumnElement[bool]:
    """Whether `later` wants the record and `now` does not."""
    return and_(later.wants_and_may(source), not_(func.coalesce(now.wants(source), False)))


def _newly(now: Question, later: Question) -> Select[Any]:
    """How many records `later` wants that `now` does not."""
    source = Source(now.kind, outer=True)
    condition = newly(now, later, source)
    return select(func.count()).select_from(source.from_).where(condition)


def _unblocked(source: Source, event: Event) -> ColumnElement[bool]:
    blocked = source.blocked(event)
    return true() if blocked is None else func.coalesce(blocked, 0) == 0
