"""A restriction may be about some record kinds only: what an objection contests (Article 18(1)(d))."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rights", "0006_enclosed")]

    operations = [migrations.AddField("restriction", "kinds", models.JSONField(null=True))]
