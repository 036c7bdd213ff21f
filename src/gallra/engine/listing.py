"""The records behind a count: the same conditions that `cover.py` counts, read a page at a time in key order.

A page costs what it takes to find its records from the key where the last one ended: nothing is counted off. Where no
index serves the question (what no rule reaches), it may read the table once, as the nightly audit does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.compile import POSTGRESQL
from gallra.engine.cover import cover_marks, due_marks, newly
from gallra.engine.question import Question
from gallra.engine.tables import Source
from gallra.policy.rules import Rule

State = Literal["all", "waiting", "next", "not yet", "due", "late", "held", "obliged", "uncovered"]
"""The counts of a rule (gallra.running.report.KindCount): total, waiting, next_count, not_yet, due, late, held,
obliged, uncovered."""


def listed(
    question: Question,
    rules: tuple[Rule, ...],
    state: State,
    *,
    after: Any = None,
    most: int,
    day: date | None = None,
    dialect: Dialect = POSTGRESQL,
) -> Select[Any]:
    """The keys of the next `most` records of a count, after the key `after`, in the order of the key.

    rules: all of the policy's rules for the kind. day: for "next", the day they become due; ValueError without.
    """
    source = Source(question.kind, outer=True)
    condition = _condition(
        question, rules, state, source, day, dialect
    )  # joins what it needs: before FROM is read
    query = select(source.key).select_from(source.from_).where(condition)
    if after is not None:
        query = query.where(source.key > after)
    return query.order_by(source.key).limit(most)


def _condition(
    question: Question,
    rules: tuple[Rule, ...],
    state: State,
    source: Source,
    day: date | None,
    dialect: Dialect,
) -> ColumnElement[bool]:
    if state == "next":
        if day is None:
            raise ValueError("no day")
        return newly(question, replace(question, today=question.today.on(day)), source)
    if state in ("all", "waiting", "not yet", "uncovered"):
        cover = cover_marks(question, rules, source)
        among = {"waiting": cover.waiting, "not yet": cover.not_yet, "uncovered": cover.uncovered}
        return and_(cover.live, *([among[state]] if state in among else []))
    marks = due_marks(question, source, dialect)
    if state == "due":
        return or_(and_(marks.past, marks.goes), *_decided(question, source, dialect))
    return and_(marks.past, {"late": marks.late, "held": marks.held, "obliged": marks.obliged}[state])


def _decided(question: Question, source: Source, dialect: Dialect) -> list[ColumnElement[bool]]:
    """What reviews decided belongs to the review (running/counts.py counts it so)."""
    if question.verb != "review" or question.kind.decided is None:
        return []
    marks = due_marks(replace(question, decision=True, before=()), source, dialect)
    return [and_(marks.past, marks.goes)]
