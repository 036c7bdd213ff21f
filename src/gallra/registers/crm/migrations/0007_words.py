"""Free text and documents are found by their words."""

from __future__ import annotations

from django.db import migrations, models

from gallra.registers.migrating import index_of_words, unread_documents, without_statistics


class Migration(migrations.Migration):
    dependencies = [("crm", "0006_restricted"), ("directory", "0005_words")]

    operations = [
        migrations.AddField("relationdocument", "words", models.TextField(blank=True, null=True)),
        without_statistics("crm_document", "words"),
        index_of_words("crm_case", "subject", "description", "technical_information"),
        index_of_words("crm_dialogue", "subject", "text"),
        index_of_words("crm_note", "text"),
        index_of_words("crm_sale", "subject"),
        index_of_words("crm_review", "reason"),
        index_of_words("crm_document", "name", "description", "words"),
        unread_documents("crm_document"),
    ]
