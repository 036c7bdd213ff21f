"""Companies: shared by all registers, and no record kind of their own. A company lives while any register
refers to it.
"""

from __future__ import annotations

from gallra.kinds import Companies, Table
from gallra.registers.columns import COMPANY, column, key

COMPANIES = Companies(
    Table(
        COMPANY,
        (
            key(),
            column("name", "företag", "company", field="company"),
            column(
                "organisation_number",
                "organisationsnummer",
                "organisation number",
                field="organisation number",
            ),
            column("address", "adress", "address", field="address"),
            column("town", "ort", "town", field="town"),
            column("business_system", "affärssystem", "business system", field="business system"),
            column("sole_trader", "enskild firma", "sole trader", "boolean", nullable=False),
            column("sources", "varifrån uppgifterna kom", "where the data came from", "json", nullable=False),
            column(
                "agreements_open",
                "pågående avtal",
                "open agreements",
                "integer",
                impersonal=True,
                nullable=False,
            ),
            column(
                "agreements_until",
                "sista avtalets slut",
                "end of the last agreement",
                "date",
                impersonal=True,
            ),
            column("added_at", "tillagt", "added", "timestamp", impersonal=True, nullable=False),
        ),
    ),
    references=(
        ("support_contact", "company_id"),
        ("support_case", "company_id"),
        ("crm_contact", "company_id"),
        ("crm_relation", "company_id"),
        ("finance_contact", "company_id"),
        ("finance_agreement", "company_id"),
        ("finance_invoice", "company_id"),
        ("licensing_licence", "company_id"),
        ("newsletter_contact", "company_id"),
    ),
)

SUPPORTING = (
    Table(
        "directory_recheck",
        (
            key(),
            column("what", "tabell", "table", impersonal=True, nullable=False),
            column("key", "nyckel", "key", "integer", impersonal=True),
            column("keys", "nycklar", "keys", "json", impersonal=True),
            column("queued_at", "ställd i kö", "queued", "timestamp", impersonal=True, nullable=False),
        ),
    ),
    Table(
        "directory_allowed_field",
        (
            key(),
            column("table_name", "tabell", "table", impersonal=True, nullable=False),
            column("column_name", "kolumn", "column", impersonal=True, nullable=False),
            column("allowed", "tillåten", "allowed", "boolean", impersonal=True, nullable=False),
        ),
    ),
    Table(
        "directory_off_kind",
        (column("kind", "posttyp", "record kind", impersonal=True, nullable=False),),
        key="kind",
    ),
    Table(  # the address goes when the restriction is lifted (rights/restriction.py)
        "directory_restricted",
        (
            column("email", "e-postadress", "e-mail address", nullable=False),
            column("since", "sedan", "since", "timestamp", impersonal=True, nullable=False),
            column("kinds", "posttyper", "record kinds", "json", impersonal=True),
        ),
        key="email",
    ),
)
"""Tables that the registers need beside their records."""
