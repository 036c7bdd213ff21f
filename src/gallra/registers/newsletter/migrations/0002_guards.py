"""Immediate foreign keys; no field without purpose, no kind without system."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_fields, guard_kind, immediate


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial"), ("directory", "0002_guards")]

    operations = [
        immediate("newsletter"),
        guard_fields("newsletter_contact"),
        guard_kind("newsletter_subscription", "newsletter.subscription"),
    ]
