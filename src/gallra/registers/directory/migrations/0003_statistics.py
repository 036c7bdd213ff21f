"""The planner's statistics hold values: none of personal text, or it would outlive its rows."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import index_without_statistics, without_statistics


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_guards")]

    operations = [
        without_statistics(
            "directory_company",
            "name",
            "organisation_number",
            "address",
            "town",
            "business_system",
            "sources",
        ),
        index_without_statistics("company_sorted"),
    ]
