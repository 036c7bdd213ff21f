"""What is announced in another database and has no receipt yet, kept through a restore of our own: it is still owed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models

from gallra.running import replay
from gallra.running.models import Intent

RECEIPTS = frozenset({"blank", "correction", "erasure.receipt", "review"})
"""Actions whose entries, where they name a system, are receipts of what was announced there."""


def noted(number: int, row: Intent) -> None:
    """The announcement `row`, with its entry `number`, goes into the list to replay; in the caller's transaction."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    sealed = {field.name: _plain(field.value_from_object(row)) for field in fields}
    replay.note(number, keys={"announced": row.pk}, sealed=sealed)


def announce_again(line: replay.Line) -> None:
    """What a line of the list to replay says was announced, on a restored database and in the caller's transaction:
    the next sweep takes it up. Raises Unreadable."""
    said = line.opened()
    known = {field.name: field for field in Intent._meta.concrete_fields}
    Intent.objects.create(
        **{name: _read(known[name], value) for name, value in said.items() if name in known}
    )


def settle_again(body: dict[str, Any]) -> None:
    """A receipt from another database came back: what was announced there is done, or waits for its end."""
    for row in Intent.objects.filter(system=body["system"], batch=0).select_for_update():
        if all(body.get(name) == value for name, value in row.body.items()):
            if body.get("complete", True):
                row.delete()
            else:
                Intent.objects.filter(pk=row.pk).update(rule="waits")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _read(field: models.Field[Any, Any], value: Any) -> Any:
    return field.to_python(value) if value is not None else None
