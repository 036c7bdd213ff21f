"""The data of a restricted person is not changed (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_restricted


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_ended_and_reviewed"), ("directory", "0004_restricted")]

    operations = [
        guard_restricted("crm_contact", "crm_contact", by="id", removal=True),
        guard_restricted(
            "crm_relation", "crm_contact", but="company_last_contact_at,company_dialogue", removal=True
        ),
        guard_restricted("crm_dialogue", "crm_contact", of=("crm_relation", "relation_id")),
        guard_restricted("crm_note", "crm_contact", of=("crm_relation", "relation_id")),
        guard_restricted("crm_document", "crm_contact", of=("crm_relation", "relation_id"), removal=True),
        guard_restricted("crm_case", "crm_contact", by="", of=("crm_relation", "relation_id")),
        guard_restricted("crm_sale", "crm_contact", by="", of=("crm_relation", "relation_id")),
        guard_restricted("crm_review", "crm_contact", by="", of=("crm_relation", "relation_id")),
    ]
