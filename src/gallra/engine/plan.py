"""What would happen, as data: what a plan says on a snapshot is exactly what the sweep does on it.

`due`, `sweep --dry-run` and `sweep` share it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.engine import Dialect

from gallra.engine.brake import Brake, braked
from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.days import Today
from gallra.engine.execute import Executor, one
from gallra.engine.holds import Holds
from gallra.engine.question import Question, counted, keys_of
from gallra.engine.work import work
from gallra.kinds import Kinds, RecordKind
from gallra.policy.rules import Rule, Rules


@dataclass(frozen=True, slots=True)
class Step:
    """One rule on one record kind: what it wants today and how many records that is.

    verb: "archive", "erase", or "review" (a person decides; nothing is done to them). cutoff: the last day of the event
    that counts; decision: a review decided it instead.
    """

    name: str
    promises: tuple[str, ...]
    kind: str
    verb: str
    event: str
    cutoff: date
    count: int
    decision: bool
    question: Question = field(repr=False, compare=False)

    def keys(self, dialect: Dialect = POSTGRESQL) -> Statement:
        """The query of the keys of all records it takes."""
        return compiled("due", keys_of(self.question, dialect), dialect)

    def statements(self, dialect: Dialect = POSTGRESQL) -> tuple[Statement, ...]:
        """What a sweep would send, in the order of a batch: for showing and explaining."""
        return work(self.question, dialect=dialect).statements()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due on a day under one version of the policy; `brakes` are the kinds of which too much would go.

    unreachable: why another database could not be asked, a line each.
    """

    version: str
    day: date
    steps: tuple[Step, ...]
    brakes: tuple[Brake, ...]
    unreachable: tuple[str, ...] = ()

    @property
    def taken(self) -> int:
        """Records that would be archived or erased."""
        return sum(step.count for step in self.steps if step.verb != "review")

    @property
    def reviews(self) -> int:
        """Records that wait for a decision."""
        return sum(step.count for step in self.steps if step.verb == "review")


def questions(rules: Rules, kinds: Kinds, today: Today, holds: Holds) -> tuple[Question, ...]:
    """Every question of a sweep in the order in which it is carried out: by kind; decisions, erasing, archiving,
    reviews.

    Each knows those before it on the same kind, so that a record that two rules want is counted once.
    """
    known = {name: kinds[name] for name in rules.kinds if name in kinds}
    every = tuple(kinds.values())
    found: list[Question] = []
    for kind in known.values():
        before: tuple[Question, ...] = ()
        for rule, decision in _ordered(rules.rules, kind):
            question = Question(kind, rule, today, rules.obligations, holds, every, decision=decision)
            found.append(replace(question, before=before if question.verb != "review" else ()))
            if question.verb != "review":
                before = (*before, question)
    return tuple(found)


def plan(executor: Executor, rules: Rules, kinds: Kinds, today: Today, holds: Holds) -> Plan:
    """What is due now. Costs what is due, and one count of each kind of which more than the brake's floor would go."""
    asked = questions(rules, kinds, today, holds)
    steps = tuple(step(executor, question) for question in asked)
    return Plan(rules.version, today.day, steps, tuple(brakes(executor, steps)))


def step(executor: Executor, question: Question) -> Step:
    """One question's count and statements."""
    return Step(
        name=question.name,
        promises=question.rule.promises,
        kind=question.kind.name,
        verb=question.verb,
        event=question.rule.event,
        cutoff=question.rule.period.cutoff(question.today.day),
        count=int(one(executor, compiled("count", counted(question, executor.dialect), executor.dialect))),
        decision=question.decision,
        question=question,
    )


def brakes(executor: Executor, steps: Iterable[Step]) -> Iterable[Brake]:
    """The kinds of which a sweep would take too much: by what the steps counted, each record once."""
    kinds: dict[str, RecordKind] = {}
    taken: dict[str, int] = {}
    for each in steps:
        kind = each.question.kind
        if each.verb != "review" and not kind.passing:
            kinds[kind.name] = kind
            taken[kind.name] = taken.get(kind.name, 0) + each.count
    for name, kind in kinds.items():
        if (brake := braked(executor, kind, taken[name])) is not None:
            yield brake


def _ordered(rules: Iterable[Rule], kind: RecordKind) -> list[tuple[Rule, bool]]:
    """A kind's rules: what reviews decided, then erasing before archiving (what goes need not be archived first),
    reviews last.
    """
    mine = [rule for rule in rules if rule.kind == kind.name]
    order = {"erase": 0, "archive": 1, "review": 2}
    chosen = [(rule, True) for rule in mine if rule.action == "review" and kind.decided is not None][:1]
    return chosen + [(rule, False) for rule in sorted(mine, key=lambda rule: order[rule.action])]
