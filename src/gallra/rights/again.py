"""Requests through a restore of the database: what was asked since the backup is not forgotten.

Every entry about a request carries the whole row into the list to replay, sealed. On a restored database the row comes
back as it last was; what hung on it (links, decisions, the answer's key) does not: a link is sent anew, what was
decided and not yet carried out is looked up and decided again, so that nothing is erased on a yes that is lost.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from gallra.rights.models import Request
from gallra.rights.words import Right, State
from gallra.running import again, replay


def listen() -> None:
    """From now on a restore brings requests back by this."""
    again.done_by("request", receive_again)


def noted(number: int, request: Request) -> None:
    """The request as it is now goes with its entry `number` into the list to replay, in the caller's transaction."""
    sealed = {field.name: _plain(field.value_from_object(request)) for field in _fields()}
    replay.note(number, keys={"request": request.pk}, sealed=sealed)


def receive_again(line: replay.Line, *, at: datetime) -> None:
    """What a line of the list says a request was, on a restored database and in the caller's transaction. Raises
    Unreadable."""
    said = line.opened()
    values = {field.name: _read(field, said[field.name]) for field in _fields() if field.name in said}
    if (
        values["state"] in (State.DECIDING, State.WORKING)
        and not values["step"]
        and values["right"] != Right.STOP
    ):
        values |= {"state": State.DECIDING, "looked_up_at": None, "approved_at": None, "approved_by": ""}
    Request.objects.update_or_create(pk=line.keys["request"], defaults=values)


def _fields() -> list[models.Field[Any, Any]]:
    return [field for field in Request._meta.concrete_fields if not field.primary_key]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value)
    return field.to_python(value) if value is not None else None
