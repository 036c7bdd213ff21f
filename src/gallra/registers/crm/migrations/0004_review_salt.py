"""A review keeps the salt of what the ledger says of it."""

from __future__ import annotations

from django.db import migrations, models

from gallra.registers.migrating import without_statistics


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_statistics")]

    operations = [
        migrations.AddField("review", "salt", models.BinaryField(null=True)),
        without_statistics("crm_review", "salt"),
    ]
