"""Documents that no program can read are counted by an index."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import unreadable_documents


class Migration(migrations.Migration):
    dependencies = [("support", "0007_digits")]

    operations = [unreadable_documents("support_document")]
