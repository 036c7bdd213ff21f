"""People whose data is restricted (Article 18)."""

from __future__ import annotations

from django.db import migrations, models

from gallra.registers.migrating import without_statistics


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_statistics")]

    operations = [
        migrations.CreateModel(
            name="Restricted",
            fields=[
                ("email", models.TextField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": "directory_restricted"},
        ),
        without_statistics("directory_restricted", "email"),
    ]
