"""The block on restricted people's data is asked once a statement, not once a row (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_restricted import guard_restricted_rows


class Migration(migrations.Migration):
    dependencies = [("crm", "0009_unreadable")]

    operations = [
        guard_restricted_rows("crm_contact", "crm_contact", by="id", removal=True),
        guard_restricted_rows(
            "crm_relation", "crm_contact", but=("company_last_contact_at", "company_dialogue"), removal=True
        ),
        guard_restricted_rows("crm_dialogue", "crm_contact", of=("crm_relation", "relation_id")),
        guard_restricted_rows("crm_note", "crm_contact", of=("crm_relation", "relation_id")),
        guard_restricted_rows(
            "crm_document", "crm_contact", of=("crm_relation", "relation_id"), but=("words",), removal=True
        ),
        guard_restricted_rows("crm_case", "crm_contact", by="", of=("crm_relation", "relation_id")),
        guard_restricted_rows("crm_sale", "crm_contact", by="", of=("crm_relation", "relation_id")),
        guard_restricted_rows("crm_review", "crm_contact", by="", of=("crm_relation", "relation_id")),
    ]
