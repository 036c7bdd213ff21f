"""The words of texts, for PostgreSQL's full-text search."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import words_of_texts


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_restricted")]

    operations = [words_of_texts()]
