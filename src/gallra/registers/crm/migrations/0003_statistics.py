"""The planner's statistics hold values: none of personal text, or it would outlive its rows."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import index_without_statistics, without_statistics


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_guards")]

    operations = [
        without_statistics("crm_relation", "source", "responsible"),
        without_statistics("crm_document", "name", "description", "file", "secret"),
        without_statistics("crm_review", "reason", "decided_by"),
        without_statistics("crm_sale", "subject"),
        without_statistics("crm_note", "author", "text"),
        without_statistics("crm_dialogue", "author", "subject", "text", "mail_id", "answers"),
        without_statistics("crm_case", "subject", "description", "technical_information"),
        without_statistics("crm_contact", "name", "email", "phone", "title", "address", "town", "sources"),
        index_without_statistics("crm_contact_sorted"),
    ]
