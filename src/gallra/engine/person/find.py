"""Finding a person: everything, in one system, that carries or is reached from an address.

`gather` is what finding, planning and erasing share; with `lock` it takes the locks of design.md section 6 (company,
contact, record, part) and asks about holds in a statement after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, literal_column, select

from gallra.engine.compile import Statement, compiled
from gallra.engine.days import Today, day_of, local
from gallra.engine.execute import Executor, Row
from gallra.engine.holds import HOLDS, Holds, OwnHolds, in_force
from gallra.engine.person.people import People
from gallra.engine.person.sending import send
from gallra.engine.person.ways import Asked, Probe, Way, by_address, moments
from gallra.engine.tables import TYPES, key_type
from gallra.kinds import Contacts, Part, PersonPath, RecordKind
from gallra.policy.rules import Obligation

NONE: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Contact:
    """A contact of one register: the person as it knows them. values: its declared columns."""

    of: Contacts
    key: Any
    values: dict[str, Any] = field(repr=False)

    @property
    def company(self) -> Any:
        return self.values.get(self.of.company.column) if self.of.company else None


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A row that concerns the person. record: the key of its record (its own, unless it is a part); path: how it leads
    to the person; values: the columns that decide what may be done to it; owner: the record is about this person."""

    kind: RecordKind
    key: Any
    record: Any
    path: PersonPath
    part: Part | None = None
    values: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def owner(self) -> bool:
        return self.part is None and self.path.owner

    @property
    def table(self) -> str:
        return self.part.table.name if self.part else self.kind.table.name


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one system has of a person: contacts, and rows, each once.

    held: keys of held records by table. closed: the day from which a statute counts, by kind and record.
    """

    contacts: tuple[Contact, ...] = ()
    hits: tuple[Hit, ...] = ()
    held: dict[str, frozenset[Any]] = field(default_factory=dict)
    closed: dict[str, dict[Any, date | None]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The names under which the registers know the person."""
        return frozenset(
            str(c.values[c.of.name]) for c in self.contacts if c.of.name and c.values.get(c.of.name)
        )

    @property
    def phones(self) -> frozenset[str]:
        """The telephone numbers that the registers have for the person."""
        return frozenset(
            str(c.values[c.of.phone]) for c in self.contacts if c.of.phone and c.values.get(c.of.phone)
        )

    def counts(self) -> dict[str, int]:
        """Numbers of rows by table, contacts among them."""
        found: dict[str, int] = {}
        for table in (*(c.of.table.name for c in self.contacts), *(hit.table for hit in self.hits)):
            found[table] = found.get(table, 0) + 1
        return found

    def is_held(self, hit: Hit) -> bool:
        return hit.record in self.held.get(hit.kind.table.name, frozenset())

    def kept_through(self, hit: Hit, obligations: tuple[Obligation, ...]) -> tuple[date, Obligation] | None:
        """The last day on which a statute keeps the row's record, and which statute; date.max while the closing day is
        not known; None where no statute applies."""
        if hit.kind.accounting is None or not obligations:
            return None
        longest = max(obligations, key=lambda obligation: obligation.years)
        closed = self.closed.get(hit.kind.name, {}).get(hit.record)
        return (date.max if closed is None else longest.through(closed)), longest


def gather(
    executor: Executor,
    people: People,
    address: str,
    *,
    holds: Holds,
    today: Today,
    lock: bool = False,
    first: Sequence[Statement] = (),
) -> Found:
    """Everything of the person with that address (in lower case).

    lock: within the caller's transaction, with the rows locked in the order company, contact, record, part; `first` is
    sent before. What was added by others before the contact was locked is seen; nothing refers to it afterwards.
    """
    if people.fuses:
        return _gathered(executor, people, address, holds, today, lock, first)
    contacts = contacts_of(executor, people, address, first)
    statements = list(_locks(people, contacts)) if lock else []
    before = len(statements)
    asked: list[Asked] = []
    keys = by_table(contacts)
    for each in people.asked:
        for statement in each.bound("locked" if lock else "keys", address=address, contacts=keys):
            asked.append(each)
            statements.append(statement)
    # After the locks: a hold that was set in between is seen.
    someone = any_hold(holds, today.day, people)
    answers = send(executor, [*statements, *([someone] if someone else [])])
    if lock:
        contacts = _still(contacts, statements[:before], answers[:before])
    hits = tuple(_hits(people, asked, answers[before : len(statements)]))
    held = {} if someone and not answers[-1] else held_records(executor, hits, holds, today, people)
    return Found(contacts, hits, held, _closed(executor, people, hits, today))


def _gathered(
    executor: Executor,
    people: People,
    address: str,
    holds: Holds,
    today: Today,
    lock: bool,
    first: Sequence[Statement],
) -> Found:
    """The same with all questions of a round in one statement. The locks of contacts are a statement of their own, so
    that what is asked afterwards sees what was committed before them."""
    guard = first[0].text.removeprefix("SELECT ") if first else ""
    contacts = contacts_of(executor, people, address, guard=guard)
    keys = {f"keys_{table}": listed for table, listed in by_table(contacts).items()}
    sent: list[Statement] = []
    if lock and contacts:
        companies = sorted({c.company for c in contacts if c.company is not None})
        place = {f"keys_{people.companies.table.name}": companies} if people.companies else {}
        sent.append(people.fused_locks().bound(**keys, **place))
    asking = people.fused("locked" if lock else "keys")
    sent.append(asking.bound(address=address, **keys))
    some = any_hold(holds, today.day, people)
    answers = send(executor, [*sent, *([some] if some else [])])
    if lock and contacts:
        there = people.fused_locks().read(answers[0])[1 if people.companies else 0 :]
        alive = {
            of.table.name: {row[0] for row in rows} for of, rows in zip(people.contacts, there, strict=True)
        }
        contacts = tuple(c for c in contacts if c.key in alive[c.of.table.name])
    hits = tuple(_hits(people, people.asked, asking.read(answers[len(sent) - 1])))
    held = {} if some and not answers[-1] else held_records(executor, hits, holds, today, people)
    return Found(contacts, hits, held, _closed(executor, people, hits, today))


def by_table(contacts: Iterable[Contact]) -> dict[str, list[Any]]:
    """The contacts' keys by table."""
    found: dict[str, list[Any]] = {}
    for contact in contacts:
        found.setdefault(contact.of.table.name, []).append(contact.key)
    return found


def statements(people: People) -> tuple[Statement, ...]:
    """Every statement that finding sends, without values: what `find --sql` shows."""
    found = list(people.by_email.values())
    for each in people.asked:
        found.append(each.keys if isinstance(each.keys, Statement) else shown(each.keys))
    return tuple(found)


def shown(probe: Probe) -> Statement:
    """A probe's statement as it would be sent, with no keys."""
    return probe.fused or compiled(probe.name, probe.query.where(probe.column.in_([0])), probe.dialect)


def contacts_of(
    executor: Executor, people: People, address: str, first: Sequence[Statement] = (), *, guard: str = ""
) -> tuple[Contact, ...]:
    """The contacts with that address, each whole. first, guard: what is sent before."""
    if people.fuses:
        whole = people.fused_contacts(guard)
        answers = whole.read(executor.rows(whole.bound(address=address)))[1 if guard else 0 :]
        return tuple(_contacts(people, answers))
    asked = [by_address(statement, address) for statement in people.by_email.values()]
    return tuple(_contacts(people, send(executor, [*first, *asked])[len(first) :]))


def _contacts(people: People, answers: Sequence[list[Row]]) -> Iterable[Contact]:
    for contacts, rows in zip(people.contacts, answers, strict=True):
        names = [
            contacts.table.key,
            *(c.name for c in contacts.table.columns if c.name != contacts.table.key),
        ]
        for row in rows:
            yield Contact(contacts, row[0], dict(zip(names, row, strict=True)))


def _locks(people: People, contacts: tuple[Contact, ...]) -> Iterable[Statement]:
    if people.companies:
        companies = sorted({c.company for c in contacts if c.company is not None})
        yield from people.locks[people.companies.table.name].bound(companies)
    for table, keys in by_table(contacts).items():
        yield from people.locks[table].bound(keys)


def _still(
    contacts: tuple[Contact, ...], locks: Sequence[Statement], answers: Sequence[list[Row]]
) -> tuple[Contact, ...]:
    """The contacts that were there when they were locked."""
    there = {(statement.name, row[0]) for statement, rows in zip(locks, answers, strict=True) for row in rows}
    return tuple(c for c in contacts if (f"lock {c.of.table.name}", c.key) in there)


def _hits(people: People, asked: Sequence[Asked], answers: Sequence[list[Row]]) -> Iterable[Hit]:
    seen: dict[tuple[str, Any], Hit] = {}
    for each, rows in zip(asked, answers, strict=True):
        for row in rows:
            hit = _hit(people, each.way, row)
            if hit is None:
                continue
            place = (hit.table, hit.key)
            if place not in seen or (hit.owner and not seen[place].owner):
                seen[place] = hit
    return [_of_its_record(hit, seen) for hit in seen.values()]


def _of_its_record(hit: Hit, seen: dict[tuple[str, Any], Hit]) -> Hit:
    """A part of a table that several kinds share does not say of which its record is; the record does, where it is the
    person's too."""
    record = seen.get((hit.kind.table.name, hit.record)) if hit.part is not None else None
    return hit if record is None or record.kind is hit.kind else replace(hit, kind=record.kind)


def _hit(people: People, way: Way, row: Row) -> Hit | None:
    values = dict(zip(way.shape, row[1:], strict=True))
    if way.part is not None:
        return Hit(way.kinds[0], row[0], values["record"], way.path, way.part, values)
    kind = people.kind_of(way, values)
    return None if kind is None else Hit(kind, row[0], row[0], way.path, None, values)


def any_hold(holds: Holds, day: date, people: People) -> Statement | None:
    """Whether anything at all is held: most days nothing is, and no record need be asked about. None where the holds
    are not in this database."""
    if not isinstance(holds, OwnHolds):
        return None
    query: Select[Any] = (
        select(literal_column("1")).select_from(HOLDS).where(in_force(day, holds.despite)).limit(1)
    )
    return people.once(("any hold", day, holds), lambda: compiled("any hold", query, people.dialect))


def held_records(
    executor: Executor, hits: Sequence[Hit], holds: Holds, today: Today, people: People
) -> dict[str, frozenset[Any]]:
    """Keys of the records that are held, by table. Any kind of a shared table is asked about: a part does not say of
    which its record is."""
    records: dict[str, set[Any]] = {}
    for hit in hits:
        records.setdefault(hit.kind.table.name, set()).add(hit.record)
    asked: list[tuple[str, Statement]] = []
    for table, keys in records.items():
        for kind in people.by_table[table]:
            if (probe := _hold_probe(kind, holds, today.day, people)) is not None:
                asked += [(table, statement) for statement in probe.bound(sorted(keys))]
    answers = send(executor, [statement for _, statement in asked])
    found: dict[str, frozenset[Any]] = {}
    for (table, _), rows in zip(asked, answers, strict=True):
        found[table] = found.get(table, frozenset()) | {row[0] for row in rows}
    return found


def _hold_probe(kind: RecordKind, holds: Holds, day: date, people: People) -> Probe | None:
    def make() -> Probe | None:
        keys = holds.keys(kind, day)
        if keys is None:
            return None
        among = keys.subquery("held")
        query: Select[Any] = select(among.c[0]).select_from(among)
        return Probe.on(
            f"held {kind.name}", query, among.c[0], TYPES[key_type(kind.table)], people.dialect, people.fuses
        )

    return people.once(("held", kind.name, day, holds), make)


def _closed(
    executor: Executor, people: People, hits: Sequence[Hit], today: Today
) -> dict[str, dict[Any, date | None]]:
    """The day from which a statute counts, by kind and record; None while it is not known."""
    found: dict[str, dict[Any, date | None]] = {}
    elsewhere: dict[str, set[Any]] = {}
    for hit in hits:
        kind = hit.kind
        if kind.accounting is None:
            continue
        event = kind.event(kind.accounting)
        if kind.name in people.closings or hit.part is not None:
            elsewhere.setdefault(kind.name, set()).add(hit.record)
            continue
        blocked = hit.values.get(event.blocked_by) if event.blocked_by else 0
        day = day_of(hit.values[event.column], today.zone) if blocked == 0 else None
        found.setdefault(kind.name, {})[hit.record] = day
    for name, keys in elsewhere.items():
        answers = send(executor, people.closing(name).bound(sorted(keys)))
        for key, day, blocked in (row for rows in answers for row in rows):
            found.setdefault(name, {})[key] = day_of(day, today.zone) if blocked == 0 else None
    return found


def came_later(hit: Hit, asked_at: datetime, today: Today) -> bool:
    """Whether the row came to us after the person asked: an erasure that completes later must not swallow it."""
    names = (
        [c.name for c in moments(hit.part.table)] if hit.part else [hit.kind.added] if hit.kind.added else []
    )
    return any(_after(hit.values.get(name), asked_at, today) for name in names)


def _after(value: date | datetime | None, asked_at: datetime, today: Today) -> bool:
    if value is None:
        return False
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)) > asked_at
    return value > local(asked_at, today.zone)
