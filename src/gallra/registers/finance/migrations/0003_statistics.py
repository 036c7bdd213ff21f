"""The planner's statistics hold values: none of personal text, or it would outlive its rows."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import index_without_statistics, without_statistics


class Migration(migrations.Migration):
    dependencies = [("finance", "0002_guards")]

    operations = [
        without_statistics("finance_agreement", "terms"),
        without_statistics(
            "finance_contact", "name", "email", "phone", "title", "address", "town", "sources"
        ),
        without_statistics(
            "finance_invoice",
            "buyer_name",
            "buyer_organisation_number",
            "buyer_address",
            "buyer_reference",
            "buyer_email",
        ),
        without_statistics("finance_line", "text"),
        index_without_statistics("finance_contact_sorted"),
    ]
