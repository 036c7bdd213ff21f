from django.db import migrations, models

ERASURES = "UPDATE running_intent SET action = 'erasure.receipt' WHERE email <> ''"


class Migration(migrations.Migration):
    dependencies = [
        ("running", "0002_other_databases"),
    ]

    operations = [
        migrations.AddField(
            model_name="intent",
            name="action",
            field=models.CharField(default="sweep.receipt", max_length=20),
        ),
        migrations.AddField(
            model_name="intent",
            name="values",
            field=models.JSONField(default=dict),
        ),
        migrations.RunSQL(ERASURES, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("system", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=200)),
                (
                    "decision",
                    models.CharField(choices=[("keep", "keep"), ("erase", "erase")], max_length=10),
                ),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField(max_length=32)),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["kind", "key"], name="decision_of_record")],
            },
        ),
    ]
