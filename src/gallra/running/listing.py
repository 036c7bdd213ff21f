"""The records behind the board's numbers, a page at a time, and everything that is known of one record.

What is said of a record is `asking`'s answer, as `gallra why` gives it; which records a number counts is the engine's
(gallra.engine.listing). Here both are put together, for our own database and the others. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from gallra.engine.compile import compiled
from gallra.engine.days import Today
from gallra.engine.execute import Executor
from gallra.engine.holds import Holds, OwnHolds
from gallra.engine.listing import State, listed
from gallra.engine.plan import questions
from gallra.engine.question import Question
from gallra.engine.why import Record, looked_up_each
from gallra.kinds import RecordKind
from gallra.ledger.models import Entry
from gallra.policy.rules import Rule
from gallra.running import foreign
from gallra.running.asking import Answer, Asked, Unknown, asked, entries_about, told
from gallra.running.counts import Counts, Ruled, from_json
from gallra.running.installed import Running, running
from gallra.running.models import Checked, Hold
from gallra.running.report import KindCount
from gallra.systems.connection import OwnDatabase

FEW = 20
"""Holds and ledger entries that are told of one record, the newest."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a list. number: what people know it by, where it has one. since: the day of the rule's event;
    standing: the answer's state, "late" for what should have gone more than 48 hours ago, "waiting" for a review to
    come."""

    key: Any
    number: str | None
    since: date | None
    answer: Answer
    standing: str
    held: bool
    kept_through: date | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the records that a number of the board counts, as they are now.

    more: there are others after the last one. count, counted: the number on the board and when it was counted; None
    where it was not. trouble: why the system could not be asked; then there are no lines.
    """

    kind: RecordKind
    rule: Rule
    state: State
    day: date | None
    lines: tuple[Line, ...]
    more: bool
    count: int | None
    counted: datetime | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """Everything that is known of one record. promises: of every rule that is for it;"""

    asked: Asked
    number: str | None
    standing: str
    promises: tuple[str, ...]
    holds: tuple[Hold, ...]
    entries: tuple[Entry, ...]

    @property
    def by_person(self) -> bool:
        """Whether what holds it is a hold on a person it concerns: none on the record is in force."""
        record = self.asked.record
        return record is not None and record.held and not any(hold.released_at is None for hold in self.holds)


def page(
    rule: str, state: State, *, now: datetime, after: Any = None, day: date | None = None, most: int = 50
) -> Listing:
    """The records behind one number of a rule, at most `most` after the key `after`. Raises Unknown, NoPolicy.

    day: for "next", the day they become due; without, the one the last check found.
    """
    policy = running()
    today = Today.of(now, policy.rules.timezone)
    found = _rule(policy, rule)
    kind = foreign.kinds_of(policy)[found.kind]
    kept = Checked.objects.order_by("-pk").first()
    kept = kept if kept is not None and kept.policy == policy.rules.version else None
    count = _count(from_json(kept.result["counts"]), rule) if kept else None
    if state == "next" and day is None:
        day = count.next_day if count else None
        if day is None:
            raise Unknown
    shown = Listing(kind, found, state, day, (), False, *_counted(state, day, count, kept))
    try:
        with _database(policy, kind, today) as (executor, ruled, holds):
            question = _question(ruled, found, today, holds)
            lines = _lines(policy, executor, ruled, question, state, after=after, day=day, most=most + 1)
    except foreign.TROUBLE as trouble:
        return replace(shown, trouble=foreign.said(trouble))
    return replace(shown, lines=lines[:most], more=len(lines) > most)


def about(kind: str, key: str, *, now: datetime) -> About:
    """What is known of the record with that key, as `asking.asked`. Raises Unknown, NoPolicy, what is in TROUBLE."""
    found = asked(kind, key, now=now)
    policy = running()
    today = Today.of(now, policy.rules.timezone)
    verdicts = found.record.verdicts if found.record else ()
    ruled = [promise for one in verdicts if one.state != "other" for promise in one.rule.promises]
    holds = Hold.objects.filter(kind=found.kind.name, key=str(found.key)).order_by("-pk")[:FEW]
    return About(
        asked=found,
        number=_number(found.record),
        standing=_standing(found.answer, found.record, today),
        promises=tuple(dict.fromkeys((*found.answer.promises, *ruled))),
        holds=tuple(holds),
        entries=tuple(entries_about(found.kind.name, found.key, most=FEW)),
    )


def _lines(
    policy: Running,
    executor: Executor,
    ruled: Ruled,
    question: Question,
    state: State,
    *,
    after: Any,
    day: date | None,
    most: int,
) -> tuple[Line, ...]:
    kind, today = question.kind, question.today
    mine = tuple(one for one in ruled.rules.rules if one.kind == kind.name)
    query = listed(question, mine, state, after=after, most=most, day=day, dialect=executor.dialect)
    keys = [row[0] for row in executor.rows(compiled("list", query, executor.dialect))]
    records = looked_up_each(executor, kind, keys, ruled.rules, today, question.holds)
    return tuple(_line(policy, kind, question.rule, record, today) for record in records)


def _line(policy: Running, kind: RecordKind, rule: Rule, record: Record, today: Today) -> Line:
    answer = told(policy, kind, str(record.key), record, today, receipts=False)
    mine = next((one for one in record.verdicts if one.rule.id == rule.id), None)
    return Line(
        key=record.key,
        number=_number(record),
        since=mine.since if mine else None,
        answer=answer,
        standing=_standing(answer, record, today),
        held=record.held,
        kept_through=record.kept_through,
    )


def _standing(answer: Answer, record: Record | None, today: Today) -> str:
    """What a review decided has no day of its own, and is never late."""
    if record is None or record.decided or answer.day is None or answer.state not in ("due", "review"):
        return answer.state
    if answer.day <= today.late:
        return "late"
    return "waiting" if answer.day > today.day else answer.state


def _number(record: Record | None) -> str | None:
    return None if record is None or record.number is None else str(record.number)


def _rule(policy: Running, name: str) -> Rule:
    """The running policy's rule of that name, wherever its records are. Raises Unknown."""
    every = (policy.rules, *(elsewhere.rules for elsewhere in foreign.systems(policy)))
    for rules in every:
        for rule in rules.rules:
            if rule.id == name:
                return rule
    raise Unknown


def _question(ruled: Ruled, rule: Rule, today: Today, holds: Holds) -> Question:
    """As the board asks it (gallra.running.counts)."""
    every = questions(ruled.rules, ruled.kinds, today, holds)
    return next(one for one in every if one.rule.id == rule.id and not one.decision)


@contextmanager
def _database(policy: Running, kind: RecordKind, today: Today) -> Iterator[tuple[Executor, Ruled, Holds]]:
    """Where the kind's records are, with its rules and the holds as that database can be asked."""
    elsewhere = foreign.of_kind(policy, kind.name)
    if elsewhere is None:
        yield OwnDatabase(), policy, OwnHolds()
        return
    with elsewhere.database(verify=False) as database:
        yield database, elsewhere, foreign.known_holds(today.day)


def _count(counts: Counts, rule: str) -> KindCount | None:
    return next((one.count for one in counts.rules if one.count.rule == rule), None)


def _counted(
    state: State, day: date | None, count: KindCount | None, kept: Checked | None
) -> tuple[int | None, datetime | None]:
    """The board's number, and when it was counted: what is due at every check, the rest at the last audit."""
    if count is None or kept is None or (state == "next" and day != count.next_day):
        return None, None
    audited = state in ("all", "waiting", "next", "not yet", "uncovered")
    number = {
        "all": count.total, "waiting": count.waiting, "next": count.next_count, "not yet": count.not_yet,
        "due": count.due, "late": count.late, "held": count.held, "obliged": count.obliged,
        "uncovered": count.uncovered,
    }[state]  # fmt: skip
    return number, kept.audited_at if audited else kept.at
