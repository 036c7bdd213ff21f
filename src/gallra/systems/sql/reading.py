"""From a file of record kinds to `Declaration`, or to every mistake in it at once: place, word, nearest valid one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gallra.kinds import (
    Column,
    Companies,
    Contacts,
    Event,
    Flag,
    Hop,
    Kinds,
    Noun,
    Part,
    PersonPath,
    RecordKind,
    Table,
    Text,
)
from gallra.policy.mistakes import Mistake, PolicyMistakes, shown, way_out
from gallra.policy.reading import TYPES, place_of, source_of, values_of
from gallra.policy.source import Source
from gallra.systems.sql.tables import EventTable, FlagTable, KindsFile, KindTable, PartTable, PersonTable


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a file says of one database. version: SHA-256 of the file. times: the zone of moments without one. tables:
    every declared table; other: tables that hold no persons. kept: tables of contacts and companies whose rows stay
    though nothing refers to them."""

    version: str
    text: str
    times: str
    kinds: Kinds
    tables: Mapping[str, Table]
    other: tuple[str, ...]
    kept: frozenset[str]


def read_kinds(text_or_path: str | bytes | Path) -> Declaration:
    """The declaration in a text, its bytes, or a file. Raises PolicyMistakes with every mistake, and nothing else."""
    source = source_of(text_or_path)
    values = values_of(source)
    try:
        file = KindsFile.model_validate(values)
    except ValidationError as error:
        raise PolicyMistakes(_mistake(detail, source) for detail in error.errors(include_url=False)) from None
    reader = _Reader(file, source)
    kinds = reader.kinds()
    if reader.mistakes:
        raise PolicyMistakes(reader.mistakes)
    kept = {of.table for of in (file.contacts, file.companies) if of is not None and of.kept}
    return Declaration(
        source.version, source.text, file.times, kinds, reader.tables, file.other, frozenset(kept)
    )


class _Reader:
    """Builds the kinds; collects what does not fit together."""

    def __init__(self, file: KindsFile, source: Source) -> None:
        self.file, self.source = file, source
        self.mistakes: list[Mistake] = []
        self.tables: dict[str, Table] = {name: self._table(name) for name in file.table}
        for name, table in file.table.items():
            place = f"table.{name}"
            self.known(f"{place}.key", table.key, table.column, "column of the table", "kolumn i tabellen")
            for column, declared in table.column.items():
                if declared.references:
                    self.table(f"{place}.column.{column}.references", declared.references)

    def kinds(self) -> dict[str, RecordKind]:
        """Every record kind by its name."""
        contacts, companies = self._contacts(), self._companies()
        return {
            f"{system}.{name}": self._kind(system, name, kind, contacts, companies)
            for system, kinds in self.file.kind.items()
            for name, kind in kinds.items()
        }

    def say(self, place: str, word: str, sv: str, en: str, choices: Iterable[str] = ()) -> None:
        ending, near = way_out(word, choices)
        sentence = Text(f"”{shown(word)}” {sv}{ending.sv}", f'"{shown(word)}" {en}{ending.en}')
        self.mistakes.append(Mistake(place, self.source.span(place)[0], shown(word), sentence, near))

    def known(self, place: str, word: str, choices: Iterable[str], en: str, sv: str) -> bool:
        if word in (choices := list(choices)):
            return True
        self.say(place, word, f"är ingen {sv}", f"is not a {en}", choices)
        return False

    def table(self, place: str, name: str) -> Table | None:
        """The declared table, or a mistake."""
        ok = self.known(place, name, self.file.table, "table of this file", "tabell i den här filen")
        return self.tables[name] if ok else None

    def column(self, place: str, table: Table | None, name: str | None) -> Column | None:
        """The declared column of a table, or a mistake."""
        if table is None or name is None:
            return None
        found = {column.name: column for column in table.columns}
        if name not in found:
            self.say(
                place, name, f"är ingen kolumn i {table.name}", f"is not a column of {table.name}", found
            )
        return found.get(name)

    @staticmethod
    def known_column(table: Table | None, name: str | None) -> Column | None:
        """The declared column, if there is one; that there is none is said once."""
        return next((c for c in table.columns if c.name == name), None) if table is not None else None

    def hops(
        self, place: str, start: Table | None, over: tuple[str, ...]
    ) -> tuple[tuple[Hop, ...], Table | None]:
        """The steps over foreign keys, and the table they lead to."""
        hops: list[Hop] = []
        for name in over:
            column = self.column(f"{place}.over", start, name)
            if column is None:
                return tuple(hops), None
            if column.references is None:
                self.say(f"{place}.over", name, "har inget references", "has no references")
                return tuple(hops), None
            start = self.tables.get(column.references)
            if start is None:
                return tuple(hops), None
            hops.append(Hop(name, start.name, start.key))
        return tuple(hops), start

    def _table(self, name: str) -> Table:
        declared = self.file.table[name]
        columns = tuple(
            Column(
                column, of.title, of.type, of.impersonal, of.field, of.holds, of.free_text, of.nullable,
                of.references,
            )
            for column, of in declared.column.items()
        )  # fmt: skip
        return Table(name, columns, declared.key, declared.schema_)

    def _references(self, to: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (table.name, column.name)
            for table in self.tables.values()
            for column in table.columns
            if column.references == to
        )

    def _contacts(self) -> Contacts | None:
        of = self.file.contacts
        table = self.table("contacts.table", of.table) if of else None
        if of is None or table is None:
            return None
        for key in ("email", "name", "phone", "company"):
            self.column(f"contacts.{key}", table, getattr(of, key))
        company = self.hops("contacts", table, (of.company,))[0] if of.company else ()
        return Contacts(
            table, of.email, self._references(table.name), of.name, of.phone, company[0] if company else None
        )

    def _companies(self) -> Companies | None:
        of = self.file.companies
        table = self.table("companies.table", of.table) if of else None
        return Companies(table, self._references(table.name)) if table else None

    def _kind(
        self, system: str, name: str, kind: KindTable, contacts: Contacts | None, companies: Companies | None
    ) -> RecordKind:
        place = f"kind.{system}.{name}"
        table = self.table(f"{place}.table", kind.table) or Table(kind.table, ())
        known = table if table.columns else None
        events = tuple(self._event(f"{place}.event[{n}]", known, event) for n, event in enumerate(kind.event))
        for key in ("archived", "number", "added", "reviewed", "decided"):
            self.column(f"{place}.{key}", known, getattr(kind, key))
        for label in kind.labels:
            column = self.column(f"{place}.labels", known, label)
            if column is not None and column.personal:
                self.say(f"{place}.labels", label, "är personlig", "is personal")
        for column_name in kind.where:
            self.column(f"{place}.where", known, column_name)
        self._impersonal(place, known, kind)
        if kind.accounting is not None:
            names = [event.name for event in events]
            self.known(f"{place}.accounting", kind.accounting, names, "event here", "starthändelse här")
        company = self.hops(place, known, (kind.company,))[0] if kind.company else ()
        return RecordKind(
            name=f"{system}.{name}", system=system,
            noun=Noun(kind.noun.one, kind.noun.many, kind.noun.the), table=table,
            people=tuple(self._person(f"{place}.person[{n}]", known, p) for n, p in enumerate(kind.person)),
            events=events,
            flags=tuple(self._flag(f"{place}.flag[{n}]", known, flag) for n, flag in enumerate(kind.flag)),
            parts=self._parts(place, kind), contacts=contacts, companies=companies,
            company=company[0] if company else None, archived=kind.archived, accounting=kind.accounting,
            number=kind.number, label_columns=kind.labels, added=kind.added, reviewed=kind.reviewed,
            decided=kind.decided, where=tuple(kind.where.items()),
        )  # fmt: skip

    def _impersonal(self, place: str, table: Table | None, kind: KindTable) -> None:
        """What archiving must leave standing: the mark that it was done, and the clock it was done by."""
        archived = self.known_column(table, kind.archived)
        if archived is not None and archived.type not in ("timestamp", "date"):
            self.say(f"{place}.archived", archived.name, "ska vara ett datum eller en tidpunkt",
                     "must be a date or a timestamp")  # fmt: skip
        if archived is not None and not archived.nullable:
            self.say(f"{place}.archived", archived.name, "måste kunna vara tom", "must be able to be empty")
        for key in ("archived", "added", "reviewed", "decided"):
            column = self.known_column(table, getattr(kind, key))
            if column is not None and column.personal:
                self.say(f"{place}.{key}", column.name, "ska vara impersonal", "must be impersonal")
        self._review(place, table, kind)

    def _review(self, place: str, table: Table | None, kind: KindTable) -> None:
        """Where a review's day and decision can be written."""
        day = self.known_column(table, kind.reviewed)
        if day is not None and day.type not in ("timestamp", "date"):
            self.say(f"{place}.reviewed", day.name, "ska vara ett datum eller en tidpunkt",
                     "must be a date or a timestamp")  # fmt: skip
        decided = self.known_column(table, kind.decided)
        if decided is None:
            return
        if decided.type not in ("timestamp", "date", "boolean"):
            self.say(f"{place}.decided", decided.name, "ska vara ett datum, en tidpunkt eller ett ja eller nej",
                     "must be a date, a timestamp or a boolean")  # fmt: skip
        elif decided.type != "boolean" and not decided.nullable:
            self.say(f"{place}.decided", decided.name, "måste kunna vara tom", "must be able to be empty")

    def _person(self, place: str, start: Table | None, person: PersonTable) -> PersonPath:
        hops, end = self.hops(place, start, person.over)
        for key in ("email", "name", "phone"):
            self.column(f"{place}.{key}", end, getattr(person, key))
        return PersonPath(
            person.email, hops, person.lower_case, person.role, person.owner, person.name, person.phone
        )

    def _source(self, place: str, of: EventTable | FlagTable) -> bool:
        if (of.column is None) == (of.expression is None):
            self.say(place, of.name, "ska ha antingen column eller expression",
                     "must have either column or expression")  # fmt: skip
            return False
        if of.expression is not None and (of.over or re.search(r";|--|/\*", of.expression)):
            self.say(f"{place}.expression", of.expression, "ska vara ett enda uttryck över postens egna kolumner",
                     "must be one expression over the record's own columns")  # fmt: skip
            return False
        return True

    def _event(self, place: str, start: Table | None, event: EventTable) -> Event:
        hops, end = self.hops(place, start, event.over)
        kind_of: Any = event.type or "timestamp"
        if self._source(place, event) and event.column is not None:
            column = self.column(f"{place}.column", end, event.column)
            if column is not None:
                if column.type not in ("date", "timestamp"):
                    self.say(f"{place}.column", event.column, "är inget datum och ingen tidpunkt",
                             "is neither a date nor a timestamp")  # fmt: skip
                kind_of = column.type if column.type in ("date", "timestamp") else "timestamp"
        self.column(f"{place}.blocked_by", end, event.blocked_by)
        self.column(f"{place}.needs", start, event.needs)
        return Event(
            event.name, event.clause, event.column or "", kind_of, hops, event.blocked_by, event.missing,
            event.needs, event.expression,
        )  # fmt: skip

    def _flag(self, place: str, start: Table | None, flag: FlagTable) -> Flag:
        hops, end = self.hops(place, start, flag.over)
        if self._source(place, flag):
            self.column(f"{place}.column", end, flag.column)
        return Flag(flag.name, flag.clause, flag.column or "", hops, flag.expression)

    def _parts(self, place: str, kind: KindTable) -> tuple[Part, ...]:
        """The parts, those that hang on other parts first, whatever their order in the file."""
        names = [part.table for part in kind.part]
        made = [self._part(f"{place}.part[{n}]", part, names) for n, part in enumerate(kind.part)]
        by_name = {part.table.name: part for part in made}

        def depth(part: Part) -> int:
            steps = 0
            while part.of in by_name and steps <= len(made):
                part, steps = by_name[part.of], steps + 1
            return steps

        for number, part in enumerate(made):
            if depth(part) > len(made):
                self.say(
                    f"{place}.part[{number}].of", part.of or "", "hänger på sig själv", "hangs on itself"
                )
                return ()
        return tuple(sorted(made, key=lambda part: -depth(part)))

    def _part(self, place: str, part: PartTable, names: list[str]) -> Part:
        table = self.table(f"{place}.table", part.table)
        self.column(f"{place}.parent", table, part.parent)
        if part.of is not None:
            self.known(f"{place}.of", part.of, names, "part of this kind", "del av posttypen")
        people = tuple(self._person(f"{place}.person[{n}]", table, p) for n, p in enumerate(part.person))
        return Part(table or Table(part.table, ()), part.parent, part.title, part.of, people, part.archived)


def _mistake(detail: ErrorDetails, source: Source) -> Mistake:
    place = place_of(detail["loc"])
    line = source.span(place)[0]
    if detail["type"] == "missing":
        return Mistake(place, line, "", Text("saknas", "is missing"))
    word, near, ending = shown(detail["input"]), None, Text("", "")
    if detail["type"] == "extra_forbidden":
        word = shown(detail["loc"][-1])
        ending, near = way_out(word, _keys_at(detail["loc"][:-1]))
        said = Text("är ingen nyckel i språket", "is not a key of the language")
    elif detail["type"] == "literal_error":
        ending, near = way_out(word, re.findall(r"'([^']*)'", str(detail["ctx"]["expected"])))
        said = Text("är inget giltigt ord här", "is not a valid word here")
    elif detail["type"].startswith("policy_"):
        word, choices = detail["ctx"]["word"], detail["ctx"]["choices"]
        ending, near = way_out(word, choices)
        said = Text(detail["ctx"]["sv"], detail["ctx"]["en"])
    else:
        said = Text(*TYPES.get(detail["type"], ("är inte giltigt", "is not valid")))
    if isinstance(detail["input"], Mapping | list | tuple) and not detail["type"].startswith("extra"):
        return Mistake(place, line, "", said)
    return Mistake(
        place, line, word, Text(f"”{word}” {said.sv}{ending.sv}", f'"{word}" {said.en}{ending.en}'), near
    )


def _keys_at(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys that the language knows at `loc`."""
    at: Any = KindsFile
    for part in loc:
        if isinstance(part, int):
            continue
        if isinstance(at, type) and issubclass(at, BaseModel):
            field = next((f for n, f in _fields(at) if n == part), None)
            at = field.annotation if field else None
        elif get_origin(at) is dict:
            at = get_args(at)[1]
        at = _inner(at)
    return (
        tuple(name for name, _ in _fields(at)) if isinstance(at, type) and issubclass(at, BaseModel) else ()
    )


def _inner(at: Any) -> Any:
    """The model or table of tables within an annotation."""
    if get_origin(at) is dict or (isinstance(at, type) and issubclass(at, BaseModel)):
        return at
    return next((found for arg in get_args(at) if (found := _inner(arg)) is not None), None)


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        yield field.alias or name, field
