"""The record kinds of support (SupportControl): cases, customers' accounts, suggestions (M2, M6, M7, M16,
S8, S11).
"""

from __future__ import annotations

from gallra.kinds import Event, Hop, Noun, Part, RecordKind, Table, Text
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

CONTACT = contact_table("support_contact")
CONTACTS = contacts(
    CONTACT,
    ("support_case", "contact_id"),
    ("support_message", "contact_id"),
    ("support_note", "contact_id"),
    ("support_document", "contact_id"),
    ("support_concerned", "contact_id"),
    ("support_account", "contact_id"),
)

CASE_TABLE = Table(
    "support_case",
    (
        key(),
        column(
            "number",
            "ärendenummer",
            "case number",
            "integer",
            impersonal=True,
            nullable=False,
            holds=("case number",),
        ),
        contact_id(CONTACT.name, "anmälare", "reporter"),
        company_id(),
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
        column("product", "produkt", "product", impersonal=True),
        column("status", "status", "status", impersonal=True, nullable=False),
        column("priority", "prioritet", "priority", impersonal=True, nullable=False),
        column("source", "inkom genom", "came by", impersonal=True, nullable=False),
        column("assignee", "handläggare", "assignee"),
        column("solution", "lösning", "solution", impersonal=True, free_text=True),
        column("opened_at", "öppnat", "opened", "timestamp", impersonal=True, nullable=False),
        column("last_contact_at", "senaste kontakt", "last contact", "timestamp", impersonal=True),
        column("closed_at", "stängt", "closed", "timestamp", impersonal=True),
        column("archived_at", "arkiverat", "archived", "timestamp", impersonal=True),
    ),
)
MESSAGE_TABLE = Table(
    "support_message",
    (
        key(),
        record_id("case_id", "support_case"),
        contact_id(CONTACT.name),
        column("direction", "riktning", "direction", impersonal=True, nullable=False),
        column("author", "avsändare hos oss", "sender at our end"),
        column("subject", "rubrik", "subject", holds=("e-mail dialogue",), free_text=True),
        column("body", "text", "text", holds=("e-mail dialogue",), free_text=True),
        column("mail_id", "mejlets id", "message id"),
        column("answers", "svar på mejl", "in reply to"),
        column("sent_at", "skickat", "sent", "timestamp", impersonal=True, nullable=False),
    ),
)
NOTE_TABLE = Table(
    "support_note",
    (
        key(),
        record_id("case_id", "support_case"),
        contact_id(CONTACT.name),
        column("channel", "kanal", "channel", impersonal=True, nullable=False),
        column("author", "skriven av", "written by"),
        column("text", "anteckning", "note", holds=("contact notes",), free_text=True),
        column("made_at", "gjord", "made", "timestamp", impersonal=True, nullable=False),
    ),
)
CONCERNED_TABLE = Table(
    "support_concerned",
    (
        key(),
        record_id("case_id", "support_case"),
        contact_id(CONTACT.name),
        column("added_at", "tillagd", "added", "timestamp", impersonal=True, nullable=False),
    ),
)


DOCUMENT_TABLE = document_table("support_document", "case_id", "support_case", CONTACT.name)
PARTS = (
    Part(
        DOCUMENT_TABLE,
        "case_id",
        Text("dokument", "documents"),
        people=(person(CONTACT, "avsändare", "sender", owner=False),),
        file="file",
        words="words",
    ),
    Part(
        CONCERNED_TABLE,
        "case_id",
        Text("berörda personer", "people concerned"),
        people=(person(CONTACT, "berörd", "concerned", owner=False),),
    ),
    Part(
        NOTE_TABLE,
        "case_id",
        Text("kontaktanteckningar", "contact notes"),
        people=(person(CONTACT, "samtalspartner", "caller", owner=False),),
    ),
    Part(
        MESSAGE_TABLE,
        "case_id",
        Text("e-postväxling", "e-mail dialogue"),
        people=(person(CONTACT, "brevskrivare", "correspondent", owner=False),),
    ),
)

CASE = RecordKind(
    name="support.case",
    system="support",
    noun=Noun(Text("ett ärende", "a case"), Text("ärenden", "cases"), Text("ärendet", "the case")),
    table=CASE_TABLE,
    people=(person(CONTACT, "anmälare", "reporter", owner=True),),
    events=(
        Event(
            "the case was opened",
            Text("ärendet öppnades", "the case was opened"),
            "opened_at",
            missing="never",
        ),
        Event("the case was closed", Text("ärendet stängdes", "the case was closed"), "closed_at"),
        Event(
            "last contact",
            Text("vi senast hade kontakt i ärendet", "we were last in contact about the case"),
            "last_contact_at",
        ),
        last_agreement_ended(),
    ),
    parts=PARTS,
    contacts=CONTACTS,
    companies=COMPANIES,
    company=Hop("company_id", COMPANY),
    archived="archived_at",
    number="number",
    label_columns=("number", "product", "status"),
    added="opened_at",
)

ACCOUNT = RecordKind(
    name="support.account",
    system="support",
    noun=Noun(Text("ett konto", "an account"), Text("konton", "accounts"), Text("kontot", "the account")),
    table=Table(
        "support_account",
        (
            key(),
            contact_id(CONTACT.name, "kontohavare", "account holder"),
            column("handle", "inloggningens id", "sign-in handle", "uuid", nullable=False),
            column("created_at", "skapat", "created", "timestamp", impersonal=True, nullable=False),
            column("signed_in_at", "senaste inloggning", "last sign-in", "timestamp", impersonal=True),
            column("closed_at", "stängt", "closed", "timestamp", impersonal=True),
        ),
    ),
    people=(person(CONTACT, "kontohavare", "account holder", owner=True),),
    events=(
        Event(
            "the account was created",
            Text("kontot skapades", "the account was created"),
            "created_at",
            missing="never",
        ),
        Event("last sign-in", Text("kontot senast användes", "the account was last used"), "signed_in_at"),
        Event("the account was closed", Text("kontot stängdes", "the account was closed"), "closed_at"),
        last_agreement_ended(Hop("contact_id", CONTACT.name)),
    ),
    contacts=CONTACTS,
    companies=COMPANIES,
    company=None,
    label_columns=("created_at",),
    added="created_at",
)

SUGGESTION = RecordKind(
    name="support.suggestion",
    system="support",
    noun=Noun(
        Text("ett förslag", "a suggestion"),
        Text("förslag", "suggestions"),
        Text("förslaget", "the suggestion"),
    ),
    table=Table(
        "support_suggestion",
        (
            key(),
            column("product", "produkt", "product", impersonal=True),
            column("text", "förslag", "suggestion", impersonal=True, free_text=True, nullable=False),
            column("status", "status", "status", impersonal=True, nullable=False),
            column("given_at", "lämnat", "given", "timestamp", impersonal=True, nullable=False),
            column("settled_at", "avgjort", "settled", "timestamp", impersonal=True),
        ),
    ),
    people=(),
    events=(
        Event(
            "the suggestion was given",
            Text("förslaget lämnades", "the suggestion was given"),
            "given_at",
            missing="never",
        ),
        Event(
            "the suggestion was settled",
            Text("förslaget avgjordes", "the suggestion was settled"),
            "settled_at",
        ),
    ),
    label_columns=("product", "status"),
    added="given_at",
)

KINDS = (CASE, ACCOUNT, SUGGESTION)
