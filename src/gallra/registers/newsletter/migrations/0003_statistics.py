"""The planner's statistics hold values: none of personal text, or it would outlive its rows."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import index_without_statistics, without_statistics


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0002_guards")]

    operations = [
        without_statistics("newsletter_subscription", "source", "token"),
        without_statistics("newsletter_contact", "name", "email", "sources"),
        index_without_statistics("newsletter_contact_sorted"),
    ]
