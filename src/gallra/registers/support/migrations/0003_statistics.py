"""The planner's statistics hold values: none of personal text, or it would outlive its rows."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import index_without_statistics, without_statistics


class Migration(migrations.Migration):
    dependencies = [("support", "0002_guards")]

    operations = [
        without_statistics("support_case", "subject", "description", "technical_information", "assignee"),
        without_statistics("support_document", "name", "description", "file", "secret"),
        without_statistics("support_note", "author", "text"),
        without_statistics("support_message", "author", "subject", "body", "mail_id", "answers"),
        without_statistics(
            "support_contact", "name", "email", "phone", "title", "address", "town", "sources"
        ),
        without_statistics("support_account", "handle"),
        index_without_statistics("support_contact_sorted"),
    ]
