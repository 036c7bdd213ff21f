"""The verbs of agreements (S17, S18). Locks in the order company, contact, agreement, invoice; then the
company is recounted.
"""

from __future__ import annotations

from datetime import date, datetime

from gallra.registers import people
from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.finance.models import Agreement, Contact, Counter, Invoice
from gallra.registers.finance.years import year_of
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.told import number_given
from gallra.registers.verbs import clean, lock, verb

CONTACTS = "finance_contact"


@verb
def sign_agreement(
    buyer: Firm | int,
    *,
    person: Person | int | None = None,
    product: str | None = None,
    terms: str | None = None,
    starts_on: date,
    ends_on: date | None = None,
    renews_on: date | None = None,
    origin: Origin,
    actor: str,
    now: datetime,
) -> Agreement:
    """Sign an agreement with a company (as given, or its key). The company's clock of S18 stops while it has
    no end.

    ends_on: the last day, where the end is agreed on already. Refused("no_company", "ends_before_it_starts").
    """
    if ends_on is not None and ends_on < starts_on:
        raise Refused("ends_before_it_starts", "ends_on")
    fields.refuse_kind("finance.agreement")
    company, contact = parties(buyer, person, origin=origin, now=now)
    agreement = Agreement.objects.create(
        number=next_number("agreement"),
        company=company,
        contact=contact,
        product=clean(product),
        terms=clean(terms),
        starts_on=starts_on,
        renews_on=renews_on,
        ended_on=ends_on,
        year_ends_on=year_of(ends_on).ends_on if ends_on else None,
        added_at=now,
    )
    directory.recount(company.pk)
    return agreement


@verb
def renew(agreement_id: int, *, renews_on: date | None = None, actor: str, now: datetime) -> Agreement:
    """Let the agreement go on without an end, also where an end was set or has passed: every clock on it
    stops.

    renews_on: the next day on which it is renewed.
    """
    agreement = _locked(agreement_id)
    agreement.renews_on, agreement.ended_on, agreement.year_ends_on = renews_on, None, None
    _save_end(agreement)
    return agreement


@verb
def end_agreement(agreement_id: int, *, ended_on: date, actor: str, now: datetime) -> Agreement:
    """The agreement ends, or ended, with the day `ended_on`: its clock of S17 starts, and with the last one
    the company's of S18.

    A day that is to come is a notice given. Refused("agreement_ended", "ends_before_it_starts").
    """
    agreement = _locked(agreement_id)
    if agreement.ended_on is not None and agreement.ended_on <= ended_on:
        raise Refused("agreement_ended")
    if ended_on < agreement.starts_on:
        raise Refused("ends_before_it_starts", "ended_on")
    agreement.renews_on, agreement.ended_on = None, ended_on
    agreement.year_ends_on = year_of(ended_on).ends_on
    _save_end(agreement)
    return agreement


def parties(
    buyer: Firm | int, person: Person | int | None, *, origin: Origin, now: datetime
) -> tuple[Company, Contact | None]:
    """The company, locked, and finance's contact at it, kept from removal. Refused("no_company")."""
    if isinstance(buyer, Firm):
        found = directory.find_or_add(buyer, contacts=CONTACTS, origin=origin, now=now)
        if found is None:
            raise Refused("no_company")
        buyer = int(found.pk)
    company = lock(Company, buyer)
    if isinstance(person, int):
        return company, lock(Contact, person, keep=True)
    return company, people.find_or_add(Contact, person or Person(), origin=origin, now=now, company=company)


def next_number(series: str, *, first: int = 1) -> int:
    """The next number of a gapless series: the counter stays locked until the caller's transaction ends, and
    goes back with it. Who listens is told before anything commits.
    """
    Counter.objects.bulk_create([Counter(series=series, last=first - 1)], ignore_conflicts=True)
    counter = Counter.objects.select_for_update().get(pk=series)
    counter.last += 1
    counter.save(update_fields=["last"])
    number_given.send(Counter, series=series, number=counter.last)
    return counter.last


def _locked(agreement_id: int) -> Agreement:
    """The agreement, locked after its company."""
    seen = Agreement.objects.filter(pk=agreement_id).values_list("company_id", flat=True).first()
    if seen is not None:
        lock(Company, seen)
    return lock(Agreement, agreement_id)


def _save_end(agreement: Agreement) -> None:
    agreement.save(update_fields=["renews_on", "ended_on", "year_ends_on"])
    # The invoices carry their agreement's end themselves: their clock outlives its row.
    Invoice.objects.filter(agreement=agreement).update(agreement_ended_on=agreement.ended_on)
    if agreement.company_id is not None:
        directory.recount(agreement.company_id)
