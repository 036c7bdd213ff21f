"""The block on restricted people's data is asked once a statement, not once a row (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_restricted import guard_restricted_rows


class Migration(migrations.Migration):
    dependencies = [("support", "0008_unreadable")]

    operations = [
        guard_restricted_rows("support_contact", "support_contact", by="id", removal=True),
        guard_restricted_rows("support_case", "support_contact", removal=True),
        guard_restricted_rows("support_account", "support_contact", removal=True),
        guard_restricted_rows("support_message", "support_contact", of=("support_case", "case_id")),
        guard_restricted_rows("support_note", "support_contact", of=("support_case", "case_id")),
        guard_restricted_rows(
            "support_concerned", "support_contact", of=("support_case", "case_id"), removal=True
        ),
        guard_restricted_rows(
            "support_document",
            "support_contact",
            of=("support_case", "case_id"),
            but=("words",),
            removal=True,
        ),
    ]
