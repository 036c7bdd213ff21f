"""The data of a restricted person is not changed (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_restricted


class Migration(migrations.Migration):
    dependencies = [("finance", "0003_statistics"), ("directory", "0004_restricted")]

    operations = [
        guard_restricted("finance_contact", "finance_contact", by="id", removal=True),
        guard_restricted("finance_agreement", "finance_contact", removal=True),
        guard_restricted("finance_invoice", "finance_contact", but="agreement_ended_on", removal=True),
        guard_restricted("finance_line", "finance_contact", by="", of=("finance_invoice", "invoice_id")),
    ]
