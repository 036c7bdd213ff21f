"""What becomes of documents that mention somebody, and of others' names in the texts of whoever asks for a copy."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from gallra.registers.migrating import without_statistics


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0004_breach_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mention",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "to be decided"),
                    ("include redacted", "is included, others' data redacted"),
                    ("include document", "is included whole"),
                    ("blank", "is blanked"),
                    ("remove", "is removed"),
                    ("leave", "is left"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Named",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=60)),
                ("count", models.IntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("hide", "is hidden"), ("show", "is shown")], default="hide", max_length=10
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("by", models.CharField(blank=True, default="", max_length=60)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="named", to="rights.request"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        without_statistics("rights_named", "key", "reason", '"by"'),
    ]
