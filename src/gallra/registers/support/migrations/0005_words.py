"""Free text and documents are found by their words."""

from __future__ import annotations

from django.db import migrations, models

from gallra.registers.migrating import index_of_words, unread_documents, without_statistics


class Migration(migrations.Migration):
    dependencies = [("support", "0004_restricted"), ("directory", "0005_words")]

    operations = [
        migrations.AddField("casedocument", "words", models.TextField(blank=True, null=True)),
        without_statistics("support_document", "words"),
        index_of_words(
            "support_case", "subject", "description", "technical_information", "solution",
            only="archived_at IS NULL",
        ),
        index_of_words("support_message", "subject", "body"),
        index_of_words("support_note", "text"),
        index_of_words("support_document", "name", "description", "words"),
        index_of_words("support_suggestion", "text"),
        unread_documents("support_document"),
    ]  # fmt: skip
