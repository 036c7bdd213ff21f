"""Immediate foreign keys; case numbers; no field without purpose, no kind without system."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_fields, guard_kind, immediate


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("directory", "0002_guards")]

    operations = [
        immediate("support"),
        migrations.RunSQL(
            "CREATE SEQUENCE support_case_number START 10001", "DROP SEQUENCE support_case_number"
        ),
        guard_fields("support_contact"),
        guard_kind("support_case", "support.case"),
        guard_kind("support_account", "support.account"),
        guard_kind("support_suggestion", "support.suggestion"),
    ]
