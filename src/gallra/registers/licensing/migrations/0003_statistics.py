"""The planner's statistics hold values: none of personal text, or it would outlive its rows."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import without_statistics


class Migration(migrations.Migration):
    dependencies = [("licensing", "0002_guards")]

    operations = [
        without_statistics("licensing_licence", "number"),
    ]
