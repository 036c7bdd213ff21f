"""Finance: agreements and invoices. Declared in kinds.py. Booked rows are never altered: triggers see to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Index, Q
from django.utils import timezone

from gallra.registers.bases import WideContact, prose, reference, referring, word


class Contact(WideContact):
    """A person as finance knows them: for agreements and invoices (M3)."""


class Year(models.Model):
    """A financial year of the controller; years do not overlap. The Bookkeeping Act's clock starts at
    `ends_on`.
    """

    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="year_starts_before_it_ends")
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"


class Counter(models.Model):
    """The last number given of a gapless series; its row is locked until the number's own row is committed."""

    series = models.TextField(primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.series


class Agreement(models.Model):
    """An agreement. ended_on: the last day it applied; None while it has no end. year_ends_on: the end of
    that financial year.
    """

    number = models.BigIntegerField(unique=True)
    company = reference("directory.Company")
    contact = reference(Contact)
    product = prose()
    terms = prose()
    starts_on = models.DateField()
    renews_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    year_ends_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")),
                name="agreement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, year_ends_on__isnull=True)
                | Q(ended_on__isnull=False, year_ends_on__gte=F("ended_on")),
                name="agreement_ended_in_a_year",
            ),
        ]
        indexes = [
            Index(fields=["ended_on", "id"], name="agreement_ended"),
            Index(fields=["starts_on", "id"], name="agreement_started"),
            Index(fields=["year_ends_on", "id"], name="agreement_year"),
            *referring("finance_agreement", "company", "contact"),
        ]

    def __str__(self) -> str:
        return f"agreement {self.number}"


class Invoice(models.Model):
    """A booked invoice, or a credit of one, with what it said of the buyer when it was booked.

    agreement_ended_on: the end of its agreement, kept here so that the clock of S17 outlives the agreement's
    row; None while the agreement runs, and for ever where there is none (uncovered). Amounts in `currency`,
    two decimals.
    """

    number = models.BigIntegerField(unique=True)
    credits = reference("self")
    agreement = reference(Agreement)
    agreement_ended_on = models.DateField(null=True, blank=True)
    company = reference("directory.Company")
    contact = reference(Contact)
    buyer_name = prose()
    buyer_organisation_number = prose()
    buyer_address = prose()
    buyer_reference = prose()
    buyer_email = prose()
    issued_on = models.DateField()
    due_on = models.DateField()
    year_ends_on = models.DateField()
    currency = word(3, default="SEK")
    net = models.DecimalField(max_digits=14, decimal_places=2)
    vat = models.DecimalField(max_digits=14, decimal_places=2)
    total = models.DecimalField(max_digits=14, decimal_places=2)
    booked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total=F("net") + F("vat")), name="invoice_adds_up"),
            models.CheckConstraint(condition=Q(year_ends_on__gte=F("issued_on")), name="invoice_in_its_year"),
        ]
        indexes = [
            Index(fields=["agreement_ended_on", "id"], name="invoice_agreement_ended"),
            Index(fields=["issued_on", "id"], name="invoice_issued"),
            Index(fields=["year_ends_on", "id"], name="invoice_year"),
            Index(fields=["buyer_email"], condition=Q(buyer_email__isnull=False), name="invoice_buyer_email"),
            *referring("finance_invoice", "company", "contact", "agreement", "credits"),
        ]

    def __str__(self) -> str:
        return f"invoice {self.number}"


class Line(models.Model):
    """A line of an invoice. amount: quantity × unit_price, without VAT; vat_rate in per cent."""

    invoice = reference(Invoice, needed=True)
    position = models.IntegerField()
    text = models.TextField()
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="line_once")]

    def __str__(self) -> str:
        return f"line {self.pk}"
