"""What is due: the question every plan, sweep, forecast and board asks, as conditions on a record.

For each rule one exact cut-off: event + period ≤ day is `event ≤ Period.cutoff(day)`, a range of one index. Of
several rules on a kind the earliest wins by itself (each takes what is due under it); obligations and holds win by
being conditions of their own. Nothing is ever due by silence: a missing date, flag or hop is never true (invariant
0).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Date, DateTime, Select, any_, cast, func, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ColumnElement

from gallra.engine.days import Today, both, up_to
from gallra.engine.tables import TYPES, Source, foreign
from gallra.kinds import ColumnType, Event, Flag, RecordKind
from gallra.policy.periods import Period
from gallra.policy.rules import Obligation, Rule

AT_ONCE = Period()


def happened(
    source: Source, event: Event, today: Today, cutoff: date, *, outer: bool | None = None
) -> ColumnElement[bool]:
    """Whether the event happened on `cutoff` or before and nothing keeps it from having happened."""
    clauses = [up_to(source.event(event, outer=outer), event.type, cutoff, today.zone)]
    blocked = source.blocked(event, outer=outer)
    if blocked is not None:
        clauses.append(blocked == 0)
    return both(clauses)


def reached(source: Source, event: Event, today: Today, cutoff: date) -> ColumnElement[bool] | None:
    """For a clock at the end of hops: the record's first reference is one of those from which such a clock is
    reached; None for a clock in the record itself.

    It says nothing that `happened` does not, but makes the work begin at the clocks: their keys are read first, by an
    index range, and then cost one probe each. Joined, the planner reads every record once many clocks have struck
    (400,000 records, 40,000 struck and swept before, nothing due: 4,970 ms joined, 110 ms so).
    """
    if not event.hops or event.expression is not None:
        return None
    shape: tuple[tuple[str, ColumnType], ...] = ((event.column, event.type),)
    if event.blocked_by is not None:
        shape += ((event.blocked_by, "integer"),)
    keys: ColumnElement[Any] | None = None
    for number in range(len(event.hops) - 1, -1, -1):
        hop = event.hops[number]
        to = foreign(source.kind, hop, shape).alias(f"{hop.table}_struck")
        if keys is None:
            struck = [up_to(to.c[event.column], event.type, cutoff, today.zone)]
            if event.blocked_by is not None:
                struck.append(to.c[event.blocked_by] == 0)
        else:
            struck = [to.c[event.hops[number + 1].column] == any_(keys)]
        own = to.c[hop.key]
        keys = func.array(select(own).where(*struck).scalar_subquery(), type_=ARRAY(own.type))
        shape = ((hop.column, "integer"),)
    return source.base.c[event.hops[0].column] == any_(keys)  # type: ignore[arg-type]


def review_ways(kind: RecordKind, rule: Rule, today: Today) -> Iterator[Select[Any]]:
    """The keys of the records that may be due for review, one query for each way in which they can be: by the clock,
    and at once.

    Asked in one condition, "or" between two tables reads every record; each way by itself is a range of an index.
    """
    source = Source(kind)
    cutoff = rule.period.cutoff(today.day)
    clauses = [*source.mine(), happened(source, kind.event(rule.event), today, cutoff)]
    if kind.reviewed is not None:
        reviewed = source.base.c[kind.reviewed]
        long_ago = up_to(reviewed, _type(kind, kind.reviewed), cutoff, today.zone)
        clauses.append(or_(reviewed.is_(None), long_ago))
    begin = reached(source, kind.event(rule.event), today, cutoff)
    yield select(source.key).select_from(source.from_).where(*clauses, *([] if begin is None else [begin]))
    if rule.sooner is not None:
        yield _at_once(kind, kind.event(rule.sooner), today)


def _at_once(kind: RecordKind, sooner: Event, today: Today) -> Select[Any]:
    """The keys of the records whose review falls due because `sooner` has happened since the last one.

    The clocks that have struck are read once, by an index range, and compared with the reviews in memory: customers
    who were reviewed since cost an index entry each, and no look at their company.
    """
    source, cutoff = Source(kind), AT_ONCE.cutoff(today.day)
    if len(sooner.hops) != 1 or sooner.expression is not None:
        clauses = [*source.mine(), happened(source, sooner, today, cutoff)]
        begin = reached(source, sooner, today, cutoff)
        clauses += [
            *([] if begin is None else [begin]),
            *_since_review(source, source.event(sooner), sooner, today),
        ]
        return select(source.key).select_from(source.from_).where(*clauses)
    hop = sooner.hops[0]
    shape: tuple[tuple[str, ColumnType], ...] = ((sooner.column, sooner.type),)
    if sooner.blocked_by is not None:
        shape += ((sooner.blocked_by, "integer"),)
    to = foreign(kind, hop, shape)
    struck = [up_to(to.c[sooner.column], sooner.type, cutoff, today.zone)]
    if sooner.blocked_by is not None:
        struck.append(to.c[sooner.blocked_by] == 0)
    when: ColumnElement[Any] = to.c[sooner.column]
    moments = (
        kind.reviewed is not None and _type(kind, kind.reviewed) == "timestamp" and sooner.type == "date"
    )
    if moments:  # a day becomes its first moment once for each clock, not each review its day
        when = func.timezone(str(today.zone), cast(when, DateTime()), type_=TYPES["timestamp"])
    clocks = select(to.c[hop.key].label("key"), when.label("struck")).where(*struck).cte("clocks")
    own = source.base.c[hop.column]
    keys = func.array(select(clocks.c.key).scalar_subquery(), type_=ARRAY(clocks.c.key.type))
    since = replace(sooner, type="timestamp") if moments else sooner
    clauses = [*source.mine(), own == any_(keys), *_since_review(source, clocks.c.struck, since, today)]
    return select(source.key).select_from(source.base.join(clocks, own == clocks.c.key)).where(*clauses)


def _since_review(
    source: Source, when: ColumnElement[Any], event: Event, today: Today
) -> list[ColumnElement[bool]]:
    """That the record was not reviewed since `when`, a moment or day of `event`."""
    kind = source.kind
    if kind.reviewed is None:
        return []
    reviewed = source.base.c[kind.reviewed]
    before = _before(reviewed, _type(kind, kind.reviewed), when, event.type, today)
    return [or_(reviewed.is_(None), before)]


def flagged(source: Source, rule: Rule) -> list[ColumnElement[bool]]:
    """The rule's `when` and `unless`; an unknown flag is a no."""
    clauses: list[ColumnElement[bool]] = []
    if rule.when is not None:
        clauses.append(source.flag(source.kind.flag(rule.when), outer=True).is_(True))
    if rule.unless is not None:
        flag = source.kind.flag(rule.unless)
        value = source.flag(flag, outer=True)
        clauses.append(not_(value) if _never_null(source.kind, flag) else value.is_not(True))
    return clauses


def unarchived(source: Source, rule: Rule) -> list[ColumnElement[bool]]:
    """An archived record is not archived again. Where the clock is reached over a column that archiving blanks,
    saying so changes nothing and lets the index over what is not archived serve.
    """
    kind = source.kind
    if kind.archived is None:
        return []
    hops = kind.event(rule.event).hops
    dropped = bool(hops) and _personal(kind, hops[0].column)
    if rule.action == "erase" and not dropped:
        return []
    return [source.base.c[kind.archived].is_(None)]


def due(source: Source, rule: Rule, today: Today) -> ColumnElement[bool]:
    """Whether a rule wants the record to go, or to be reviewed, on that day; obligations and holds not counted yet."""
    if rule.action == "review":
        return both([*source.mine(), *flagged(source, rule), _review(source, rule, today)])
    event = source.kind.event(rule.event)
    return both(
        [
            *source.mine(),
            happened(source, event, today, rule.period.cutoff(today.day)),
            *unarchived(source, rule),
            *flagged(source, rule),
        ]
    )


def decided(source: Source) -> ColumnElement[bool]:
    """Whether a review decided that the record goes: due at once."""
    kind = source.kind
    if kind.decided is None:
        raise ValueError(f"{kind.name} has no column for a review's decision")
    column = source.base.c[kind.decided]
    chosen = column.is_(True) if _type(kind, kind.decided) == "boolean" else column.is_not(None)
    return both([*source.mine(), chosen])


def free(
    source: Source, obligations: tuple[Obligation, ...], today: Today, *, outer: bool = False
) -> ColumnElement[bool] | None:
    """Whether every statute lets the record go; None where none applies. A missing closing day means the floor has
    not passed.
    """
    kind = source.kind
    if kind.accounting is None or not obligations:
        return None
    event = kind.event(kind.accounting)
    cutoff = min(obligation.cutoff(today.day) for obligation in obligations)
    return happened(source, event, today, cutoff, outer=outer)


def obliged(source: Source, obligations: tuple[Obligation, ...], today: Today) -> ColumnElement[bool] | None:
    """Whether a statute keeps the record."""
    clause = free(source, obligations, today, outer=True)
    return None if clause is None else not_(func.coalesce(clause, False))


def _review(source: Source, rule: Rule, today: Today) -> ColumnElement[bool]:
    """A review falls due `period` after the event and after the last review, or at once when `sooner` has happened
    since.
    """
    kind = source.kind
    event = kind.event(rule.event)
    cutoff = rule.period.cutoff(today.day)
    clock = happened(source, event, today, cutoff, outer=True)
    reviewed = source.base.c[kind.reviewed] if kind.reviewed else None
    open_: list[ColumnElement[bool]] = [source.base.c[kind.decided].is_(None)] if kind.decided else []
    if kind.decided and _type(kind, kind.decided) == "boolean":
        open_ = [source.base.c[kind.decided].is_not(True)]
    if reviewed is None:
        ways = [clock]
    else:
        long_ago = or_(
            reviewed.is_(None), up_to(reviewed, _type(kind, kind.reviewed or ""), cutoff, today.zone)
        )
        ways = [both([clock, long_ago])]
    if rule.sooner is not None:
        sooner = kind.event(rule.sooner)
        since = happened(source, sooner, today, AT_ONCE.cutoff(today.day), outer=True)
        since = both([since, *_since_review(source, source.event(sooner, outer=True), sooner, today)])
        ways.append(since)
    return both([or_(*ways), *open_])


def _before(
    left: ColumnElement[Any],
    left_type: ColumnType,
    right: ColumnElement[Any],
    right_type: ColumnType,
    today: Today,
) -> ColumnElement[bool]:
    """Whether one date or moment lies before another; days are compared when one of them is only a day."""
    if left_type == right_type:
        return left < right
    zone = str(today.zone)
    if left_type == "timestamp":
        left = cast(func.timezone(zone, left), Date())
    else:
        right = cast(func.timezone(zone, right), Date())
    return left < right


def _never_null(kind: RecordKind, flag: Flag) -> bool:
    """Whether the flag is a column that cannot be NULL: then a partial index on NOT column serves."""
    return not flag.hops and any(c.name == flag.column and not c.nullable for c in kind.table.columns)


def _type(kind: RecordKind, name: str) -> ColumnType:
    return kind.table.column(name).type


def _personal(kind: RecordKind, name: str) -> bool:
    return any(c.name == name and c.personal for c in kind.table.columns)
