"""What the registers' declarations have in common: short forms for columns, and the table of contacts."""

from __future__ import annotations

from typing import Any

from gallra.kinds import Column, ColumnType, Contacts, Event, Hop, PersonPath, Table, Text

COMPANY = "directory_company"


def column(name: str, sv: str, en: str, type: ColumnType = "text", **rest: Any) -> Column:
    """A column with its title in both languages; personal unless `impersonal=True` is given."""
    return Column(name, Text(sv, en), type, **rest)


def key() -> Column:
    """The key of every table of ours: a number that says nothing."""
    return column("id", "nyckel", "key", "integer", impersonal=True, nullable=False)


def record_id(name: str, table: str) -> Column:
    """The foreign key by which a part hangs on its record."""
    return column(
        name, "hör till", "belongs to", "integer", impersonal=True, nullable=False, references=table
    )


def contact_id(table: str, sv: str = "kontaktperson", en: str = "contact") -> Column:
    return column("contact_id", sv, en, "integer", references=table)


def company_id(*, field: str | None = None) -> Column:
    """The reference to a company. On a contact it is the word "company" of a policy's `fields` (M2, M3)."""
    return column("company_id", "företag", "company", "integer", references=COMPANY, field=field)


def contact_table(name: str, *, wide: bool = True) -> Table:
    """A register's table of contacts; `wide` adds what mailings never need: phone, title, address, town."""
    more = (
        column("phone", "telefon", "telephone", field="phone"),
        column("title", "befattning", "title", field="title"),
        column("address", "adress", "address", field="address"),
        column("town", "ort", "town", field="town"),
    )
    return Table(
        name,
        (
            key(),
            column("name", "namn", "name", field="name"),
            column("email", "e-postadress", "e-mail address", field="email"),
            *(more if wide else ()),
            company_id(field="company"),
            column("sources", "varifrån uppgifterna kom", "where the data came from", "json", nullable=False),
            column("notice_from", "uppgifter från annan sedan", "data from elsewhere since", "timestamp"),
            column("noticed_at", "underrättad", "told of it", "timestamp"),
            column("added_at", "tillagd", "added", "timestamp", impersonal=True, nullable=False),
        ),
    )


def contacts(table: Table, *references: tuple[str, str]) -> Contacts:
    """The declaration of a table of `contact_table`; `references` are all columns that can name a contact."""
    return Contacts(
        table,
        email="email",
        references=references,
        name="name",
        phone="phone" if "phone" in table.fields else None,
        company=Hop("company_id", COMPANY),
    )


def person(table: Table, sv: str, en: str, *, owner: bool) -> PersonPath:
    """The path over `contact_id` to a contact of `table`; sv, en: the role the person has in the record."""
    return PersonPath(
        email="email",
        hops=(Hop("contact_id", table.name),),
        role=Text(sv, en),
        owner=owner,
        name="name",
        phone="phone" if "phone" in table.fields else None,
    )


def document_table(name: str, parent: str, parent_table: str, contact_table_name: str) -> Table:
    """Documents with descriptions (S8): the file lies encrypted under GALLRA_HOME, its key in `secret`."""
    words = ("documents with descriptions",)
    return Table(
        name,
        (
            key(),
            record_id(parent, parent_table),
            contact_id(contact_table_name),
            column("name", "filnamn", "file name", holds=words, free_text=True),
            column("description", "beskrivning", "description", holds=words, free_text=True),
            column("media_type", "filtyp", "media type", impersonal=True),
            column("size", "storlek i byte", "size in bytes", "integer", impersonal=True, nullable=False),
            column("file", "fil", "file", holds=words, nullable=False),
            column("secret", "filens nyckel", "the file's key", "bytes", nullable=False),
            column("words", "sökord, oläsliga", "search words, unreadable", holds=words),
            column("added_at", "tillagt", "added", "timestamp", impersonal=True, nullable=False),
        ),
    )


def last_agreement_ended(*hops: Hop) -> Event:
    """The event of S18 and M17: none open, and the last end. No agreement ever: uncovered."""
    return Event(
        "the company's last agreement ended",
        Text("företagets sista avtal upphörde", "the company's last agreement ended"),
        column="agreements_until",
        type="date",
        hops=(*hops, Hop("company_id", COMPANY)),
        blocked_by="agreements_open",
        missing="never",
    )
