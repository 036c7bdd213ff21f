"""Contacts: a person as one register knows them. Each register has its own table; nothing here looks into
another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from gallra.registers.bases import Contact
from gallra.registers.directory import fields
from gallra.registers.directory.actions import queue, sourced
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.given import Origin, Person
from gallra.registers.verbs import lock

C = TypeVar("C", bound=Contact)
SHORTEST_NAME = 5  # characters: "Bo" is in every other word


def normal_email(address: str) -> str:
    """The address as it is stored everywhere: trimmed, lower case, in one Unicode form.
    Refused("not_an_address").
    """
    try:
        return validate_email(address.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Refused("not_an_address", "email") from None


def find_or_add(
    model: type[C], given: Person, *, origin: Origin, now: datetime, company: Company | None = None
) -> C | None:
    """The register's contact with the given address, else a new one; None where nothing was given.

    What is known already is not overwritten (anybody can write an address in a form); what was empty is
    filled. The row is locked against removal, and a new one is queued, for its record may never come. In the
    caller's transaction, after the company's lock. Refused("field_without_purpose", "not_an_address").
    """
    values = given.values()
    if not values:
        return None
    table = model._meta.db_table
    takes = {field.column for field in model._meta.concrete_fields}
    fields.refuse(table, values)
    if wrong := sorted(set(values) - takes):
        raise Refused("field_without_purpose", *wrong)
    if "email" in values:
        values["email"] = normal_email(values["email"])
    company_id = company.pk if company and "company_id" not in fields.refused(table) else None
    while True:
        key = (
            model._default_manager.filter(email=values["email"]).values_list("pk", flat=True).first()
            if "email" in values
            else None
        )
        if key is None:
            key = _add(model, values, origin, now, company_id)
        if key is None:
            continue  # somebody added it before us, and it was removed again
        try:
            contact = lock(model, key, keep=True)
        except Refused:
            continue  # it was removed in between; now it is not there, and is made
        return _filled(contact, values, origin, now, company_id)


def change(contact: C, given: Person, *, origin: Origin, now: datetime) -> C:
    """Write what is given over what was there; the caller has the row locked, with `remove` where an address
    is given.
    """
    values = given.values()
    fields.refuse(contact._meta.db_table, values)
    if "email" in values:
        values["email"] = normal_email(values["email"])
    _write(contact, values, origin, now)
    return contact


def _add(
    model: type[C], values: dict[str, str], origin: Origin, now: datetime, company_id: int | None
) -> int | None:
    contact = model(
        **values,
        company_id=company_id,
        sources=sourced(values, origin, now),
        notice_from=None if origin.by_person else now,
        added_at=now,
    )
    if "email" not in values:
        contact.save(force_insert=True)
        key: int | None = contact.pk
    else:
        model._default_manager.bulk_create([contact], ignore_conflicts=True)
        key = model._default_manager.filter(email=values["email"]).values_list("pk", flat=True).first()
    queue(model._meta.db_table, [key], now=now)
    return key


def _filled(contact: C, values: dict[str, str], origin: Origin, now: datetime, company_id: int | None) -> C:
    missing = {column: value for column, value in values.items() if getattr(contact, column) is None}
    joins = company_id is not None and contact.company_id is None
    if not missing and not joins:
        return contact
    contact = lock(type(contact), contact.pk)
    missing = {column: value for column, value in missing.items() if getattr(contact, column) is None}
    if joins and contact.company_id is None:
        contact.company_id = company_id
        contact.save(update_fields=["company_id"])
    _write(contact, missing, origin, now)
    return contact


def _write(contact: Contact, values: dict[str, str], origin: Origin, now: datetime) -> None:
    if not values:
        return
    for column, value in values.items():
        setattr(contact, column, value)
    contact.sources = {**contact.sources, **sourced(values, origin, now)}
    if not origin.by_person and contact.notice_from is None:
        contact.notice_from = now
    contact.save(update_fields=[*values, "sources", "notice_from"])


def mentions(text: str | None, people: Iterable[Contact]) -> bool:
    """Whether a text that is to outlive its people names one of them: by address, telephone number or whole
    name.
    """
    said = " ".join((text or "").lower().split())
    digits = re.sub(r"\D", "", said)
    for person in people:
        number = re.sub(r"\D", "", getattr(person, "phone", None) or "")
        name = " ".join((person.name or "").lower().split())
        if person.email and person.email in said:
            return True
        if len(number) >= 6 and number in digits:
            return True
        if len(name) >= SHORTEST_NAME and re.search(rf"\b{re.escape(name)}\b", said):
            return True
    return False
