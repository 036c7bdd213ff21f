"""The block on restricted people's data is asked once a statement, not once a row (Article 18)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_restricted import guard_restricted_rows


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0005_restricted")]

    operations = [
        guard_restricted_rows("newsletter_contact", "newsletter_contact", by="id", removal=True),
        guard_restricted_rows("newsletter_subscription", "newsletter_contact", removal=True),
        guard_restricted_rows(
            "newsletter_evidence",
            "newsletter_contact",
            by="",
            of=("newsletter_subscription", "subscription_id"),
        ),
    ]
