"""Record kinds as data: one declaration, from which everything follows (design.md section 5).

Every system, ours or not, describes what it holds with these frozen dataclasses. From one declaration follow the
policy check, the wording of the page, extract, correction, archive, erasure, forecast, why and coverage.

Deny by default: a `Column` is personal unless it says `impersonal=True`. A column that stands in the database but in
no declaration is a finding, and is treated as personal.

This module imports nothing of ours and no framework: policy, engine, systems and registers all stand on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

ColumnType = Literal["text", "integer", "numeric", "boolean", "date", "timestamp", "bytes", "json", "uuid"]
"""`timestamp` is a moment (timestamptz); `date` a calendar day in the controller's time zone."""

FIELDS: tuple[str, ...] = (
    "name", "company", "organisation number", "address", "town", "phone", "email", "business system", "title",
)  # fmt: skip
"""The words a policy's `fields` may use: what a contact, with its company, can hold of a person."""


@dataclass(frozen=True, slots=True)
class Text:
    """A phrase in both languages, without capital or full stop."""

    sv: str
    en: str

    def __getitem__(self, lang: str) -> str:
        """The phrase in `sv` or `en`; KeyError for any other language."""
        if lang not in ("sv", "en"):
            raise KeyError(lang)
        return self.sv if lang == "sv" else self.en


@dataclass(frozen=True, slots=True)
class Noun:
    """What one record of a kind is called: ett ärende, ärenden, ärendet; a case, cases, the case."""

    one: Text
    many: Text
    the: Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    field: the word of `FIELDS` this column stores, if it does (M2–M4: the fields a purpose names).
    holds: the words of a policy's `holds` that cover this column, e.g. "e-mail dialogue" (S7, S8).
    free_text: prose in which other people may be mentioned.
    nullable: whether blanking writes NULL (else the type's empty value: '' for text, b'' for bytes, 0, false).
    references: the table whose key stands here, if the column is a foreign key. A reference can be blanked, not
    corrected: the words of `field` then stand in that table.
    """

    name: str
    title: Text
    type: ColumnType = "text"
    impersonal: bool = False
    field: str | None = None
    holds: tuple[str, ...] = ()
    free_text: bool = False
    nullable: bool = True
    references: str | None = None

    @property
    def personal(self) -> bool:
        return not self.impersonal


@dataclass(frozen=True, slots=True)
class Hop:
    """A step from a row to the one row of another table that its foreign key names.

    column: the foreign key, in the table we come from; key: the key in `table`.
    """

    column: str
    table: str
    key: str = "id"


@dataclass(frozen=True, slots=True)
class PersonPath:
    """How a row leads to a person: by an address in the row itself, or over hops to a contact that has it.

    email: the column, in the last table of the path, that holds the address. `normalised` says that the column is
    stored in lower case already, so that an index on it serves; else statements compare lower(column).
    role: who the person is to the record ("reporter", "author", "subscriber"…), shown in an extract.
    owner: the record is about this person: erasing the person erases the record. Else the record concerns someone else
    too, and erasing this person blanks or removes only what is theirs (their part, their reference).
    name, phone, company: columns beside `email`, to propose (never act on) twins.
    """

    email: str
    hops: tuple[Hop, ...] = ()
    normalised: bool = True
    role: Text = Text("kontaktperson", "contact")
    owner: bool = True
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact that starts a clock.

    name: the words of a policy's `after` ("the case was closed"). clause: what follows "tre månader efter att …" and
    "three months after …". The date stands in `column` of the record's own table, or of the last hop's; or is an SQL
    `expression` over the record's own columns (other people's databases only).
    blocked_by: an integer column beside `column`; while it is not 0 the event has not happened (agreements_open, S18).
    missing: what a NULL date means: the event has not happened yet, or it never will (then no rule reaches the
    record: it is uncovered). A hop whose foreign key is NULL always means never.
    needs: a column of the record's own table; while it and the date are NULL the event never happens, whatever
    `missing` says (an invoice without agreement: the agreement cannot end, S17).
    """

    name: str
    clause: Text
    column: str = ""
    type: Literal["date", "timestamp"] = "timestamp"
    hops: tuple[Hop, ...] = ()
    blocked_by: str | None = None
    missing: Literal["not yet", "never"] = "not yet"
    needs: str | None = None
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes or no that a rule's `when` or `unless` names ("dialogue with the company"). NULL counts as no."""

    name: str
    clause: Text
    column: str = ""
    hops: tuple[Hop, ...] = ()
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its columns. Foreign keys to contacts, companies, records and users are columns too (impersonal=False
    for a reference to a contact or company: an archived case drops its company, S3)."""

    name: str
    columns: tuple[Column, ...]
    key: str = "id"
    schema: str | None = None

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names table and column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    @property
    def personal(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.personal and c.name != self.key)

    @property
    def fields(self) -> Mapping[str, Column]:
        """The words of `FIELDS` stored here, each with its column."""
        return {c.field: c for c in self.columns if c.field}


@dataclass(frozen=True, slots=True)
class Part:
    """A table whose rows belong to a record (or to another part of it) and share its fate.

    parent: the foreign key to the record's key, or, where `of` names another part's table, to that part's key.
    people: the people a row can concern; erasing a person through a part takes that row only.
    archived: whether archiving deletes the rows or keeps them with their personal columns blanked.
    file: the column that names a file under GALLRA_HOME, encrypted with a key that stands in the same row.
    words: the column with tokens of the file's words, by which it is found and from which nobody reads it.
    """

    table: Table
    parent: str
    title: Text
    of: str | None = None
    people: tuple[PersonPath, ...] = ()
    archived: Literal["delete", "blank"] = "delete"
    file: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Contacts:
    """A table of contacts: people as one register knows them (design.md section 5, the wall).

    A contact lives while a row refers to it; `references` are all the (table, column) pairs that can, parts included.
    company: the foreign key to the company, if there is one.
    """

    table: Table
    email: str
    references: tuple[tuple[str, str], ...]
    name: str | None = None
    phone: str | None = None
    company: Hop | None = None


@dataclass(frozen=True, slots=True)
class Companies:
    """The table of companies; a company lives while any row in `references` refers to it."""

    table: Table
    references: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RecordKind:
    """One kind of record: support.case, finance.invoice, or a table of another company's database.

    parts: in the order in which they are removed (children before what they hang on).
    archived: the column that says a record is archived (NULL: not), for kinds that can be; else `archive` is refused.
    accounting: the event whose date closes the financial year; set means the statutory floor applies (law/se.toml), and
    a missing date means the floor has not passed.
    number: the column people know a record by (a case number), shown instead of the key.
    label_columns: nothing personal: what a list may show of a record.
    added: the column that says when the record came to us (open erasures take nothing added after they were asked).
    reviewed: the column with the day of the last review (M18); decided: the column set when a review decided to erase,
    which makes the record due at once.
    contacts: the contact table of this register, `companies` the shared one; both None for a database without them.
    """

    name: str
    system: str
    noun: Noun
    table: Table
    people: tuple[PersonPath, ...]
    events: tuple[Event, ...]
    flags: tuple[Flag, ...] = ()
    parts: tuple[Part, ...] = ()
    contacts: Contacts | None = None
    companies: Companies | None = None
    company: Hop | None = None
    archived: str | None = None
    accounting: str | None = None
    number: str | None = None
    label_columns: tuple[str, ...] = ()
    added: str | None = None
    reviewed: str | None = None
    decided: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    """Rows of a shared table that are of this kind: (column, value) pairs, e.g. (("role", "prospect"),)."""
    passing: bool = False
    """Rows that come and go by themselves (sessions, jobs): most of them may be due on any night, so that the brake,
    which stands against mistakes in a policy, leaves them alone."""

    @cached_property
    def _events(self) -> Mapping[str, Event]:
        return {event.name: event for event in self.events}

    @cached_property
    def _flags(self) -> Mapping[str, Flag]:
        return {flag.name: flag for flag in self.flags}

    def event(self, name: str) -> Event:
        """The event a policy calls `name`; KeyError where the kind has none."""
        return self._events[name]

    def flag(self, name: str) -> Flag:
        """The flag a policy calls `name`; KeyError where the kind has none."""
        return self._flags[name]

    def tables(self) -> Iterator[Table]:
        """The record's own table and its parts', contacts and companies last."""
        yield self.table
        for part in self.parts:
            yield part.table
        if self.contacts:
            yield self.contacts.table
        if self.companies:
            yield self.companies.table

    @property
    def fields(self) -> frozenset[str]:
        """Every word of `FIELDS` that this kind can store, in its own rows, its contacts or its companies."""
        return frozenset(word for table in self.tables() for word in table.fields)

    @property
    def holds(self) -> frozenset[str]:
        """Every word of a policy's `holds` that a column of this kind answers to."""
        own = (self.table, *(part.table for part in self.parts))
        return frozenset(word for table in own for column in table.columns for word in column.holds)


Kinds = Mapping[str, RecordKind]
"""Record kinds by name: what an installation knows."""
