"""Which records a rule takes: one question, asked alike by plan, sweep, forecast and board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, any_, func, literal, not_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.compile import POSTGRESQL
from gallra.engine.days import Today, both
from gallra.engine.dues import decided, due, free, reached, review_ways
from gallra.engine.effects import referring_columns
from gallra.engine.holds import Holds, held
from gallra.engine.tables import Source, clause
from gallra.kinds import Event, RecordKind
from gallra.policy.rules import Obligation, Rule


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that decides which records a rule takes: asked alike by plan, sweep, forecast and board.

    decision: take what a review decided to erase, instead of what the rule's clock says.
    before: rules of the same kind that take the record first; kinds: all kinds, for the references between them.
    """

    kind: RecordKind
    rule: Rule
    today: Today
    obligations: tuple[Obligation, ...]
    holds: Holds
    kinds: tuple[RecordKind, ...]
    decision: bool = False
    before: tuple[Question, ...] = ()

    @property
    def verb(self) -> str:
        """What is done to the records: "archive", "erase", or "review" where a person decides."""
        return "erase" if self.decision else self.rule.action

    @property
    def name(self) -> str:
        """The name in receipts: the rule's, with "decided" where a review decided."""
        return f"{self.rule.id} decided" if self.decision else self.rule.id

    def wants(self, source: Source) -> ColumnElement[bool]:
        """The rule's clock (or the review's decision) says so; obligations, holds and references not counted."""
        return decided(source) if self.decision else due(source, self.rule, self.today)

    def takes(self, source: Source, *, strict: bool = False) -> ColumnElement[bool]:
        """The rule wants the record and nothing keeps it. `strict`: not even a reference that would go in the same
        run.
        """
        kept = [] if self.verb == "review" else self.kept_not(source, strict=strict)
        earlier = [not_(func.coalesce(question.wants_and_may(source), False)) for question in self.before]
        return both([self.wants(source), *kept, *earlier])

    def among_all(self, source: Source, dialect: Dialect) -> ColumnElement[bool]:
        """`takes`, to be asked of all records of a kind: in our own database it begins at the clocks."""
        return both([self.takes(source), *self.begin(source, dialect)])

    def begin(self, source: Source, dialect: Dialect) -> list[ColumnElement[bool]]:
        """Where the clock stands on another table, or on two: what makes the search begin there. Nothing elsewhere."""
        if self.decision or dialect.name != "postgresql":
            return []
        if self.verb == "review":
            ways = union_all(*review_ways(self.kind, self.rule, self.today)).scalar_subquery()
            return [source.key == any_(func.array(ways, type_=ARRAY(source.key.type)))]
        event = self.kind.event(self.rule.event)
        clause = reached(source, event, self.today, self.rule.period.cutoff(self.today.day))
        return [] if clause is None else [clause]

    def wants_and_may(self, source: Source) -> ColumnElement[bool]:
        """As `takes`, on a source whose joins are outer, for excluding what an earlier rule takes."""
        return both([self.wants(source), *self.kept_not(source)])

    def kept_not(self, source: Source, *, strict: bool = False) -> list[ColumnElement[bool]]:
        """Nothing keeps the record: no hold, no statute, no reference that cannot be emptied."""
        clauses = [not_(held(self.holds, self.kind, source.key, self.today.day))]
        statute = free(source, self.obligations, self.today)
        if statute is not None:
            clauses.append(statute)
        if self.verb == "erase":
            for table, column in referring_columns(self.kind, self.kinds)[1]:
                at = clause(table).alias(f"needs_{table.name}")
                clauses.append(not_(select(literal(1)).where(at.c[column] == source.key).exists()))
        return clauses

    def source(self) -> Source:
        """Inner joins where one rule is asked; outer where an earlier rule's clock is asked too."""
        return Source(self.kind, outer=bool(self.before))

    def events(self) -> list[Event]:
        """The events the answer depends on."""
        names = [] if self.decision else [self.rule.event, self.rule.sooner]
        if self.obligations:
            names.append(self.kind.accounting)
        return [self.kind.event(name) for name in names if name is not None]


def counted(question: Question, dialect: Dialect = POSTGRESQL) -> Select[Any]:
    """How many records the question takes now."""
    source = question.source()
    condition = question.among_all(source, dialect)
    return select(func.count()).select_from(source.from_).where(condition)


def keys_of(question: Question, dialect: Dialect = POSTGRESQL) -> Select[Any]:
    """The keys of all records the question takes."""
    source = question.source()
    condition = question.among_all(source, dialect)
    return select(source.key).select_from(source.from_).where(condition)
