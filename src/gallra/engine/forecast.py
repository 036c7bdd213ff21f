"""What goes when: per month, promise and kind, counted where the records are.

The question of a month is the sweep's question asked for the month's last day, so the forecast and the sweep cannot
disagree: a record goes in the first month on whose last day some rule wants it and nothing keeps it. One query a
kind; each record counts once among the rules that erase, once among those that archive, once among the reviews.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.execute import Executor
from gallra.engine.question import Question
from gallra.engine.tables import Source


@dataclass(frozen=True, slots=True)
class Coming:
    """`count` records that a rule makes due in `month` (its first day); what is due already counts in the first
    month.
    """

    month: date
    rule: str
    promises: tuple[str, ...]
    kind: str
    verb: str
    count: int


def months_from(day: date, count: int) -> list[date]:
    """The first days of `count` months, beginning with the month `day` lies in."""
    start = day.year * 12 + day.month - 1
    return [date((start + n) // 12, (start + n) % 12 + 1, 1) for n in range(count)]


def last_day(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def forecast(executor: Executor, questions: tuple[Question, ...], *, months: int) -> Iterator[Coming]:
    """Every month, rule and kind in which something goes, in that order of kinds and months."""
    if not questions:
        return
    begins = months_from(questions[0].today.day, months)
    for group in _groups(questions):
        for place, count in executor.rows(statement(group, begins, executor.dialect)):
            month, rule = divmod(int(place), len(group))
            question = group[rule]
            yield Coming(
                begins[month],
                question.name,
                question.rule.promises,
                question.kind.name,
                question.verb,
                int(count),
            )


def statement(group: tuple[Question, ...], begins: list[date], dialect: Dialect = POSTGRESQL) -> Statement:
    """Rows of (month number × rules + rule number, records): the first place at which a record's turn comes."""
    source = Source(group[0].kind, outer=True)
    whens: list[tuple[ColumnElement[bool], int]] = []
    for number, month in enumerate(begins):
        for place, question in enumerate(group):
            day = max(last_day(month), question.today.day)
            then = replace(question, today=question.today.on(day), before=())
            whens.append((func.coalesce(then.takes(source), False), number * len(group) + place))
    place_of = case(*whens, else_=None)
    found = select(place_of.label("place")).select_from(source.from_).where(*source.mine()).subquery("found")
    query = (
        select(found.c.place, func.count())
        .where(found.c.place.is_not(None))
        .group_by(found.c.place)
        .order_by(found.c.place)
    )
    return compiled("forecast", query, dialect)


def _groups(questions: tuple[Question, ...]) -> Iterator[tuple[Question, ...]]:
    """Questions that compete for the same records: of one kind and one verb."""
    groups: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        groups.setdefault((question.kind.name, question.verb), []).append(question)
    for group in groups.values():
        yield tuple(group)
