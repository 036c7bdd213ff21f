"""The record kind of licensing: licences, two integers, the add-ons and the number; no persons (S7)."""

from __future__ import annotations

from gallra.kinds import Event, Hop, Noun, RecordKind, Table, Text
from gallra.registers.columns import COMPANY, column, company_id, key, last_agreement_ended
from gallra.registers.directory.kinds import COMPANIES

LICENCE = RecordKind(
    name="licensing.licence",
    system="licensing",
    noun=Noun(Text("en licens", "a licence"), Text("licenser", "licences"), Text("licensen", "the licence")),
    table=Table(
        "licensing_licence",
        (
            key(),
            column("number", "licensnummer", "licence number", nullable=False, holds=("licence number",)),
            company_id(),
            column("product", "produkt", "product", impersonal=True, nullable=False),
            column(
                "users",
                "antal användare",
                "number of users",
                "integer",
                impersonal=True,
                nullable=False,
                holds=("number of users",),
            ),
            column(
                "companies",
                "antal företag",
                "number of companies",
                "integer",
                impersonal=True,
                nullable=False,
                holds=("number of companies",),
            ),
            column(
                "add_ons",
                "tilläggsfunktioner",
                "add-ons",
                "json",
                impersonal=True,
                nullable=False,
                holds=("add-ons",),
            ),
            column("granted_at", "utfärdad", "granted", "timestamp", impersonal=True, nullable=False),
            column("expires_on", "gäller till", "expires", "date", impersonal=True),
        ),
    ),
    people=(),
    events=(
        Event(
            "the licence was granted",
            Text("licensen utfärdades", "the licence was granted"),
            "granted_at",
            missing="never",
        ),
        Event(
            "the licence expired", Text("licensen gick ut", "the licence expired"), "expires_on", type="date"
        ),
        last_agreement_ended(),
    ),
    companies=COMPANIES,
    company=Hop("company_id", COMPANY),
    number="number",
    label_columns=("number", "product"),
    added="granted_at",
)

KINDS = (LICENCE,)
