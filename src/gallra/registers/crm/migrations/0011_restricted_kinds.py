"""Of a person whose restriction is about some record kinds only, rows of these are not changed (Article 18(1)(d))."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_kinds import restrict_kinds


class Migration(migrations.Migration):
    dependencies = [("crm", "0010_restricted_rows"), ("directory", "0008_restricted_kinds")]

    operations = [
        restrict_kinds("crm_contact", "crm_contact", by="id", removal=True),
        restrict_kinds(
            "crm_relation",
            "crm_contact",
            kind="crm.",
            role="role",
            but=("company_last_contact_at", "company_dialogue"),
            removal=True,
        ),
        restrict_kinds(
            "crm_dialogue", "crm_contact", kind="crm.", role="role", of=("crm_relation", "relation_id")
        ),
        restrict_kinds(
            "crm_note", "crm_contact", kind="crm.", role="role", of=("crm_relation", "relation_id")
        ),
        restrict_kinds(
            "crm_document",
            "crm_contact",
            kind="crm.",
            role="role",
            of=("crm_relation", "relation_id"),
            but=("words",),
            removal=True,
        ),
        restrict_kinds(
            "crm_case", "crm_contact", kind="crm.", role="role", by="", of=("crm_relation", "relation_id")
        ),
        restrict_kinds(
            "crm_sale", "crm_contact", kind="crm.", role="role", by="", of=("crm_relation", "relation_id")
        ),
        restrict_kinds(
            "crm_review", "crm_contact", kind="crm.", role="role", by="", of=("crm_relation", "relation_id")
        ),
    ]
