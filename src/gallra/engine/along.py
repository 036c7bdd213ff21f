"""What goes with the records of a plan: their parts, and the contacts and companies that nothing else names.

By the same questions as the sweep, on the same snapshot, in one statement of our own database. Costs what is due, and
one index probe for each contact and company that a due record names; nothing is asked of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    column,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    table,
    union,
)
from sqlalchemy.sql.selectable import CTE, TableClause

from gallra.engine.compile import compiled
from gallra.engine.effects import Among, hangs_on
from gallra.engine.execute import Executor
from gallra.engine.plan import Plan, Step
from gallra.engine.question import keys_of
from gallra.engine.tables import clause
from gallra.kinds import Companies, Contacts, Part, RecordKind


@dataclass(frozen=True, slots=True)
class Along:
    """Numbers of rows. parts: by table, deleted or emptied; contacts by table; companies. Without those that earlier
    changes freed and no sweep has settled yet."""

    parts: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    companies: int = 0


@dataclass(frozen=True, slots=True)
class _Taken:
    """The due records of one kind under one verb."""

    kind: RecordKind
    verb: str
    keys: CTE

    @property
    def among(self) -> Among:
        return lambda of: of.in_(select(self.keys.c[0]))


def along(executor: Executor, plan: Plan, kinds: Iterable[RecordKind]) -> Along:
    """What goes with the plan's records in our own database; nothing where nothing goes."""
    steps = [step for step in plan.steps if step.verb != "review" and step.count]
    known = list(kinds)
    taken = [each for each in _taken(steps) if any(each.kind is kind for kind in known)]
    if not taken:
        return Along()
    names: list[tuple[str, str]] = []
    counts: list[Any] = []
    for part, conditions in _parts(taken):
        rows = select(func.count()).select_from(clause(part.table)).where(or_(*conditions))
        counts.append(rows.scalar_subquery())
        names.append(("part", part.table.name))
    gone: dict[str, CTE] = {}
    for of in _of(known):
        free = _freed(of, taken, gone, steps[0])
        if free is not None:
            gone[of.table.name] = free
            counts.append(select(func.count()).select_from(free).scalar_subquery())
            names.append(("company" if isinstance(of, Companies) else "contact", of.table.name))
    if not counts:
        return Along()
    [row] = executor.rows(compiled("along", select(*counts), executor.dialect))
    found = {name: int(count) for name, count in zip(names, row, strict=True) if count}
    return Along(
        {name: count for (what, name), count in found.items() if what == "part"},
        {name: count for (what, name), count in found.items() if what == "contact"},
        sum(count for (what, _), count in found.items() if what == "company"),
    )


def _of(kinds: list[RecordKind]) -> list[Contacts | Companies]:
    """Every table of contacts, then the companies, for they are freed by contacts that go."""
    contacts = {kind.contacts.table.name: kind.contacts for kind in kinds if kind.contacts}
    companies = {kind.companies.table.name: kind.companies for kind in kinds if kind.companies}
    return [*contacts.values(), *companies.values()]


def _taken(steps: list[Step]) -> Iterator[_Taken]:
    by_kind: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        by_kind.setdefault((step.kind, step.verb), []).append(step)
    for number, ((_, verb), mine) in enumerate(by_kind.items()):
        queries = [keys_of(step.question) for step in mine]
        every = queries[0] if len(queries) == 1 else union(*queries)
        yield _Taken(mine[0].question.kind, verb, every.cte(f"due_{number}"))


def _parts(taken: list[_Taken]) -> list[tuple[Part, list[ColumnElement[bool]]]]:
    found: dict[str, tuple[Part, list[ColumnElement[bool]]]] = {}
    for each in taken:
        for part in each.kind.parts:
            found.setdefault(part.table.name, (part, []))[1].append(hangs_on(each.kind, part, each.among))
    return list(found.values())


def _freed(of: Contacts | Companies, taken: list[_Taken], gone: dict[str, CTE], step: Step) -> CTE | None:
    """The keys that only rows that go name; None where none of these names any."""
    named = []
    for name, reference in of.references:
        at = _table(name, reference, taken)
        going = _going(at, reference, taken, gone)
        if going is not None:
            named.append(select(at.c[reference].label("key")).where(going, at.c[reference].is_not(None)))
    if not named:
        return None
    candidates = (named[0] if len(named) == 1 else union(*named)).subquery(f"named_{of.table.name}")
    query = select(candidates.c.key).distinct()
    for name, reference in of.references:
        at = _table(name, reference, taken)
        going = _going(at, reference, taken, gone)
        kept = () if going is None else (not_(func.coalesce(going, false())),)
        stays = select(literal(1)).select_from(at).where(at.c[reference] == candidates.c.key, *kept)
        query = query.where(not_(stays.correlate(candidates).exists()))
    addresses = step.question.holds.addresses(step.question.today.day) if isinstance(of, Contacts) else None
    if addresses is not None and isinstance(of, Contacts):
        own = clause(of.table)
        held = select(own.c[of.table.key]).where(own.c[of.email].in_(addresses))
        query = query.where(candidates.c.key.not_in(held))
    return query.cte(f"gone_{of.table.name}")


def _going(
    at: TableClause, reference: str, taken: list[_Taken], gone: dict[str, CTE]
) -> ColumnElement[bool] | None:
    """Which rows of a table go, or lose this reference; None where none can."""
    if at.name in gone:
        return at.c[0].in_(select(gone[at.name].c.key))
    conditions = [*_records(at.name, reference, taken), *_parts_of(at.name, reference, taken)]
    return or_(*conditions) if conditions else None


def _records(name: str, reference: str, taken: list[_Taken]) -> Iterator[ColumnElement[bool]]:
    for each in taken:
        shape = each.kind.table
        if shape.name == name and (each.verb == "erase" or shape.column(reference).personal):
            yield each.among(clause(shape).c[shape.key])


def _parts_of(name: str, reference: str, taken: list[_Taken]) -> Iterator[ColumnElement[bool]]:
    for each in taken:
        for part in each.kind.parts:
            if part.table.name == name and _loses(part, reference, each.verb):
                yield hangs_on(each.kind, part, each.among)


def _loses(part: Part, reference: str, verb: str) -> bool:
    return verb == "erase" or part.archived != "blank" or part.table.column(reference).personal


def _table(name: str, reference: str, taken: list[_Taken]) -> TableClause:
    """The table, its key first; as the due records' kinds declare it where they do."""
    for each in taken:
        for shape in each.kind.tables():
            if shape.name == name:
                return clause(shape)
    return table(name, column("id", BigInteger()), column(reference, BigInteger()))
