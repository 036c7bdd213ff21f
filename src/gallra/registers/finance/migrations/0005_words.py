"""Free text is found by its words."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import index_of_words


class Migration(migrations.Migration):
    dependencies = [("finance", "0004_restricted"), ("directory", "0005_words")]

    operations = [index_of_words("finance_agreement", "terms"), index_of_words("finance_line", "text")]
