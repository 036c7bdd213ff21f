"""The data of a restricted person is not changed (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_restricted


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0004_confirmed"), ("directory", "0004_restricted")]

    operations = [
        guard_restricted("newsletter_contact", "newsletter_contact", by="id", removal=True),
        guard_restricted("newsletter_subscription", "newsletter_contact", removal=True),
        guard_restricted(
            "newsletter_evidence",
            "newsletter_contact",
            by="",
            of=("newsletter_subscription", "subscription_id"),
        ),
    ]
