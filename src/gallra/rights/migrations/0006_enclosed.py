"""Documents of the person's own that do not go into a copy unseen; others' documents that no program can read."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from gallra.registers.migrating import without_statistics


class Migration(migrations.Migration):
    dependencies = [("rights", "0005_documents_and_names")]

    operations = [
        migrations.AlterField("mention", "record", models.TextField()),
        migrations.AlterField("mention", "key", models.TextField()),
        migrations.AlterField("mention", "column", models.CharField(max_length=100)),
        migrations.AddField("mention", "unread", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="Enclosed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=100)),
                ("record", models.TextField()),
                ("table", models.CharField(max_length=100)),
                ("key", models.TextField()),
                (
                    "why",
                    models.CharField(
                        choices=[("names", "names others"), ("unread", "cannot be read by a program")],
                        max_length=10,
                    ),
                ),
                ("count", models.IntegerField(default=0)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "to be decided"),
                            ("send", "is sent as it is"),
                            ("leave out", "is left out"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("by", models.CharField(blank=True, default="", max_length=60)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enclosed",
                        to="rights.request",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        without_statistics("rights_enclosed", "record", "key", "reason", '"by"'),
    ]
