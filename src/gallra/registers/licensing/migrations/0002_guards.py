"""Immediate foreign keys; no kind without system."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_kind, immediate


class Migration(migrations.Migration):
    dependencies = [("licensing", "0001_initial"), ("directory", "0002_guards")]

    operations = [
        immediate("licensing"),
        guard_kind("licensing_licence", "licensing.licence"),
    ]
