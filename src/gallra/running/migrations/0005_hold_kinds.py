"""A hold on a person may be about some record kinds only."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("running", "0004_restrictions")]

    operations = [migrations.AddField("hold", "kinds", models.JSONField(null=True))]
