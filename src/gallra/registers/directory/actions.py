"""The verbs of the directory: companies, and the queue of what may not be needed any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from gallra.registers.columns import COMPANY
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company, Recheck
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin
from gallra.registers.verbs import lock, verb


def queue(what: str, keys: Iterable[int | None], *, now: datetime) -> None:
    """Have rows of the table `what` asked whether anything still refers to them. In the caller's transaction."""
    Recheck.objects.bulk_create(
        Recheck(what=what, key=key, queued_at=now) for key in sorted({key for key in keys if key is not None})
    )


def find_or_add(given: Firm, *, contacts: str, origin: Origin, now: datetime) -> Company | None:
    """The company that was given, found by its number, else by its exact name where one company alone has it;
    else added.

    contacts: the table of contacts of the register that takes it, whose purposes decide what it may take of a
    company. None where nothing was given. The row is locked against removal. What is known already is not
    overwritten; what was empty is filled. In the caller's transaction. Refused("field_without_purpose").
    """
    values = given.values()
    if not values:
        return None
    fields.refuse(contacts, [f"company.{column}" for column in values])
    fields.refuse(COMPANY, values)
    if number := values.get("organisation_number"):
        values["organisation_number"] = number = number.replace("-", "").replace(" ", "")
    found = _find(number, values.get("name"))
    if found is None:
        return _add(values, given, origin, now)
    company = lock(Company, found, keep=True)
    missing = {column: value for column, value in values.items() if getattr(company, column) is None}
    if missing:
        company = lock(Company, found, remove="organisation_number" in missing)
        missing = {column: value for column, value in missing.items() if getattr(company, column) is None}
        _fill(company, missing, origin, now)
    return company


def _find(number: str | None, name: str | None) -> int | None:
    if number:
        key = Company.objects.filter(organisation_number=number).values_list("pk", flat=True).first()
        if key or not name:
            return key
    # A number that nobody has: the name alone may be a company whose number we did not know.
    same = Company.objects.filter(name=name, sole_trader=False)
    keys = list((same.filter(organisation_number=None) if number else same).values_list("pk", flat=True)[:2])
    return keys[0] if name and len(keys) == 1 else None


def _add(values: dict[str, str], given: Firm, origin: Origin, now: datetime) -> Company:
    number = values.get("organisation_number")
    while True:
        company = Company(
            **values, sole_trader=given.sole_trader, sources=sourced(values, origin, now), added_at=now
        )
        if number is None:
            company.save(force_insert=True)
            key: int | None = company.pk
        else:
            # Two forms with the same new number at once: the second waits here, and finds the first's row.
            Company.objects.bulk_create([company], ignore_conflicts=True)
            found = Company.objects.filter(organisation_number=number)
            key = found.values_list("pk", flat=True).first()
        if key is not None:
            queue(COMPANY, [key], now=now)
            return lock(Company, key, keep=True)


def _fill(company: Company, values: dict[str, str], origin: Origin, now: datetime) -> None:
    for column, value in values.items():
        setattr(company, column, value)
    company.sources = {**company.sources, **sourced(values, origin, now)}
    company.save(update_fields=[*values, "sources"])


def sourced(columns: Iterable[str], origin: Origin, now: datetime) -> dict[str, dict[str, str]]:
    """What `sources` says of columns that were given now."""
    return {column: {"from": origin.where, "at": now.date().isoformat()} for column in sorted(columns)}


@verb
def add_company(given: Firm, *, contacts: str, origin: Origin, actor: str, now: datetime) -> Company:
    """Add a company, or find it; see `find_or_add`. Refused("missing") where nothing is given."""
    company = find_or_add(given, contacts=contacts, origin=origin, now=now)
    if company is None:
        raise Refused("missing", "company")
    return company


@verb
def change_company(
    company_id: int, given: Firm, *, contacts: str, origin: Origin, actor: str, now: datetime
) -> Company:
    """Write what is given over what was there."""
    values = given.values()
    fields.refuse(contacts, [f"company.{column}" for column in values])
    fields.refuse(COMPANY, values)
    company = lock(Company, company_id, remove="organisation_number" in values)
    _fill(company, values, origin, now)
    return company


def recount(company_id: int) -> None:
    """Count the company's agreements anew. The caller has locked the company row to be changed, before.

    One statement of its own: it sees what every writer before us has committed, since they held the same
    lock. Two last agreements that end at once would else each see the other still open, for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE directory_company SET agreements_open = found.open, agreements_until = found.until
            FROM (SELECT count(*) FILTER (WHERE ended_on IS NULL) AS open, max(ended_on) AS until
                  FROM finance_agreement WHERE company_id = %s) AS found
            WHERE id = %s
            """,
            [company_id, company_id],
        )
