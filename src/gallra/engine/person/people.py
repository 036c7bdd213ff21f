"""Where an address can stand: every way of every record kind of a system, and its statements, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, any_, bindparam, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.selectable import FromClause

from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.person.fusing import Fused, Question, fused
from gallra.engine.person.ways import Asked, Probe, Way, deciding, moments, plainly_closed, up_to_record
from gallra.engine.tables import TYPES, Source, clause, key_type, person_column
from gallra.kinds import ColumnType, Companies, Contacts, Kinds, Part, PersonPath, RecordKind, Table

Made = TypeVar("Made")


class People:
    """The ways and statements of one system's record kinds in one dialect. Make it once and keep it: compiling costs
    more than asking."""

    def __init__(self, kinds: Kinds, dialect: Dialect = POSTGRESQL, *, own: bool = True) -> None:
        """own: our own database, with its queue, its lock on holds, arrays, and questions asked together; any other
        gets the portable core."""
        self.kinds = kinds
        self.own = own
        self.dialect = dialect
        self.memory: dict[Any, Any] = {}
        self.by_table: dict[str, tuple[RecordKind, ...]] = {}
        for kind in kinds.values():
            self.by_table[kind.table.name] = (*self.by_table.get(kind.table.name, ()), kind)

    @cached_property
    def contacts(self) -> tuple[Contacts, ...]:
        """The tables of contacts, each once, in the order of their kinds."""
        return tuple({k.contacts.table.name: k.contacts for k in self.kinds.values() if k.contacts}.values())

    @cached_property
    def companies(self) -> Companies | None:
        return next((kind.companies for kind in self.kinds.values() if kind.companies), None)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every way in, each table and path once; the records' own before those of their parts."""
        found: dict[tuple[str, PersonPath], Way] = {}
        for kind in self.kinds.values():
            for path in kind.people:
                found.setdefault((kind.table.name, path), self._way(kind, path, None))
        for kind in self.kinds.values():
            for part in kind.parts:
                for path in part.people:
                    found.setdefault((part.table.name, path), self._way(kind, path, part))
        return tuple(found.values())

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        return tuple(self._asked(way) for way in self.ways)

    @property
    def fuses(self) -> bool:
        """Whether several questions can be asked in one statement, and keys bound as arrays."""
        return self.own and self.dialect.name == "postgresql"

    def fused(self, which: str) -> Fused:
        """All ways asked at once, in the order of `asked`: "keys", "locked" or "rows". Parameters: `address`, and
        `keys_` with the name of each table of contacts."""
        questions = [each.questions[which] for each in self.asked]
        make = lambda: fused(f"ask {which}", questions, self.dialect, lock=which == "locked")  # noqa: E731
        return self.once(("ways", which), make)

    def fused_contacts(self, guard: str = "") -> Fused:
        """Every contact with the `address`, in the order of `contacts`; `guard` (a statement's text) first of all."""

        def make() -> Fused:
            asked = []
            for contacts in self.contacts:
                own = clause(contacts.table)
                query = select(*own.c).where(self._is(own.c[contacts.email], contacts))
                types = {contacts.table.key: key_type(contacts.table)} | {
                    c.name: c.type for c in contacts.table.columns
                }
                asked.append(Question(query, tuple(types.values())))
            if guard:
                asked.insert(0, Question(select(literal_column(f"CAST({guard} AS text)")), ("text",)))
            return fused("find contacts", asked, self.dialect)

        return self.once(("contacts", guard), make)

    def fused_locks(self) -> Fused:
        """Companies, then contacts, locked by key: parameters `keys_` with each table's name."""
        return self.once("locks", lambda: fused("lock contacts", self._locked(), self.dialect, lock=True))

    def _locked(self) -> list[Question]:
        tables = [self.companies.table] if self.companies else []
        found = []
        for table in (*tables, *(contacts.table for contacts in self.contacts)):
            own = clause(table)
            key, of = own.c[table.key], key_type(table)
            listed = key == any_(bindparam(f"keys_{table.name}", type_=ARRAY(TYPES[of])))
            found.append(Question(select(key).where(listed).order_by(key).with_for_update(of=own), (of,)))
        return found

    def fused_parts(self) -> tuple[Fused, tuple[tuple[str, Part | None], ...]]:
        """The parts of records of every table at once, each row beginning with its record's key, and companies by key:
        parameters `keys_` with each table's name. The second says what each question is about."""

        def make() -> tuple[Fused, tuple[tuple[str, Part | None], ...]]:
            asked: list[Question] = []
            about: list[tuple[str, Part | None]] = []
            for name, kinds in self.by_table.items():
                for part in kinds[0].parts:
                    query, record, of = self._part_query(kinds[0], part)
                    listed = record == any_(bindparam(f"keys_{name}", type_=ARRAY(TYPES[of])))
                    asked.append(Question(query.where(listed), (of, *(c.type for c in part.table.columns))))
                    about.append((name, part))
            if self.companies is not None:
                table = self.companies.table
                own = clause(table)
                listed = own.c[table.key] == any_(
                    bindparam(f"keys_{table.name}", type_=ARRAY(TYPES[key_type(table)]))
                )
                columns = [own.c[table.key].label("record"), *(own.c[c.name] for c in table.columns)]
                query = select(*columns).where(listed)
                asked.append(Question(query, (key_type(table), *(c.type for c in table.columns))))
                about.append((table.name, None))
            return fused("parts", asked, self.dialect), tuple(about)

        return self.once("parts", make)

    @cached_property
    def by_email(self) -> dict[str, Statement]:
        """For each table of contacts: all its columns, by `address`."""
        found = {}
        for contacts in self.contacts:
            own = clause(contacts.table)
            query = select(*own.c).where(self._is(own.c[contacts.email], contacts))
            found[contacts.table.name] = compiled(f"find {contacts.table.name}", query, self.dialect)
        return found

    @cached_property
    def locks(self) -> dict[str, Probe]:
        """For each table of contacts, and for the companies: the rows locked by key, in the order of their keys."""
        tables = [contacts.table for contacts in self.contacts]
        tables += [self.companies.table] if self.companies else []
        return {table.name: self._lock(table) for table in tables}

    @cached_property
    def whole(self) -> dict[str, Probe]:
        """For each table a record kind declares: its columns, by key."""
        tables = {table.name: table for kind in self.kinds.values() for table in kind.tables()}
        return {name: self._rows(table) for name, table in tables.items()}

    @cached_property
    def closings(self) -> dict[str, Probe]:
        """For each accounting kind whose closing day stands elsewhere than in its own row: see `closing`."""
        kinds = [kind for kind in self.kinds.values() if kind.accounting and not plainly_closed(kind)]
        return {kind.name: self.closing(kind.name) for kind in kinds}

    def closing(self, name: str) -> Probe:
        """The day that a statute counts from, and what blocks it, by the record's key."""
        kind = self.kinds[name]
        source = Source(kind, outer=True)
        event = kind.event(kind.accounting or "")
        day, blocked = source.event(event), source.blocked(event)
        query = select(source.key, day, literal(0) if blocked is None else blocked).select_from(source.from_)
        return Probe.on(
            f"closing {name}", query, source.key, TYPES[key_type(kind.table)], self.dialect, self.fuses
        )

    @cached_property
    def parts(self) -> dict[str, tuple[tuple[Part, Probe], ...]]:
        """For each table of records: its parts, each with the probe for its rows by the record's key, which comes
        first in a row."""
        found: dict[str, tuple[tuple[Part, Probe], ...]] = {}
        for name, kinds in self.by_table.items():
            found[name] = tuple((part, self._of_record(kinds[0], part)) for part in kinds[0].parts)
        return found

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gave the first time it was asked for under this key (a day's statements, mostly). Forgets all of
        it once it has grown to a few hundred."""
        if key not in self.memory:
            if len(self.memory) > 500:
                self.memory.clear()
            self.memory[key] = make()
        return cast(Made, self.memory[key])

    def contacts_of(self, table: str) -> Contacts | None:
        return next((contacts for contacts in self.contacts if contacts.table.name == table), None)

    def kind_of(self, way: Way, values: dict[str, Any]) -> RecordKind | None:
        """Whose record a row is, by the columns that tell kinds of one table apart."""
        return next((k for k in way.kinds if all(values.get(c) == v for c, v in k.where)), None)

    def _way(self, kind: RecordKind, path: PersonPath, part: Part | None) -> Way:
        over = self.contacts_of(path.hops[0].table) if len(path.hops) == 1 else None
        if over is not None and path.email != over.email:
            over = None
        kinds = self.by_table[kind.table.name]
        if part is not None:
            shape = ["record", *(column.name for column in moments(part.table))]
        else:
            shape = [name for k in kinds for name in deciding(k)]
        return Way(part.table if part else kind.table, path, kinds, part, over, tuple(dict.fromkeys(shape)))

    def _asked(self, way: Way) -> Asked:
        kind, base = way.kinds[0], clause(way.table)
        start: FromClause = base
        address: ColumnElement[Any] | None = None
        if way.contacts is None:
            start, address = person_column(kind, way.path, base)
        joined, record = up_to_record(kind, way.part, base, start)
        columns: list[ColumnElement[Any]] = [base.c[way.table.key]]
        for name in way.shape:
            columns.append(record.label("record") if name == "record" else base.c[name])
        rows: list[ColumnElement[Any]] = [
            record.label("record"),
            *(base.c[c.name] for c in way.table.columns),
        ]
        types = {
            "rows": (key_type(kind.table), *(c.type for c in way.table.columns)),
            "keys": (
                key_type(way.table),
                *(key_type(kind.table) if n == "record" else way.table.column(n).type for n in way.shape),
            ),
        }
        types["locked"] = types["keys"]
        order = base.c[way.table.key]
        queries = {
            "keys": select(*columns).select_from(joined),
            "locked": select(*columns).select_from(joined).order_by(order).with_for_update(of=base),
            "rows": select(*rows).select_from(joined).order_by(order),
        }
        if way.contacts is not None:
            column, of = base.c[way.path.hops[0].column], TYPES[key_type(way.contacts.table)]
            made: dict[str, Probe | Statement] = {
                name: Probe.on(f"{name} {way.table.name}", query, column, of, self.dialect, self.fuses)
                for name, query in queries.items()
            }
            listed = column == any_(bindparam(f"keys_{way.contacts.table.name}", type_=ARRAY(of)))
            asked = {name: Question(query.where(listed), types[name]) for name, query in queries.items()}
        else:
            assert address is not None  # noqa: S101 - joined above
            compared: ColumnElement[Any] = address if way.path.normalised else func.lower(address)
            condition: ColumnElement[bool] = compared == bindparam("address", type_=TYPES["text"])
            made = {
                name: compiled(f"{name} {way.table.name}", query.where(condition), self.dialect)
                for name, query in queries.items()
            }
            asked = {name: Question(query.where(condition), types[name]) for name, query in queries.items()}
        return Asked(way, made["keys"], made["locked"], made["rows"], asked)

    def _is(self, email: ColumnElement[Any], contacts: Contacts) -> ColumnElement[bool]:
        """Whether it is the address; of a column that is not normalised, in lower case."""
        over = [way.path for way in self.ways if way.contacts is contacts]
        normalised = all(path.normalised for path in over)
        address = bindparam("address", type_=TYPES["text"])
        compared: ColumnElement[Any] = email if normalised else func.lower(email)
        return compared == address

    def _lock(self, table: Table) -> Probe:
        own = clause(table)
        key = own.c[table.key]
        query = select(key).order_by(key).with_for_update(of=own)
        return Probe.on(f"lock {table.name}", query, key, TYPES[key_type(table)], self.dialect, self.fuses)

    def _rows(self, table: Table) -> Probe:
        own = clause(table)
        names = [own.c[column.name] for column in table.columns]
        key = own.c[table.key]
        return Probe.on(
            f"rows {table.name}", select(key, *names), key, TYPES[key_type(table)], self.dialect, self.fuses
        )

    def _part_query(self, kind: RecordKind, part: Part) -> tuple[Select[Any], ColumnElement[Any], ColumnType]:
        """A part's columns after its record's key, that key, and its type."""
        base = clause(part.table)
        joined, record = up_to_record(kind, part, base, base)
        columns = [base.c[column.name] for column in part.table.columns]
        return select(record.label("record"), *columns).select_from(joined), record, key_type(kind.table)

    def _of_record(self, kind: RecordKind, part: Part) -> Probe:
        base = clause(part.table)
        joined, record = up_to_record(kind, part, base, base)
        columns = [base.c[column.name] for column in part.table.columns]
        query = select(record, *columns).select_from(joined).order_by(base.c[part.table.key])
        return Probe.on(
            f"parts {part.table.name}", query, record, TYPES[key_type(kind.table)], self.dialect, self.fuses
        )
