"""What came to the privacy mailbox is found by its words."""

from __future__ import annotations

from django.db import migrations, models

from gallra.registers.migrating import index_of_words, unread_documents, without_statistics


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial"), ("directory", "0005_words")]

    operations = [
        migrations.AddField("attachment", "words", models.TextField(blank=True, null=True)),
        without_statistics("mail_attachment", "words"),
        index_of_words("mail_incoming", "subject", "body", "said"),
        index_of_words("mail_attachment", "name", "description", "words"),
        unread_documents("mail_attachment"),
    ]
