"""What the registers' apps have in common."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import AppConfig
from django.utils.functional import lazy
from django.utils.translation import get_language

from gallra.kinds import Table, Text


def _said(text: Text) -> str:
    return text["sv" if (get_language() or "sv").startswith("sv") else "en"]


_lazily = lazy(_said, str)


class RegisterConfig(AppConfig):
    """A register: its models' fields bear the titles of the declaration, so that there is one list of words."""

    default = False
    default_auto_field = "django.db.models.BigAutoField"

    def tables(self) -> Iterable[Table]:
        """The declared tables of this app, the supporting ones too."""
        from gallra.systems import own

        return [table for table in own.tables().values() if table.name.startswith(f"{self.label}_")]

    def ready(self) -> None:
        models = {model._meta.db_table: model for model in self.get_models()}
        for table in self.tables():
            for column in table.columns:
                for field in models[table.name]._meta.concrete_fields:
                    if field.column == column.name:
                        field.verbose_name = _lazily(column.title)
