"""Cases of which support is to be mailed."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_words")]

    operations = [
        migrations.CreateModel(
            name="CaseNews",
            fields=[
                ("case", models.BigIntegerField(primary_key=True, serialize=False)),
                ("opened", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
    ]
