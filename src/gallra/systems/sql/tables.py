"""The tables of a file of record kinds, as frozen models: every key of the language (docs/systems/sql.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from gallra.policy.tables import Part as Closed
from gallra.policy.words import FieldWord, Line, Many, Ref, Timezone, Words

Names = Annotated[tuple[Ref, ...], Many]
Lines = Annotated[tuple[Line, ...], Many]
Type = Literal["text", "integer", "numeric", "boolean", "date", "timestamp", "bytes", "json", "uuid"]


class ColumnTable(Closed):
    """[table.NAME.column.NAME]. Personal unless `impersonal = true`. references: the table whose key stands here. The
    others as in gallra.kinds.Column."""

    title: Words
    type: Type = "text"
    impersonal: StrictBool = False
    field: FieldWord | None = None
    holds: Lines = ()
    free_text: StrictBool = False
    nullable: StrictBool = True
    references: Ref | None = None


class TableTable(Closed):
    """[table.NAME]: a table and all its columns; what is not declared is an error when the database is looked at."""

    key: Ref = "id"
    schema_: Ref | None = Field(default=None, alias="schema")
    column: Annotated[dict[Ref, ColumnTable], Field(min_length=1)]


class PersonTable(Closed):
    """A way from a row to a person: over foreign keys (columns, in order) to the column with the address."""

    over: Names = ()
    email: Ref
    name: Ref | None = None
    phone: Ref | None = None
    role: Words
    owner: StrictBool = True
    lower_case: StrictBool = False


class EventTable(Closed):
    """An event: a column (over foreign keys), or an SQL expression over the record's own columns."""

    name: Line
    clause: Words
    column: Ref | None = None
    over: Names = ()
    expression: Line | None = None
    type: Literal["date", "timestamp"] | None = None
    missing: Literal["not yet", "never"] = "not yet"
    blocked_by: Ref | None = None
    needs: Ref | None = None


class FlagTable(Closed):
    """A yes or no that a rule's `when` or `unless` names."""

    name: Line
    clause: Words
    column: Ref | None = None
    over: Names = ()
    expression: Line | None = None


class PartTable(Closed):
    """A table whose rows belong to a record: parent is their foreign key to it, or to the part named by `of`."""

    table: Ref
    parent: Ref
    title: Words
    of: Ref | None = None
    archived: Literal["delete", "blank"] = "delete"
    person: Annotated[tuple[PersonTable, ...], Many] = ()


class NounTable(Closed):
    """What one record is called: ett ärende, ärenden, ärendet; a case, cases, the case."""

    one: Words
    many: Words
    the: Words


class KindTable(Closed):
    """[kind.SYSTEM.NAME]: one record kind."""

    noun: NounTable
    table: Ref
    person: Annotated[tuple[PersonTable, ...], Many] = ()
    event: Annotated[tuple[EventTable, ...], Many] = ()
    flag: Annotated[tuple[FlagTable, ...], Many] = ()
    part: Annotated[tuple[PartTable, ...], Many] = ()
    company: Ref | None = None
    archived: Ref | None = None
    accounting: Line | None = None
    number: Ref | None = None
    labels: Names = ()
    added: Ref | None = None
    reviewed: Ref | None = None
    decided: Ref | None = None
    where: dict[Ref, Line] = {}


class ContactsTable(Closed):
    """The table of contacts: people as this database knows them. They go when nothing refers to them any more."""

    table: Ref
    email: Ref
    name: Ref | None = None
    phone: Ref | None = None
    company: Ref | None = None
    kept: StrictBool = False
    """They stay though nothing refers to them: somebody else's table, in which we only erase on request."""


class CompaniesTable(Closed):
    """The table of companies."""

    table: Ref
    kept: StrictBool = True


class KindsFile(Closed):
    """The whole file. times: the zone in which moments without one are written there; other: tables that hold no
    persons and that no record kind needs, each looked at by a person."""

    times: Timezone = "UTC"
    table: Annotated[dict[Ref, TableTable], Field(min_length=1)]
    kind: Annotated[dict[Ref, dict[Ref, KindTable]], Field(min_length=1)]
    contacts: ContactsTable | None = None
    companies: CompaniesTable | None = None
    other: Lines = ()
