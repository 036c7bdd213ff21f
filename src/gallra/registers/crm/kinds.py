"""The record kinds of CRM (Dynamics 365's part): customers, prospects and partners (M8, M17–M20, S8, S12).

All three are rows of one table, told apart by `role`: a prospect that becomes a customer keeps its history.
A row is our relation with one person at a company, or with a company whose people we do not know yet. The
clocks of the company (last contact, whether there has been a dialogue) stand on each of its rows, so that
finding what is due is an index range; the verbs keep them alike.
"""

from __future__ import annotations

from gallra.kinds import Event, Flag, Hop, Noun, Part, RecordKind, Table, Text
from gallra.registers.columns import (
    COMPANY,
    column,
    company_id,
    contact_id,
    contact_table,
    contacts,
    document_table,
    key,
    last_agreement_ended,
    person,
    record_id,
)
from gallra.registers.directory.kinds import COMPANIES

CONTACT = contact_table("crm_contact")
CONTACTS = contacts(
    CONTACT,
    ("crm_relation", "contact_id"),
    ("crm_dialogue", "contact_id"),
    ("crm_note", "contact_id"),
    ("crm_document", "contact_id"),
)

RELATION_TABLE = Table(
    "crm_relation",
    (
        key(),
        column("role", "roll", "role", impersonal=True, nullable=False),
        contact_id(CONTACT.name),
        company_id(),
        column("source", "källa", "source", nullable=False),
        column("responsible", "ansvarig hos oss", "responsible at our end"),
        column("added_at", "tillagd", "added", "timestamp", impersonal=True, nullable=False),
        column("became_customer_at", "kund sedan", "customer since", "timestamp", impersonal=True),
        column(
            "last_contact_at",
            "senaste kontakt med personen",
            "last contact with the person",
            "timestamp",
            impersonal=True,
        ),
        column(
            "company_last_contact_at",
            "senaste kontakt med företaget",
            "last contact with the company",
            "timestamp",
            impersonal=True,
        ),
        column(
            "company_dialogue",
            "dialog med företaget",
            "dialogue with the company",
            "boolean",
            impersonal=True,
            nullable=False,
        ),
        column("sales_open", "pågående affärer", "open sales", "integer", impersonal=True, nullable=False),
        column("reviewed_at", "senast utvärderad", "last reviewed", "timestamp", impersonal=True),
        column("erase_decided_at", "radering beslutad", "erasure decided", "timestamp", impersonal=True),
    ),
)
CASE_TABLE = Table(
    "crm_case",
    (
        key(),
        record_id("relation_id", "crm_relation"),
        column(
            "number",
            "ärendenummer",
            "case number",
            "integer",
            impersonal=True,
            nullable=False,
            holds=("case number",),
        ),
        column("kind", "slag", "kind", impersonal=True, nullable=False),
        column("subject", "rubrik", "subject", holds=("case description",), free_text=True),
        column(
            "description",
            "ärendebeskrivning",
            "case description",
            holds=("case description",),
            free_text=True,
        ),
        column(
            "technical_information",
            "teknisk information",
            "technical information",
            holds=("technical information",),
            free_text=True,
        ),
        column("opened_at", "öppnat", "opened", "timestamp", impersonal=True, nullable=False),
        column("closed_at", "stängt", "closed", "timestamp", impersonal=True),
    ),
)
DIALOGUE_TABLE = Table(
    "crm_dialogue",
    (
        key(),
        record_id("relation_id", "crm_relation"),
        contact_id(CONTACT.name),
        column("channel", "kanal", "channel", impersonal=True, nullable=False),
        column("direction", "riktning", "direction", impersonal=True, nullable=False),
        column("author", "vår deltagare", "our participant"),
        column("subject", "rubrik", "subject", holds=("e-mail dialogue",), free_text=True),
        column("text", "text", "text", holds=("e-mail dialogue",), free_text=True),
        column("mail_id", "mejlets id", "message id"),
        column("answers", "svar på mejl", "in reply to"),
        column(
            "counts", "räknas som kontakt", "counts as contact", "boolean", impersonal=True, nullable=False
        ),
        column("held_at", "ägde rum", "held", "timestamp", impersonal=True, nullable=False),
    ),
)
NOTE_TABLE = Table(
    "crm_note",
    (
        key(),
        record_id("relation_id", "crm_relation"),
        contact_id(CONTACT.name),
        column("channel", "kanal", "channel", impersonal=True, nullable=False),
        column("author", "skriven av", "written by"),
        column("text", "anteckning", "note", holds=("contact notes",), free_text=True),
        column("made_at", "gjord", "made", "timestamp", impersonal=True, nullable=False),
    ),
)
SALE_TABLE = Table(
    "crm_sale",
    (
        key(),
        record_id("relation_id", "crm_relation"),
        column("subject", "gäller", "subject", free_text=True),
        column("product", "produkt", "product", impersonal=True),
        column("amount", "belopp", "amount", "numeric", impersonal=True),
        column("currency", "valuta", "currency", impersonal=True, nullable=False),
        column("outcome", "utfall", "outcome", impersonal=True),
        column("opened_at", "inledd", "opened", "timestamp", impersonal=True, nullable=False),
        column("closed_at", "avslutad", "closed", "timestamp", impersonal=True),
    ),
)
REVIEW_TABLE = Table(
    "crm_review",
    (
        key(),
        record_id("relation_id", "crm_relation"),
        column("decision", "beslut", "decision", impersonal=True, nullable=False),
        column("reason", "skäl", "reason", free_text=True),
        column("decided_by", "beslutad av", "decided by"),
        column("decided_at", "beslutad", "decided", "timestamp", impersonal=True, nullable=False),
        column("salt", "salt", "salt", "bytes"),
    ),
)
PARTS = (
    Part(
        document_table("crm_document", "relation_id", "crm_relation", CONTACT.name),
        "relation_id",
        Text("dokument", "documents"),
        people=(person(CONTACT, "avsändare", "sender", owner=False),),
        file="file",
        words="words",
    ),
    Part(REVIEW_TABLE, "relation_id", Text("utvärderingar", "reviews")),
    Part(SALE_TABLE, "relation_id", Text("affärer", "sales")),
    Part(
        NOTE_TABLE,
        "relation_id",
        Text("kontaktanteckningar", "contact notes"),
        people=(person(CONTACT, "samtalspartner", "caller", owner=False),),
    ),
    Part(
        DIALOGUE_TABLE,
        "relation_id",
        Text("dialog", "dialogue"),
        people=(person(CONTACT, "deltagare", "participant", owner=False),),
    ),
    Part(CASE_TABLE, "relation_id", Text("ärenden", "cases")),
)

EVENTS = (
    Event("added", Text("uppgifterna lades till", "the data was added"), "added_at", missing="never"),
    Event(
        "last contact with the person",
        Text("vi senast hade kontakt med personen", "we were last in contact with the person"),
        "last_contact_at",
    ),
    Event(
        "last contact with the company",
        Text("vi senast hade kontakt med företaget", "we were last in contact with the company"),
        "company_last_contact_at",
    ),
    Event(
        "last review", Text("uppgifterna senast utvärderades", "the data was last reviewed"), "reviewed_at"
    ),
    last_agreement_ended(),
)
BECAME_CUSTOMER = Event(
    "became a customer",
    Text("kundförhållandet började", "the customer relationship began"),
    "became_customer_at",
    missing="never",
)
FLAGS = (
    Flag(
        "dialogue with the company",
        Text("vi har haft en dialog med företaget", "we have had a dialogue with the company"),
        "company_dialogue",
    ),
)


def _relation(role: str, noun: Noun, events: tuple[Event, ...]) -> RecordKind:
    return RecordKind(
        name=f"crm.{role}",
        system="crm",
        noun=noun,
        table=RELATION_TABLE,
        people=(person(CONTACT, "kontaktperson", "contact", owner=True),),
        events=events,
        flags=FLAGS,
        parts=PARTS,
        contacts=CONTACTS,
        companies=COMPANIES,
        company=Hop("company_id", COMPANY),
        label_columns=("role", "added_at"),
        added="added_at",
        reviewed="reviewed_at",
        decided="erase_decided_at",
        where=(("role", role),),
    )


CUSTOMER = _relation(
    "customer",
    Noun(Text("en kund", "a customer"), Text("kunder", "customers"), Text("kunden", "the customer")),
    (*EVENTS, BECAME_CUSTOMER),
)
PROSPECT = _relation(
    "prospect",
    Noun(
        Text("en presumtiv kund", "a prospect"),
        Text("presumtiva kunder", "prospects"),
        Text("den presumtiva kunden", "the prospect"),
    ),
    EVENTS,
)
PARTNER = _relation(
    "partner",
    Noun(Text("en partner", "a partner"), Text("partner", "partners"), Text("partnern", "the partner")),
    EVENTS,
)

KINDS = (CUSTOMER, PROSPECT, PARTNER)
