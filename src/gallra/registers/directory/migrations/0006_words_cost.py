"""What the words of a text cost: the index over them is always cheaper."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import cost_of_words


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_words")]

    operations = [cost_of_words()]
