"""The block on restricted people's data is asked once a statement, not once a row (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_restricted import guard_restricted_rows


class Migration(migrations.Migration):
    dependencies = [("finance", "0006_digits")]

    operations = [
        guard_restricted_rows("finance_contact", "finance_contact", by="id", removal=True),
        guard_restricted_rows("finance_agreement", "finance_contact", removal=True),
        guard_restricted_rows(
            "finance_invoice", "finance_contact", but=("agreement_ended_on",), removal=True
        ),
        guard_restricted_rows("finance_line", "finance_contact", by="", of=("finance_invoice", "invoice_id")),
    ]
