"""Of a person whose restriction is about some record kinds only, rows of these are not changed (Article 18(1)(d))."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_kinds import restrict_kinds


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0006_restricted_rows"), ("directory", "0008_restricted_kinds")]

    operations = [
        restrict_kinds("newsletter_contact", "newsletter_contact", by="id", removal=True),
        restrict_kinds(
            "newsletter_subscription", "newsletter_contact", kind="newsletter.subscription", removal=True
        ),
        restrict_kinds(
            "newsletter_evidence",
            "newsletter_contact",
            kind="newsletter.subscription",
            by="",
            of=("newsletter_subscription", "subscription_id"),
        ),
    ]
