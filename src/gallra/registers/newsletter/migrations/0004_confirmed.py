"""Whether a subscription is confirmed, as a column: the rule for those that never were begins at its partial index."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0003_statistics")]

    operations = [
        migrations.AddField(
            "subscription",
            "confirmed",
            models.GeneratedField(
                expression=models.ExpressionWrapper(
                    models.Q(confirmed_at__isnull=False), output_field=models.BooleanField()
                ),
                output_field=models.BooleanField(),
                db_persist=True,
            ),
        ),
        # Django leaves the constraint out for generated columns; it is never empty.
        migrations.RunSQL(
            "ALTER TABLE newsletter_subscription ALTER COLUMN confirmed SET NOT NULL", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            "subscription",
            models.Index(
                fields=["asked_at", "id"],
                condition=models.Q(confirmed=False),
                name="subscription_unconfirmed",
            ),
        ),
    ]
