"""What a check counts: per rule, what is due, late, held, obliged; and, when it audits, what no index serves.

The result is plain JSON without personal data, kept in `Checked`, so that pages and the board count nothing
themselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from gallra.engine.cover import Cover, counted_due, covered, uncovered_statement
from gallra.engine.days import Today
from gallra.engine.execute import Executor
from gallra.engine.forecast import forecast
from gallra.engine.holds import Holds
from gallra.engine.plan import questions
from gallra.engine.question import Question
from gallra.kinds import Kinds, Text
from gallra.policy.rules import OWN, Rules
from gallra.running.report import ForecastCell, KindCount

MONTHS = 24


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule's numbers with the promises it keeps, and the query they came from."""

    promises: tuple[str, ...]
    count: KindCount
    statement: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything a check counted. without_rule: records of kinds that no rule of the policy names, by kind."""

    rules: tuple[RuleCount, ...]
    without_rule: dict[str, int]
    forecast: tuple[ForecastCell, ...]
    unreachable: dict[Text, tuple[str, ...]] = field(default_factory=dict)


class Ruled(Protocol):
    """The running policy, or what it says of one other database."""

    @property
    def rules(self) -> Rules: ...

    @property
    def kinds(self) -> Kinds: ...


def joined(
    own: Counts, others: list[Counts], unreachable: dict[Text, tuple[str, ...]], *, last: Counts | None
) -> Counts:
    """The counts of all databases as one; of those that could not be asked, why, with the promises broken by it."""
    if last is not None:
        rules = tuple(rule for each in (own, *others) for rule in each.rules)
        return Counts(rules, last.without_rule, last.forecast, unreachable)
    cells: dict[tuple[date, str, str], int] = {}
    for each in (own, *others):
        for cell in each.forecast:
            key = (cell.month, cell.promise, cell.kind)
            cells[key] = cells.get(key, 0) + cell.count
    without = {name: count for each in (own, *others) for name, count in each.without_rule.items()}
    rules = tuple(rule for each in (own, *others) for rule in each.rules)
    forecast_ = tuple(ForecastCell(month, p, kind, n) for (month, p, kind), n in sorted(cells.items()))
    return Counts(rules, without, forecast_, unreachable)


def counted(running: Ruled, executor: Executor, today: Today, holds: Holds, *, last: Counts | None) -> Counts:
    """The counts at a moment. last: the counts of the last audit, of which what only an audit can tell is taken over;
    None audits.

    Without audit this costs what is due; with it every table is read once.
    """
    asked = questions(running.rules, running.kinds, today, holds)
    rules = tuple(_rule(running, executor, question, last) for question in _joined(asked))
    if last is not None:
        return Counts(rules, last.without_rule, last.forecast)
    named = {rule.kind for rule in running.rules.rules}
    without = {
        name: int(executor.rows(uncovered_statement(running.kinds[name], (), executor.dialect))[0][0])
        for name in running.rules.kinds
        if name in running.kinds and name not in named
    }
    cells = tuple(coming(running, executor, today, holds, months=MONTHS))
    return Counts(rules, without, cells)


def coming(
    running: Ruled, executor: Executor, today: Today, holds: Holds, *, months: int
) -> list[ForecastCell]:
    """The forecast, a cell per month, promise and kind."""
    cells: dict[tuple[date, str, str], int] = {}
    for found in forecast(executor, questions(running.rules, running.kinds, today, holds), months=months):
        unpromised = found.kind if found.kind.startswith(OWN) else found.rule
        for promise in found.promises or (unpromised,):
            key = (found.month, promise, found.kind)
            cells[key] = cells.get(key, 0) + found.count
    return [
        ForecastCell(month, promise, kind, count) for (month, promise, kind), count in sorted(cells.items())
    ]


def to_json(counts: Counts) -> dict[str, Any]:
    """Counts as JSON."""
    return {
        "rules": [
            {"promises": list(r.promises), "count": _count_to_json(r.count), "statement": r.statement}
            for r in counts.rules
        ],
        "without_rule": counts.without_rule,
        "unreachable": [[why.sv, why.en, list(broken)] for why, broken in counts.unreachable.items()],
        "forecast": [[c.month.isoformat(), c.promise, c.kind, c.count] for c in counts.forecast],
    }


def from_json(data: dict[str, Any]) -> Counts:
    """What `to_json` wrote."""
    rules = []
    for rule in data["rules"]:
        count = dict(rule["count"])
        count["next_day"] = date.fromisoformat(count["next_day"]) if count["next_day"] else None
        rules.append(RuleCount(tuple(rule["promises"]), KindCount(**count), rule["statement"]))
    cells = tuple(ForecastCell(date.fromisoformat(m), p, k, n) for m, p, k, n in data["forecast"])
    unreachable = {Text(sv, en): tuple(broken) for sv, en, broken in data["unreachable"]}
    return Counts(tuple(rules), dict(data["without_rule"]), cells, unreachable)


def _count_to_json(count: KindCount) -> dict[str, Any]:
    return {**asdict(count), "next_day": count.next_day.isoformat() if count.next_day else None}


def _joined(asked: tuple[Question, ...]) -> list[Question]:
    """Rules as the board shows them: what a review decided belongs to the review, and is not listed by itself."""
    return [question for question in asked if not question.decision]


def _rule(running: Ruled, executor: Executor, question: Question, last: Counts | None) -> RuleCount:
    from gallra.engine.cover import due_statement

    found = counted_due(executor, question)
    due, late = found.due, found.late
    if question.verb == "review" and question.kind.decided is not None:
        due += counted_due(executor, replace(question, decision=True, before=())).due
    cover = _cover(running, executor, question, last)
    count = KindCount(
        kind=question.kind.name, rule=question.name, total=cover.total, due=due, late=late,
        held=found.held, obliged=found.obliged, waiting=cover.waiting, not_yet=cover.not_yet,
        uncovered=cover.uncovered, next_day=cover.next_day, next_count=cover.next_count,
    )  # fmt: skip
    return RuleCount(question.rule.promises, count, due_statement(question, executor.dialect).text)


def _cover(running: Ruled, executor: Executor, question: Question, last: Counts | None) -> Cover:
    for rule in last.rules if last else ():
        if rule.count.rule == question.name:
            c = rule.count
            return Cover(c.total, c.waiting, c.not_yet, c.uncovered, c.next_day, c.next_count)
    mine = tuple(rule for rule in running.rules.rules if rule.kind == question.kind.name)
    return covered(executor, question, mine)
