"""Reviews that fall due when a customer's last agreement ends are found without reading the relations."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0004_review_salt")]

    operations = [
        migrations.AddIndex(
            "relation",
            models.Index(fields=["company", "role", "reviewed_at", "id"], name="relation_company_reviewed"),
        ),
    ]
