"""Holds by which a restriction keeps what it restricts (Article 18)."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("running", "0003_intents_and_decisions")]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="restriction",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
