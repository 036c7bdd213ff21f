"""Of a person whose restriction is about some record kinds only, rows of these are not changed (Article 18(1)(d))."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_kinds import restrict_kinds


class Migration(migrations.Migration):
    dependencies = [("finance", "0007_restricted_rows"), ("directory", "0008_restricted_kinds")]

    operations = [
        restrict_kinds("finance_contact", "finance_contact", by="id", removal=True),
        restrict_kinds("finance_agreement", "finance_contact", kind="finance.agreement", removal=True),
        restrict_kinds(
            "finance_invoice",
            "finance_contact",
            kind="finance.invoice",
            but=("agreement_ended_on",),
            removal=True,
        ),
        restrict_kinds(
            "finance_line",
            "finance_contact",
            kind="finance.invoice",
            by="",
            of=("finance_invoice", "invoice_id"),
        ),
    ]
