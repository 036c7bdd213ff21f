"""The record kinds of finance: agreements and invoices (M3, S10, S17). Both are accounting records: the
Bookkeeping Act's seven years after the financial year are their floor (law/se.toml).

An invoice carries the end of its agreement itself (`agreement_ended_on`), so that its clock outlives the
agreement's row. The snapshot of the buyer is what the invoice said when it was booked: its columns are no
`field`, for a booked row is never altered.
"""

from __future__ import annotations

from gallra.kinds import Event, Hop, Noun, Part, PersonPath, RecordKind, Table, Text
from gallra.registers.columns import (
    COMPANY,
    column,
    company_id,
    contact_id,
    contact_table,
    contacts,
    key,
    last_agreement_ended,
    person,
    record_id,
)
from gallra.registers.directory.kinds import COMPANIES

CONTACT = contact_table("finance_contact")
CONTACTS = contacts(CONTACT, ("finance_agreement", "contact_id"), ("finance_invoice", "contact_id"))

BUYER = ("buyer on the invoice",)
AGREEMENT_ENDED = Text("avtalet upphörde", "the agreement ended")
YEAR_ENDED = Event(
    "the financial year ended",
    Text("räkenskapsåret gick ut", "the financial year ended"),
    "year_ends_on",
    type="date",
)

AGREEMENT = RecordKind(
    name="finance.agreement",
    system="finance",
    noun=Noun(
        Text("ett avtal", "an agreement"), Text("avtal", "agreements"), Text("avtalet", "the agreement")
    ),
    table=Table(
        "finance_agreement",
        (
            key(),
            column(
                "number",
                "avtalsnummer",
                "agreement number",
                "integer",
                nullable=False,
                holds=("agreement number",),
            ),
            company_id(),
            contact_id(CONTACT.name),
            column("product", "produkt", "product", impersonal=True),
            column("terms", "villkor", "terms", free_text=True, holds=("agreement terms",)),
            column("starts_on", "gäller från", "starts", "date", impersonal=True, nullable=False),
            column("renews_on", "förlängs", "renews", "date", impersonal=True),
            column("ended_on", "upphörde", "ended", "date", impersonal=True),
            column(
                "year_ends_on", "räkenskapsårets slut", "end of the financial year", "date", impersonal=True
            ),
            column("added_at", "tillagt", "added", "timestamp", impersonal=True, nullable=False),
        ),
    ),
    people=(person(CONTACT, "kontaktperson", "contact", owner=True),),
    events=(
        Event("the agreement ended", AGREEMENT_ENDED, "ended_on", type="date"),
        Event(
            "the agreement began",
            Text("avtalet började gälla", "the agreement began"),
            "starts_on",
            type="date",
            missing="never",
        ),
        YEAR_ENDED,
        last_agreement_ended(),
    ),
    contacts=CONTACTS,
    companies=COMPANIES,
    company=Hop("company_id", COMPANY),
    accounting="the financial year ended",
    number="number",
    label_columns=("number", "product", "starts_on", "ended_on"),
    added="added_at",
)

LINE_TABLE = Table(
    "finance_line",
    (
        key(),
        record_id("invoice_id", "finance_invoice"),
        column("position", "rad", "line", "integer", impersonal=True, nullable=False),
        column("text", "text", "text", free_text=True, nullable=False, holds=("invoice lines",)),
        column("quantity", "antal", "quantity", "numeric", impersonal=True, nullable=False),
        column("unit_price", "à-pris", "unit price", "numeric", impersonal=True, nullable=False),
        column("vat_rate", "moms i procent", "VAT per cent", "numeric", impersonal=True, nullable=False),
        column("amount", "belopp", "amount", "numeric", impersonal=True, nullable=False),
    ),
)

INVOICE = RecordKind(
    name="finance.invoice",
    system="finance",
    noun=Noun(
        Text("en faktura", "an invoice"), Text("fakturor", "invoices"), Text("fakturan", "the invoice")
    ),
    table=Table(
        "finance_invoice",
        (
            key(),
            column(
                "number",
                "fakturanummer",
                "invoice number",
                "integer",
                nullable=False,
                holds=("invoice number",),
            ),
            column(
                "credits_id",
                "krediterar",
                "credits",
                "integer",
                impersonal=True,
                references="finance_invoice",
            ),
            column(
                "agreement_id",
                "avtal",
                "agreement",
                "integer",
                impersonal=True,
                references="finance_agreement",
            ),
            column("agreement_ended_on", "avtalet upphörde", "agreement ended", "date", impersonal=True),
            company_id(),
            contact_id(CONTACT.name),
            column("buyer_name", "köpare", "buyer", holds=BUYER),
            column(
                "buyer_organisation_number",
                "köparens organisationsnummer",
                "buyer's organisation number",
                holds=BUYER,
            ),
            column("buyer_address", "köparens adress", "buyer's address", holds=BUYER),
            column("buyer_reference", "köparens referens", "buyer's reference", holds=BUYER),
            column("buyer_email", "köparens e-postadress", "buyer's e-mail address", holds=BUYER),
            column("issued_on", "fakturadatum", "issued", "date", impersonal=True, nullable=False),
            column("due_on", "förfaller", "due", "date", impersonal=True, nullable=False),
            column(
                "year_ends_on",
                "räkenskapsårets slut",
                "end of the financial year",
                "date",
                impersonal=True,
                nullable=False,
            ),
            column("currency", "valuta", "currency", impersonal=True, nullable=False),
            column("net", "netto", "net", "numeric", impersonal=True, nullable=False),
            column("vat", "moms", "VAT", "numeric", impersonal=True, nullable=False),
            column("total", "att betala", "to pay", "numeric", impersonal=True, nullable=False),
            column("booked_at", "bokförd", "booked", "timestamp", impersonal=True, nullable=False),
        ),
    ),
    people=(
        person(CONTACT, "kontaktperson", "contact", owner=True),
        PersonPath(
            email="buyer_email",
            role=Text("köparens referens", "the buyer's reference"),
            name="buyer_reference",
        ),
    ),
    events=(
        Event(
            "the agreement ended", AGREEMENT_ENDED, "agreement_ended_on", type="date", needs="agreement_id"
        ),
        Event(
            "the invoice was issued",
            Text("fakturan utfärdades", "the invoice was issued"),
            "issued_on",
            type="date",
            missing="never",
        ),
        YEAR_ENDED,
        last_agreement_ended(),
    ),
    parts=(Part(LINE_TABLE, "invoice_id", Text("fakturarader", "invoice lines")),),
    contacts=CONTACTS,
    companies=COMPANIES,
    company=Hop("company_id", COMPANY),
    accounting="the financial year ended",
    number="number",
    label_columns=("number", "issued_on"),
    added="booked_at",
)

KINDS = (AGREEMENT, INVOICE)

SUPPORTING = (
    Table(
        "finance_year",
        (
            key(),
            column("starts_on", "börjar", "starts", "date", impersonal=True, nullable=False),
            column("ends_on", "slutar", "ends", "date", impersonal=True, nullable=False),
        ),
    ),
    Table(
        "finance_counter",
        (
            column("series", "nummerserie", "series", impersonal=True, nullable=False),
            column("last", "senaste nummer", "last number", "integer", impersonal=True, nullable=False),
        ),
        key="series",
    ),
)
"""Tables without persons."""
