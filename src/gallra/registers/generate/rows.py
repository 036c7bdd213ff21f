"""The rows of the registers' tables as plain dataclasses: field names are column names, `TABLE` is the table.

They are what the history is made of, and what COPY writes. Not frozen: a clock on a row moves while its
history is told. A test holds every class against the table's declaration in the register's `kinds.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar


@dataclass(slots=True)
class Row:
    """A row; `id` is given by `History.add`."""

    TABLE: ClassVar[str] = ""
    id: int = field(default=0, init=False)


@dataclass(slots=True, kw_only=True)
class Company(Row):
    TABLE: ClassVar[str] = "directory_company"
    name: str | None
    organisation_number: str | None
    address: str | None
    town: str | None
    business_system: str | None
    sole_trader: bool
    sources: dict[str, Any]
    agreements_open: int = 0
    agreements_until: date | None = None
    added_at: datetime


@dataclass(slots=True, kw_only=True)
class NewsletterContact(Row):
    TABLE: ClassVar[str] = "newsletter_contact"
    name: str | None
    email: str | None
    company_id: int | None
    sources: dict[str, Any]
    notice_from: datetime | None = None
    noticed_at: datetime | None = None
    added_at: datetime


@dataclass(slots=True, kw_only=True)
class SupportContact(NewsletterContact):
    TABLE: ClassVar[str] = "support_contact"
    phone: str | None
    title: str | None
    address: str | None
    town: str | None


@dataclass(slots=True, kw_only=True)
class CrmContact(SupportContact):
    TABLE: ClassVar[str] = "crm_contact"


@dataclass(slots=True, kw_only=True)
class FinanceContact(SupportContact):
    TABLE: ClassVar[str] = "finance_contact"


@dataclass(slots=True, kw_only=True)
class Note(Row):
    """What was said by telephone or in person, in either register."""

    contact_id: int | None
    channel: str
    author: str | None
    text: str | None
    made_at: datetime


@dataclass(slots=True, kw_only=True)
class Document(Row):
    """A file beside a record, in either register; its content lies encrypted outside the database."""

    contact_id: int | None
    name: str | None
    description: str | None
    media_type: str | None
    size: int
    file: str
    secret: bytes
    words: str | None = None
    added_at: datetime


# --- support -----------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Case(Row):
    TABLE: ClassVar[str] = "support_case"
    number: int
    contact_id: int | None
    company_id: int | None
    subject: str | None = None
    description: str | None = None
    technical_information: str | None = None
    product: str | None
    status: str
    priority: str
    source: str
    assignee: str | None
    solution: str | None = None
    opened_at: datetime
    last_contact_at: datetime | None
    closed_at: datetime | None
    archived_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Message(Row):
    TABLE: ClassVar[str] = "support_message"
    case_id: int
    contact_id: int | None
    direction: str
    author: str | None
    subject: str | None
    body: str | None
    mail_id: str | None
    answers: str | None
    sent_at: datetime


@dataclass(slots=True, kw_only=True)
class CaseNote(Note):
    TABLE: ClassVar[str] = "support_note"
    case_id: int


@dataclass(slots=True, kw_only=True)
class Concerned(Row):
    TABLE: ClassVar[str] = "support_concerned"
    case_id: int
    contact_id: int | None
    added_at: datetime


@dataclass(slots=True, kw_only=True)
class CaseDocument(Document):
    TABLE: ClassVar[str] = "support_document"
    case_id: int


@dataclass(slots=True, kw_only=True)
class Account(Row):
    TABLE: ClassVar[str] = "support_account"
    contact_id: int | None
    handle: str
    created_at: datetime
    signed_in_at: datetime | None
    closed_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Suggestion(Row):
    TABLE: ClassVar[str] = "support_suggestion"
    product: str | None
    text: str
    status: str
    given_at: datetime
    settled_at: datetime | None


# --- finance and licensing ---------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Year(Row):
    TABLE: ClassVar[str] = "finance_year"
    starts_on: date
    ends_on: date


@dataclass(slots=True, kw_only=True)
class Agreement(Row):
    TABLE: ClassVar[str] = "finance_agreement"
    number: int
    company_id: int | None
    contact_id: int | None
    product: str | None
    terms: str | None
    starts_on: date
    renews_on: date | None
    ended_on: date | None
    year_ends_on: date | None
    added_at: datetime


@dataclass(slots=True, kw_only=True)
class Invoice(Row):
    TABLE: ClassVar[str] = "finance_invoice"
    number: int = 0
    credits_id: int | None = None
    agreement_id: int | None
    agreement_ended_on: date | None
    company_id: int | None
    contact_id: int | None
    buyer_name: str | None
    buyer_organisation_number: str | None
    buyer_address: str | None
    buyer_reference: str | None
    buyer_email: str | None
    issued_on: date
    due_on: date
    year_ends_on: date
    currency: str = "SEK"
    net: Decimal
    vat: Decimal
    total: Decimal
    booked_at: datetime


@dataclass(slots=True, kw_only=True)
class Line(Row):
    TABLE: ClassVar[str] = "finance_line"
    invoice_id: int
    position: int
    text: str
    quantity: Decimal
    unit_price: Decimal
    vat_rate: Decimal
    amount: Decimal


@dataclass(slots=True, kw_only=True)
class Licence(Row):
    TABLE: ClassVar[str] = "licensing_licence"
    number: str
    company_id: int | None
    product: str
    users: int
    companies: int
    add_ons: list[str]
    granted_at: datetime
    expires_on: date | None


# --- crm ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Relation(Row):
    TABLE: ClassVar[str] = "crm_relation"
    role: str
    contact_id: int | None
    company_id: int | None
    source: str
    responsible: str | None
    added_at: datetime
    became_customer_at: datetime | None = None
    last_contact_at: datetime | None = None
    company_last_contact_at: datetime | None = None
    company_dialogue: bool = False
    sales_open: int = 0
    reviewed_at: datetime | None = None
    erase_decided_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class CrmCase(Row):
    TABLE: ClassVar[str] = "crm_case"
    relation_id: int
    number: int
    kind: str
    subject: str | None
    description: str | None
    technical_information: str | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Dialogue(Row):
    TABLE: ClassVar[str] = "crm_dialogue"
    relation_id: int
    contact_id: int | None
    channel: str
    direction: str
    author: str | None
    subject: str | None
    text: str | None
    mail_id: str | None = None
    answers: str | None = None
    counts: bool
    held_at: datetime


@dataclass(slots=True, kw_only=True)
class CrmNote(Note):
    TABLE: ClassVar[str] = "crm_note"
    relation_id: int


@dataclass(slots=True, kw_only=True)
class Sale(Row):
    TABLE: ClassVar[str] = "crm_sale"
    relation_id: int
    subject: str | None
    product: str | None
    amount: Decimal | None
    currency: str | None
    outcome: str | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Review(Row):
    TABLE: ClassVar[str] = "crm_review"
    relation_id: int
    decision: str
    reason: str | None
    decided_by: str | None
    decided_at: datetime
    salt: bytes | None = None


@dataclass(slots=True, kw_only=True)
class CrmDocument(Document):
    TABLE: ClassVar[str] = "crm_document"
    relation_id: int


# --- newsletter --------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Topic(Row):
    TABLE: ClassVar[str] = "newsletter_topic"
    code: str
    title_sv: str
    title_en: str
    active: bool = True


@dataclass(slots=True, kw_only=True)
class Subscription(Row):
    TABLE: ClassVar[str] = "newsletter_subscription"
    contact_id: int | None
    topic_id: int
    source: str
    language: str
    token: bytes | None
    asked_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    bounces: int
    bounced_at: datetime | None

    @property
    def confirmed(self) -> bool:
        """The database makes this column itself."""
        return self.confirmed_at is not None


@dataclass(slots=True, kw_only=True)
class Evidence(Row):
    TABLE: ClassVar[str] = "newsletter_evidence"
    subscription_id: int
    what: str
    channel: str
    wording: str | None
    happened_at: datetime


ROW_TYPES: tuple[type[Row], ...] = (
    Company, SupportContact, CrmContact, FinanceContact, NewsletterContact,
    Year, Agreement, Invoice, Line, Licence,
    Case, Message, CaseNote, Concerned, CaseDocument, Account, Suggestion,
    Relation, CrmCase, Dialogue, CrmNote, Sale, Review, CrmDocument,
    Topic, Subscription, Evidence,
)  # fmt: skip
"""In an order in which every foreign key finds its row."""
