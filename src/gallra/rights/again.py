"""Requests through a restore of the database: what was asked since the backup is not forgotten.

Every entry about a request carries the whole row into the list to replay, sealed. On a restored database the row comes
back as it last was, and with its end what was decided on its way there, by whom and why. What was decided and not yet
carried out does not: it is looked up and decided again, so that nothing is erased on a yes that is lost. Links and the
answer's key do not either: a link is sent anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from gallra.rights.models import Decision, Mention, Named, Request, Twin
from gallra.rights.words import Right, State
from gallra.running import again, replay

DECIDED = "decided"
ROWS: Mapping[str, type[models.Model]] = {
    "decision": Decision, "twin": Twin, "mention": Mention, "named": Named,
}  # fmt: skip
"""What staff decided on a request, by name."""
ENDS = ("answered", "refused", "withdrawn")
"""Events with which a request ends."""


def listen() -> None:
    """From now on a restore brings requests back by this."""
    again.done_by("request", receive_again)


def noted(number: int, request: Request, *, event: str = "") -> None:
    """The request as it is now goes with its entry `number` into the list to replay, in the caller's transaction; with
    its end what was decided, too."""
    sealed = row_of(request)
    if event in ENDS:
        sealed[DECIDED] = {
            name: [
                [row.pk, row_of(row)] for row in model._default_manager.filter(request=request).order_by("pk")
            ]
            for name, model in ROWS.items()
        }
    replay.note(number, keys={"request": request.pk}, sealed=sealed)


def receive_again(line: replay.Line, *, at: datetime) -> None:
    """What a line of the list says a request was, on a restored database and in the caller's transaction. Raises
    Unreadable."""
    said = line.opened()
    values = values_of(Request, said)
    if (
        values["state"] in (State.DECIDING, State.WORKING)
        and not values["step"]
        and values["right"] != Right.STOP
    ):
        values |= {"state": State.DECIDING, "looked_up_at": None, "approved_at": None, "approved_by": ""}
    request, _new = Request.objects.update_or_create(pk=line.keys["request"], defaults=values)
    for name, rows in said.get(DECIDED, {}).items():
        model = ROWS[name]
        model._default_manager.filter(request=request).delete()
        model._default_manager.bulk_create(model(pk=key, **values_of(model, row)) for key, row in rows)


def row_of(row: models.Model) -> dict[str, Any]:
    """A whole row but its key, as it can be sealed."""
    return {field.attname: _plain(field.value_from_object(row)) for field in _fields(type(row))}


def values_of(model: type[models.Model], said: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row that was sealed."""
    return {
        field.attname: _read(field, said[field.attname]) for field in _fields(model) if field.attname in said
    }


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value)
    return field.to_python(value) if value is not None else None
