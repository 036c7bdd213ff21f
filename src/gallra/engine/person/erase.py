"""Erasing a person: plan → act → prove (Articles 17 and 19; S20, M21). THIS ERASES.

Records about the person go; in somebody else's record only the part that is theirs is emptied or removed. What a
statute or a hold keeps stays and is said, with its day. Data that came after the request is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from gallra.engine.compile import Statement, compiled
from gallra.engine.days import Today
from gallra.engine.effects import referring_columns
from gallra.engine.execute import Executor
from gallra.engine.holds import Holds
from gallra.engine.person import change
from gallra.engine.person.find import Found, Hit, by_table, came_later, gather
from gallra.engine.person.people import People
from gallra.engine.person.sending import send
from gallra.engine.tables import clause
from gallra.engine.work import HOLDS_LOCK
from gallra.kinds import RecordKind
from gallra.policy.rules import Obligation

State = Literal["erase", "part", "kept", "held", "later", "needed", "other"]
"""erase: the record goes; part: only what is the person's goes; kept: a statute; held: a hold; later: it came after the
request; needed: another record names it; other: of a kind that was not asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to the person's rows of one table in records of one kind. until, statute: of what is kept: the last
    day on which it must be, None while that is not known."""

    system: str
    kind: str
    table: str
    state: State
    count: int
    until: date | None = None
    statute: Obligation | None = None
    blanked: bool = False


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is wanted: the person (an address in lower case), when it was asked for, and of which kinds (None: all).
    despite: the number of a hold that does not count, since it is theirs and they ask for what is done."""

    address: str = field(repr=False)
    asked_at: datetime
    obligations: tuple[Obligation, ...]
    kinds: frozenset[str] | None = None
    despite: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing would do in one system, on a snapshot; what it does, if nothing changes in between."""

    lines: tuple[Line, ...]
    contacts: dict[str, int]

    @property
    def until(self) -> date | None:
        """The last day on which a statute keeps something."""
        return max((line.until for line in self.lines if line.until is not None), default=None)

    def count(self, state: State) -> int:
        return sum(line.count for line in self.lines if line.state == state)

    @property
    def waits(self) -> bool:
        """Whether something is left that must go later: what a statute or a hold keeps, or another record needs."""
        return any(line.state in ("kept", "held", "needed") for line in self.lines)


@dataclass(frozen=True, slots=True)
class Touched:
    """Which rows of our own database an erasure took, by impersonal keys, so that it can be carried out again on an
    older state. records: by kind; contacts: by table; parts: (kind, table of the part or "", table, the reference to
    the person or "", keys)."""

    records: dict[str, list[int | str]] = field(default_factory=dict)
    parts: tuple[tuple[str, str, str, str, list[int | str]], ...] = ()
    contacts: dict[str, list[int | str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in one system. erased: records by kind; parts: rows that went with them, or by themselves, by
    table; blanked: rows emptied in other people's records, by table; files: of documents whose keys are gone."""

    erased: dict[str, int] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    blanked: dict[str, int] = field(default_factory=dict)
    contacts: int = 0
    companies: int = 0
    files: tuple[str, ...] = ()
    plan: Plan = field(default_factory=lambda: Plan((), {}))
    touched: Touched = field(default_factory=lambda: Touched())

    @property
    def anything(self) -> bool:
        return bool(self.erased or self.parts or self.blanked or self.contacts or self.companies)


def plan(executor: Executor, people: People, wanted: Erasure, *, holds: Holds, today: Today) -> Plan:
    """What erasing would do now. Changes and locks nothing."""
    found = gather(executor, people, wanted.address, holds=holds, today=today)
    states = _states(executor, people, found, wanted, today)
    return _plan(found, states, wanted)


def act(executor: Executor, people: People, wanted: Erasure, *, holds: Holds, today: Today) -> Done:
    """Erase within the caller's open transaction. In our own database the caller writes the receipt as its last
    statement; for another, `intent` first and the receipt after it, and holds the lock on holds meanwhile: what was
    begun can be repeated."""
    if not people.own:
        return _act_elsewhere(executor, people, wanted, holds=holds, today=today)
    guard = Statement("guard", f"SELECT pg_advisory_xact_lock_shared({HOLDS_LOCK})", {})
    found = gather(executor, people, wanted.address, holds=holds, today=today, lock=True, first=[guard])
    states = _states(executor, people, found, wanted, today)
    work = _Work(people)
    for hit, state in states:
        if state == "erase":
            work.records.setdefault(hit.kind.name, []).append(hit.key)
        elif state == "part":
            work.add_part(hit)
    contacts = by_table(found.contacts)
    companies = sorted({c.company for c in found.contacts if c.company is not None})
    own = [key for keys in contacts.values() for key in keys]
    work.statements_of(own, companies, today)
    if contacts:
        named = {f"keys_{table}": keys for table, keys in contacts.items()}
        work.send("contact", "", change.contact_removal(people, tuple(contacts), holds, today).bind(**named))
    if people.companies and companies:
        table = people.companies.table.name
        gone = change.contact_removal(people, (table,), holds, today)
        work.send("company", table, gone.bind(**{f"keys_{table}": companies}))
    done = work.done(send(executor, [s for _, _, s in work.sent]), _plan(found, states, wanted))
    return replace(done, touched=work.touched(contacts))


def repeat(executor: Executor, people: People, touched: Touched, *, holds: Holds, today: Today) -> Done:
    """Take the same rows of our own database again, as far as they are there, in the caller's open transaction. For a
    restored database: what was decided when they were taken is not asked again."""
    work = _Work(people)
    for name, keys in sorted(touched.records.items()):
        own = clause(people.kinds[name].table)
        key = own.c[people.kinds[name].table.key]
        lock = select(key).where(key.in_(keys)).order_by(key).with_for_update()
        if there := [row[0] for row in executor.rows(compiled("lock", lock, people.dialect))]:
            work.records[name] = there
    for name, part, table, reference, keys in touched.parts:
        work.again_part(name, part, table, reference, keys)
    contacts = {table: keys for table, keys in touched.contacts.items() if keys}
    work.statements_of([key for keys in contacts.values() for key in keys], [], today)
    if contacts:
        named = {f"keys_{table}": keys for table, keys in contacts.items()}
        work.send("contact", "", change.contact_removal(people, tuple(contacts), holds, today).bind(**named))
    return work.done(send(executor, [s for _, _, s in work.sent]), Plan((), {}))


def _act_elsewhere(
    executor: Executor, people: People, wanted: Erasure, *, holds: Holds, today: Today
) -> Done:
    """The same by the portable core: one change after the other, keys written out, row counts."""
    found = gather(executor, people, wanted.address, holds=holds, today=today, lock=True)
    states = _states(executor, people, found, wanted, today)
    work = _Work(people)
    parts: dict[str, int] = {}
    blanked: dict[str, int] = {}
    erased: dict[str, int] = {}
    for hit, state in states:
        if state == "erase":
            work.records.setdefault(hit.kind.name, []).append(hit.key)
        elif state == "part":
            work.add_part(hit)
    for (table, _), (done, keys) in sorted(work.parts.items(), key=lambda item: item[0]):
        for statement in done.bound(people, sorted(keys)):
            last = statement.name.endswith(f" {table}")
            count = executor.run(statement)
            into = blanked if last and done.verb == "blank" else parts
            into[table] = into.get(table, 0) + (count if last else 0)
    for name, keys in work.records.items():
        for effect, statement in change.one_by_one(people, people.kinds[name], sorted(keys)):
            count = executor.run(statement)
            if effect.role == "record":
                erased[name] = erased.get(name, 0) + count
            elif effect.role == "part" and count:
                parts[effect.table] = parts.get(effect.table, 0) + count
    contacts = 0
    for table, keys in by_table(found.contacts).items():
        for statement in change.orphan_of(people, keys, table, holds, today):
            contacts += executor.run(statement)
    kept = {table: count for table, count in parts.items() if count}
    return Done(erased, kept, blanked, contacts, 0, (), _plan(found, states, wanted))


class _Work:
    """The statements of one erasure, and what their answers mean."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.records: dict[str, list[Any]] = {}
        self.parts: dict[tuple[str, str], tuple[change.PartChange, list[Any]]] = {}
        self.named: dict[tuple[str, str], tuple[str, str]] = {}
        self.sent: list[tuple[str, str, Statement]] = []
        self.removal: change.Removal | None = None

    def add_part(self, hit: Hit) -> None:
        way = next(w for w in self.people.ways if w.path is hit.path and w.table.name == hit.table)
        done = (
            change.part_change(self.people, hit.kind, hit.part)
            if hit.part
            else change.loosening(self.people, way)
        )
        place = (hit.table, str(way.reference))
        self.parts.setdefault(place, (done, []))[1].append(hit.key)
        self.named.setdefault(place, (hit.kind.name, hit.part.table.name if hit.part else ""))

    def again_part(self, name: str, part: str, table: str, reference: str, keys: list[Any]) -> None:
        """The same by names and keys."""
        kind = self.people.kinds[name]
        if part:
            found = next(each for each in kind.parts if each.table.name == part)
            done = change.part_change(self.people, kind, found)
        else:
            ways = [w for w in self.people.ways if w.table.name == table and w.part is None]
            done = change.loosening(self.people, next(w for w in ways if str(w.reference) == reference))
        self.parts[table, reference] = (done, list(keys))

    def touched(self, contacts: dict[str, list[Any]]) -> Touched:
        """What was taken, by keys that say nothing about anyone."""
        parts = tuple(
            (*self.named[place], *place, _impersonal(keys)) for place, (_, keys) in self.parts.items()
        )
        records = {name: _impersonal(keys) for name, keys in self.records.items()}
        return Touched(records, parts, {table: _impersonal(keys) for table, keys in contacts.items()})

    def send(self, role: str, table: str, statement: Statement) -> None:
        self.sent.append((role, table, statement))

    def statements_of(self, contacts: list[Any], companies: list[Any], today: Today) -> None:
        """Parts in other people's records; then what the records refer to is queued, and they go."""
        for (table, _), (done, keys) in sorted(self.parts.items(), key=lambda item: item[0]):
            for statement in done.bound(self.people, sorted(keys)):
                role = done.verb if statement.name.endswith(f" {table}") else "below"
                self.send(role, table, statement)
        if not self.records:
            return
        self.removal = change.removal(self.people, tuple(sorted(self.records)))
        named = {f"keys_{place}": self.records[name] for place, name in enumerate(self.removal.kinds)}
        if self.removal.queue is not None:
            extra = {**named, "contacts": contacts, "companies": companies, "queued_at": today.now}
            known = {name: value for name, value in extra.items() if name in self.removal.queue.params}
            self.send("queue", "", self.removal.queue.bind(**known))
        for place, statement in self.removal.loosen:
            self.send("loosen", "", statement.bind(**{f"keys_{place}": named[f"keys_{place}"]}))
        self.send("removal", "", self.removal.remove.bind(**named))

    def done(self, answers: Sequence[list[tuple[Any, ...]]], planned: Plan) -> Done:
        erased: dict[str, int] = {}
        parts: dict[str, int] = {}
        blanked: dict[str, int] = {}
        files: list[str] = []
        gone = {"contact": 0, "company": 0}
        for (role, table, statement), rows in zip(self.sent, answers, strict=True):
            if role in gone:
                gone[role] += sum(rows[0])
            elif role == "removal":
                self._removed(rows[0], erased, parts, files)
            elif role == "blank":
                blanked[table] = blanked.get(table, 0) + rows[0][0]
            elif role == "erase":
                filed = " RETURNING " in statement.text
                parts[table] = parts.get(table, 0) + (len(rows) if filed else rows[0][0])
                files += [row[0] for row in rows] if filed else []
        return Done(erased, parts, blanked, gone["contact"], gone["company"], tuple(files), planned)

    def _removed(
        self, row: tuple[Any, ...], erased: dict[str, int], parts: dict[str, int], files: list[str]
    ) -> None:
        columns = self.removal.columns if self.removal else ()
        for (role, name, table), value in zip(columns, row, strict=True):
            if role == "file":
                files += value or []
            elif role == "record":
                erased[name] = value
                if value != len(self.records[name]):
                    raise RuntimeError(f"{name}: {len(self.records[name])} records were locked, {value} went")
            elif value:
                parts[table] = parts.get(table, 0) + value


def _impersonal(keys: Iterable[Any]) -> list[int | str]:
    return [key if isinstance(key, int) else str(key) for key in keys if isinstance(key, int | UUID)]


def _states(
    executor: Executor, people: People, found: Found, wanted: Erasure, today: Today
) -> list[tuple[Hit, State]]:
    """What is to happen to each row; parts of records that go are left out, for they go with them."""
    first = [(hit, _state(found, hit, wanted, today)) for hit in found.hits]
    needed = _needed(executor, people, [hit for hit, state in first if state == "erase"])
    states: list[tuple[Hit, State]] = [
        (hit, "needed" if (hit.table, hit.key) in needed else state) for hit, state in first
    ]
    going = {(hit.kind.table.name, hit.key) for hit, state in states if state == "erase"}
    return [(h, s) for h, s in states if h.part is None or (h.kind.table.name, h.record) not in going]


def _state(found: Found, hit: Hit, wanted: Erasure, today: Today) -> State:
    if wanted.kinds is not None and hit.kind.name not in wanted.kinds:
        return "other"
    if came_later(hit, wanted.asked_at, today):
        return "later"
    if found.is_held(hit):
        return "held"
    kept = found.kept_through(hit, wanted.obligations)
    if kept is not None and kept[0] >= today.day:
        return "kept"
    return "erase" if hit.owner else "part"


def _needed(executor: Executor, people: People, hits: Iterable[Hit]) -> set[tuple[str, Any]]:
    """Records that a row elsewhere names and cannot do without."""
    by_kind: dict[str, list[Any]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind.name, []).append(hit.key)
    found: set[tuple[str, Any]] = set()
    for name, keys in by_kind.items():
        kind = people.kinds[name]
        for table, column in _tight(people, kind):
            at = clause(table)
            query = select(at.c[column]).where(at.c[column].in_(keys))
            rows = executor.rows(compiled("needed", query, people.dialect))
            found |= {(kind.table.name, row[0]) for row in rows}
    return found


def _tight(people: People, kind: RecordKind) -> list[tuple[Any, str]]:
    return people.once(("tight", kind.name), lambda: referring_columns(kind, people.kinds.values())[1])


def _plan(found: Found, states: Sequence[tuple[Hit, State]], wanted: Erasure) -> Plan:
    sums: dict[tuple[Any, ...], int] = {}
    for hit, state in states:
        kept = found.kept_through(hit, wanted.obligations) if state == "kept" else None
        until = kept[0] if kept and kept[0] != date.max else None
        blank = state == "part" and (hit.part is None or change.is_blanked(hit.part))
        key = (hit.kind.system, hit.kind.name, hit.table, state, until, kept[1] if kept else None, blank)
        sums[key] = sums.get(key, 0) + 1
    lines = tuple(
        Line(system, kind, table, state, count, until, statute, blank)
        for (system, kind, table, state, until, statute, blank), count in sums.items()
    )
    contacts: dict[str, int] = {}
    for contact in found.contacts:
        contacts[contact.of.table.name] = contacts.get(contact.of.table.name, 0) + 1
    return Plan(lines, contacts)
