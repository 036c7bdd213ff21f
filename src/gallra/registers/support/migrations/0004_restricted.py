"""The data of a restricted person is not changed (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_restricted


class Migration(migrations.Migration):
    dependencies = [("support", "0003_statistics"), ("directory", "0004_restricted")]

    operations = [
        guard_restricted("support_contact", "support_contact", by="id", removal=True),
        guard_restricted("support_case", "support_contact", removal=True),
        guard_restricted("support_account", "support_contact", removal=True),
        guard_restricted("support_message", "support_contact", of=("support_case", "case_id")),
        guard_restricted("support_note", "support_contact", of=("support_case", "case_id")),
        guard_restricted(
            "support_concerned", "support_contact", of=("support_case", "case_id"), removal=True
        ),
        guard_restricted("support_document", "support_contact", of=("support_case", "case_id"), removal=True),
    ]
