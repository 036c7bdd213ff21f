"""Since when a sign-in account is closed: its period begins then (gallra.user)."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Now


def closed_now(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Accounts that were inactive before: nobody knows since when, so their period begins today, not earlier."""
    users = apps.get_model("site", "User").objects.using(schema_editor.connection.alias)
    users.filter(is_active=False, closed_at=None).update(closed_at=Now())


class Migration(migrations.Migration):
    dependencies = [("site", "0001_initial")]

    operations = [
        migrations.AddField("user", "closed_at", models.DateTimeField(blank=True, db_index=True, null=True)),
        migrations.RunPython(closed_now, migrations.RunPython.noop),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=models.Q(is_active=True, closed_at=None)
                | models.Q(is_active=False, closed_at__isnull=False),
                name="user_closed_when_inactive",
            ),
        ),
    ]
