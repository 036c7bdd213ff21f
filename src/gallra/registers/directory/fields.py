"""The fields a contact can hold are those that the adopted policy's purposes name (design.md section 4;
M2–M5).

`adopt` writes them at adoption. The verbs ask `refuse` first, for a clear answer; the triggers of
`migrating.guard_fields` refuse every other way in. Where the policy is silent, nothing is refused: silence
never erases, and never blanks.

Companies are shared: `directory_company` takes what any register may hold. What one register may take of a
company itself is kept beside its contacts, as `company.<column>`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction

from gallra.kinds import Column, RecordKind, Table
from gallra.registers.columns import COMPANY
from gallra.registers.directory.models import AllowedField, OffKind
from gallra.registers.errors import Refused
from gallra.systems import own

SNAPSHOT = {"finance_invoice": {"buyer_organisation_number": "organisation number", "buyer_email": "email"}}
"""Columns of a booked snapshot that depend on the policy when they are written; they are never blanked."""


def allowed(fields: Mapping[str, frozenset[str] | None], on: Collection[str]) -> dict[str, dict[str, bool]]:
    """Per table that the policy speaks of, each column with a field and whether it may be filled.

    fields: per record kind, the words its purposes name, None where no purpose names fields; on: the record
    kinds that a system of the policy names. A table shared by several kinds may hold what any of them may;
    one silent kind allows all.
    """
    kinds = [kind for kind in own.kinds().values() if kind.name in on and (kind.contacts or kind.companies)]
    found: dict[str, dict[str, bool]] = {}
    for table in {kind.contacts.table.name: kind.contacts.table for kind in kinds if kind.contacts}.values():
        words = _words(fields, [k for k in kinds if k.contacts and k.contacts.table == table])
        if words is not None:
            company = {f"company.{c.name}": c.field in words for c in _company_columns() if c.field}
            found[table.name] = _columns(table, words) | company
    words = _words(fields, [kind for kind in kinds if kind.companies])
    if words is not None:
        found[COMPANY] = {c.name: c.field in words for c in _company_columns() if c.field}
    words = (
        _words(fields, [kind for kind in kinds if kind.name == "finance.invoice"])
        if "finance.invoice" in on
        else None
    )
    if words is not None:
        found["finance_invoice"] = {name: word in words for name, word in SNAPSHOT["finance_invoice"].items()}
    return found


def adopt(fields: Mapping[str, frozenset[str] | None], on: Collection[str]) -> None:
    """Make the policy's fields and record kinds the ones in force; arguments as for `allowed`. One
    transaction.

    What is stored already stays until the sweep blanks it; nothing further comes in.
    """
    with transaction.atomic():
        _write(allowed(fields, on))
        OffKind.objects.all().delete()
        OffKind.objects.bulk_create(OffKind(kind=name) for name in sorted(own.kinds()) if name not in on)


def set_allowed(columns: Mapping[str, Collection[str]]) -> None:
    """The same by hand: per table, the columns that may be filled. A table that is not named allows all."""
    tables = own.tables()
    with transaction.atomic():
        _write(
            {
                name: {c.name: c.name in allowed_here for c in tables[name].columns if c.field}
                for name, allowed_here in columns.items()
            }
        )


def refused(table: str) -> frozenset[str]:
    """The columns of the table that may not be filled."""
    found = AllowedField.objects.filter(table_name=table, allowed=False).values_list("column_name", flat=True)
    return frozenset(found)


def refuse(table: str, given: Iterable[str]) -> None:
    """Refused("field_without_purpose") with the columns among those given that may not be filled."""
    if wrong := sorted(refused(table) & set(given)):
        raise Refused("field_without_purpose", *wrong)


def refuse_kind(kind: str) -> None:
    """Refused("kind_without_system") where the policy names the record kind in no system (S1)."""
    if OffKind.objects.filter(kind=kind).exists():
        raise Refused("kind_without_system", kind)


def _write(found: Mapping[str, Mapping[str, bool]]) -> None:
    AllowedField.objects.all().delete()
    AllowedField.objects.bulk_create(
        AllowedField(table_name=table, column_name=column, allowed=yes)
        for table, columns in sorted(found.items())
        for column, yes in sorted(columns.items())
    )


def _words(fields: Mapping[str, frozenset[str] | None], kinds: Iterable[RecordKind]) -> frozenset[str] | None:
    """All words that the kinds' purposes name; None where one of them is silent, or where there is no kind."""
    each = [fields.get(kind.name) for kind in kinds]
    if not each or any(words is None for words in each):
        return None
    return frozenset().union(*(words for words in each if words is not None))


def _columns(table: Table, words: frozenset[str]) -> dict[str, bool]:
    return {column.name: column.field in words for column in table.columns if column.field}


def _company_columns() -> tuple[Column, ...]:
    return own.tables()[COMPANY].columns
