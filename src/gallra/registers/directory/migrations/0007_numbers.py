"""Telephone numbers in texts and documents are found by the index of their words."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_numbers import numbers_of_texts


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_words_cost")]

    operations = [numbers_of_texts()]
