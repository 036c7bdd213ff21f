"""Whoever has the same telephone number is found by an index."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q

from gallra.registers.bases import Digits
from gallra.registers.migrating import index_without_statistics


class Migration(migrations.Migration):
    dependencies = [("crm", "0007_words")]

    operations = [
        migrations.AddIndex(
            "contact",
            models.Index(Digits(F("phone")), name="crm_contact_digits", condition=Q(phone__isnull=False)),
        ),
        index_without_statistics("crm_contact_digits"),
    ]
