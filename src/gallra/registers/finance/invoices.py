"""The verbs of invoices: booked at once, with a gapless number and a snapshot of the buyer; what is booked is
never altered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.finance.agreements import next_number, parties
from gallra.registers.finance.models import Agreement, Contact, Invoice, Line
from gallra.registers.finance.years import year_of
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.verbs import lock, verb

ORE = Decimal("0.01")
FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line as it is to be booked. unit_price without VAT; vat_rate in per cent."""

    text: str
    quantity: Decimal = Decimal(1)
    unit_price: Decimal
    vat_rate: Decimal = Decimal(25)

    @property
    def amount(self) -> Decimal:
        return (self.quantity * self.unit_price).quantize(ORE, ROUND_HALF_UP)


@verb
def issue_invoice(
    buyer: Firm | int,
    *,
    lines: Sequence[NewLine],
    person: Person | int | None = None,
    agreement_id: int | None = None,
    issued_on: date,
    due_on: date,
    currency: str = "SEK",
    origin: Origin,
    actor: str,
    now: datetime,
) -> Invoice:
    """Book an invoice to a company, under an agreement or without (then no rule of S17 reaches it:
    uncovered).

    The number comes last, so that its counter is locked shortly. Refused("invoice_empty", "no_company",
    "unknown", "ends_before_it_starts").
    """
    if not lines:
        raise Refused("invoice_empty")
    if due_on < issued_on:
        raise Refused("ends_before_it_starts", "due_on")
    fields.refuse_kind("finance.invoice")
    company, contact = parties(buyer, person, origin=origin, now=now)
    agreement = lock(Agreement, agreement_id) if agreement_id is not None else None
    if agreement and agreement.company_id != company.pk:
        raise Refused("unknown")
    if contact is None and agreement and agreement.contact_id:
        contact = lock(Contact, agreement.contact_id, keep=True)
    invoice = Invoice(
        agreement=agreement,
        agreement_ended_on=agreement.ended_on if agreement else None,
        company=company,
        contact=contact,
        issued_on=issued_on,
        due_on=due_on,
        currency=currency,
        **_snapshot(company, contact),
    )
    return _book(invoice, lines, now)


@verb
def credit_invoice(invoice_id: int, *, issued_on: date, actor: str, now: datetime) -> Invoice:
    """Credit a whole invoice: a booked invoice of its own with every amount turned, to the buyer as the first
    one named them.

    Refused("invoice_is_credit", "invoice_credited", "ends_before_it_starts").
    """
    seen = Invoice.objects.filter(pk=invoice_id).values_list("company_id", flat=True).first()
    if seen is not None:
        lock(Company, seen)
    first = lock(Invoice, invoice_id)
    if first.total < 0 or first.credits_id is not None:
        raise Refused("invoice_is_credit")
    if Invoice.objects.filter(credits=first).exists():
        raise Refused("invoice_credited")
    if issued_on < first.issued_on:
        raise Refused("ends_before_it_starts", "issued_on")
    turned = [
        NewLine(text=line.text, quantity=-line.quantity, unit_price=line.unit_price, vat_rate=line.vat_rate)
        for line in Line.objects.filter(invoice=first).order_by("position")
    ]
    credit = Invoice(
        credits=first,
        agreement_id=first.agreement_id,
        agreement_ended_on=first.agreement_ended_on,
        company_id=first.company_id,
        contact_id=first.contact_id,
        buyer_name=first.buyer_name,
        buyer_organisation_number=first.buyer_organisation_number,
        buyer_address=first.buyer_address,
        buyer_reference=first.buyer_reference,
        buyer_email=first.buyer_email,
        issued_on=issued_on,
        due_on=issued_on,
        currency=first.currency,
    )
    return _book(credit, turned, now)


def _snapshot(company: Company, contact: Contact | None) -> dict[str, str | None]:
    """What the invoice says of the buyer: of the company's data only what finance may hold."""
    hidden = fields.refused("finance_contact") | fields.refused("finance_invoice")
    number = None if "company.organisation_number" in hidden else company.organisation_number
    address = (contact.address if contact else None) or company.address
    return {
        "buyer_name": company.name,
        "buyer_organisation_number": None if "buyer_organisation_number" in hidden else number,
        "buyer_address": address
        if "company.address" not in hidden or (contact and contact.address)
        else None,
        "buyer_reference": contact.name if contact else None,
        "buyer_email": contact.email if contact and "buyer_email" not in hidden else None,
    }


def _book(invoice: Invoice, lines: Sequence[NewLine], now: datetime) -> Invoice:
    vat = sum((line.amount * line.vat_rate / 100 for line in lines), Decimal(0)).quantize(ORE, ROUND_HALF_UP)
    invoice.net = sum((line.amount for line in lines), Decimal(0))
    invoice.vat, invoice.total = vat, invoice.net + vat
    invoice.year_ends_on = year_of(invoice.issued_on).ends_on
    invoice.booked_at = now
    invoice.number = next_number("invoice", first=FIRST_NUMBER)
    invoice.save(force_insert=True)
    Line.objects.bulk_create(
        Line(
            invoice=invoice,
            position=position,
            text=line.text,
            quantity=line.quantity,
            unit_price=line.unit_price,
            vat_rate=line.vat_rate,
            amount=line.amount,
        )
        for position, line in enumerate(lines, start=1)
    )
    return invoice
