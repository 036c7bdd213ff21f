"""Immediate foreign keys; case numbers; no field without purpose, no kind without system."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_fields, guard_kind, immediate


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial"), ("directory", "0002_guards")]

    operations = [
        immediate("crm"),
        migrations.RunSQL("CREATE SEQUENCE crm_case_number START 50001", "DROP SEQUENCE crm_case_number"),
        guard_fields("crm_contact"),
        guard_kind("crm_relation", "crm.customer", "NEW.role = 'customer'"),
        guard_kind("crm_relation", "crm.prospect", "NEW.role = 'prospect'"),
        guard_kind("crm_relation", "crm.partner", "NEW.role = 'partner'"),
    ]
