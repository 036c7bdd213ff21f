"""CRM: prospects, customers and partners, and all that hangs on them. Declared in kinds.py."""

from __future__ import annotations

from django.db import models
from django.db.models import Index, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gallra.registers.bases import Document, WideContact, prose, reference, referring, word


class Role(models.TextChoices):
    PROSPECT = "prospect", _("prospect")
    CUSTOMER = "customer", _("customer")
    PARTNER = "partner", _("partner")


class Channel(models.TextChoices):
    MEETING = "meeting", _("meeting")
    PHONE = "phone", _("telephone")
    MAIL = "mail", _("e-mail")
    NOTE = "note", _("note")


class Contact(WideContact):
    """A person as sales know them."""


class Relation(models.Model):
    """Our relation with a person at a company, or with a company whose people we do not know yet.

    company_last_contact_at, company_dialogue: the company's own clock (M19), alike on each of its rows.
    sales_open: open rows in `crm_sale`. erase_decided_at: a review decided to erase (M18).
    """

    role = word(choices=Role.choices)
    contact = reference(Contact)
    company = reference("directory.Company")
    source = word(30)
    responsible = prose()
    added_at = models.DateTimeField(default=timezone.now)
    became_customer_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    company_last_contact_at = models.DateTimeField(null=True, blank=True)
    company_dialogue = models.BooleanField(default=False)
    sales_open = models.IntegerField(default=0)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    erase_decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "company", "role"], name="relation_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~Q(role="customer") | Q(became_customer_at__isnull=False),
                name="relation_customer_since",
            ),
            models.CheckConstraint(condition=Q(sales_open__gte=0), name="relation_sales_counted"),
        ]
        indexes = [
            Index(fields=["role", "added_at", "id"], name="relation_added"),
            Index(
                fields=["added_at", "id"],
                condition=Q(role="prospect", company_dialogue=False),
                name="relation_without_dialogue",
            ),
            Index(fields=["role", "company_last_contact_at", "id"], name="relation_company_contact"),
            Index(fields=["role", "last_contact_at", "id"], name="relation_person_contact"),
            Index(fields=["role", "became_customer_at", "id"], name="relation_customer"),
            Index(fields=["role", "reviewed_at", "id"], name="relation_reviewed"),
            # Whose review fell due when their company's last agreement ended.
            Index(fields=["company", "role", "reviewed_at", "id"], name="relation_company_reviewed"),
            Index(
                fields=["erase_decided_at", "id"],
                condition=Q(erase_decided_at__isnull=False),
                name="relation_decided",
            ),
            *referring("crm_relation", "company", "contact"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Case(models.Model):
    """An order, a demo request or another matter that came to sales, with number, description and technical
    information (S8).
    """

    relation = reference(Relation, needed=True)
    number = models.BigIntegerField(unique=True)
    kind = word(
        30, choices=[("order", _("order")), ("demo request", _("demo request")), ("other", _("other"))]
    )
    subject = prose()
    description = prose()
    technical_information = prose()
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"case {self.number}"


class Dialogue(models.Model):
    """A letter, call or meeting. counts: whether it is a contact in both directions, on which clocks run
    (M19).

    contact: the person at the other end, where it is not the relation's own.
    """

    relation = reference(Relation, needed=True)
    contact = reference(Contact)
    channel = word(choices=Channel.choices)
    direction = word(
        4, choices=[("in", _("from them")), ("out", _("from us")), ("both", _("in both directions"))]
    )
    author = prose()
    subject = prose()
    text = prose()
    mail_id = prose()
    answers = prose()
    counts = models.BooleanField()
    held_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            *referring("crm_dialogue", "contact"),
            Index(fields=["mail_id"], condition=Q(mail_id__isnull=False), name="crm_dialogue_mail_id"),
        ]

    def __str__(self) -> str:
        return f"dialogue {self.pk}"


class Note(models.Model):
    """A note about a customer, prospect or partner. contact: about or with whom."""

    relation = reference(Relation, needed=True)
    contact = reference(Contact)
    channel = word(choices=Channel.choices, default=Channel.NOTE)
    author = prose()
    text = prose()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = referring("crm_note", "contact")

    def __str__(self) -> str:
        return f"note {self.pk}"


class RelationDocument(Document):
    """A document of a customer, prospect or partner. contact: who sent it."""

    relation = reference(Relation, needed=True)
    contact = reference(Contact)

    class Meta(Document.Meta):
        db_table = "crm_document"
        indexes = referring("crm_document", "contact")


class Sale(models.Model):
    """A sale that is going on, or went on (M17)."""

    relation = reference(Relation, needed=True)
    subject = prose()
    product = prose()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = word(3, default="SEK")
    outcome = word(choices=[("won", _("won")), ("lost", _("lost"))], null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, closed_at__isnull=True)
                | Q(outcome__isnull=False, closed_at__isnull=False),
                name="sale_closed_has_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"sale {self.pk}"


class Review(models.Model):
    """A decision to keep or erase, with its reason (M18).

    salt: of the commitments by which the ledger refers to the reason and to who decided; None where it does not.
    """

    relation = reference(Relation, needed=True)
    decision = word(choices=[("keep", _("keep")), ("erase", _("erase"))])
    reason = prose()
    decided_by = prose()
    decided_at = models.DateTimeField(default=timezone.now)
    salt = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"review {self.pk}"
