"""The cases that are not closed are found without those that are."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("support", "0005_words")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["last_contact_at", "id"],
                condition=Q(archived_at__isnull=True) & ~Q(status="closed"),
                name="case_unfinished",
            ),
        ),
    ]
