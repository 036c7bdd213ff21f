"""Restrictions, disclosures, notices and breaches through a restore of the database: what was entered since the backup
comes back.

As with requests (again.py): each entry of the ledger carries the rows it tells of into the list to replay, sealed, for
they hold addresses and words that people wrote. Whom a breach concerns is not carried, for it may be everybody: the
restored registers are asked again. Who was told of it is, so that nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from gallra.mail.models import Outgoing
from gallra.rights.again import row_of, values_of
from gallra.rights.models import Affected, Breach, BreachMessage, BreachStep, Disclosure, Notice, Restriction
from gallra.running import again, erasures, replay

MESSAGES = "messages"
TOLD_BY = "rights/lifting"
"""The text that tells a person that their restriction ends."""
ROWS: Mapping[str, type[models.Model]] = {
    "disclosure": Disclosure, "notice": Notice, "breach": Breach, "step": BreachStep,
    "restriction": Restriction,
}  # fmt: skip
"""Whole rows that a line may carry, by name, in the order in which they come back: a step belongs to its breach."""


def listen() -> None:
    """From now on a restore brings these back, and whoever is erased is forgotten here too."""
    again.done_by("disclosure", put_back)
    again.done_by("notice", put_back)
    again.done_by("breach", put_back)
    again.done_by("restriction", put_back)
    erasures.forgotten_by(_forget)


def noted(
    number: int, rows: Mapping[str, models.Model], *, told: Iterable[Affected] = (),
    messages: Iterable[BreachMessage] = (), listed: Iterable[str] = (),
) -> None:  # fmt: skip
    """The rows go with their entry `number` into the list to replay, in the caller's transaction. rows: by the names of
    `ROWS`; told: people who have been written to; messages: what they are told; listed: people whom staff have listed
    by hand."""
    sealed: dict[str, Any] = {name: row_of(row) for name, row in rows.items()}
    people = [[row.pk, row.address, row.mail, row.told_at] for row in told]
    if people:
        sealed["told"] = people
    if said := [row_of(message) for message in messages]:
        sealed[MESSAGES] = said
    if by_hand := list(listed):
        sealed["listed"] = by_hand
    replay.note(number, keys={name: row.pk for name, row in rows.items()}, sealed=sealed)


def put_back(line: replay.Line, *, at: datetime) -> None:
    """What a line of the list says, on a restored database and in the caller's transaction. Raises Unreadable."""
    said, keys = line.opened(), line.keys
    for name, model in ROWS.items():
        if name in keys:
            values = values_of(model, said[name])
            if model is Restriction:
                values |= _untold(values)
            model._default_manager.update_or_create(pk=keys[name], defaults=values)
    if line.entry["action"] == "breach":
        _whom(line.entry["body"], said, at)


def _untold(values: Mapping[str, Any]) -> dict[str, Any]:
    """The message that says when a restriction ends may be lost with the database: unless it is known to have gone, or
    is still there, the person is written to again (restriction.lift_due)."""
    there = Outgoing.objects.filter(pk=values["mail"], text=TOLD_BY, address=values["address"])
    return {} if values["told_at"] is not None or there.exists() else {"mail": None}


def _whom(body: Mapping[str, Any], said: Mapping[str, Any], at: datetime) -> None:
    """Whom the breach concerns: asked again. What they are told, and who had been told, as they were."""
    from gallra.rights import breach_affected

    if body["event"] == "looked":
        breach_affected.look_again(Breach.objects.get(pk=body["breach"]))
    if said.get("listed"):
        breach_affected.put_back(Breach.objects.get(pk=body["breach"]), said["listed"])
    for values in said.get(MESSAGES, ()):
        row = values_of(BreachMessage, values)
        BreachMessage.objects.update_or_create(
            breach_id=row["breach_id"], at=row["at"], language=row["language"], defaults=row
        )
    for _number, address, mail, told_at in said.get("told", ()):
        Affected.objects.update_or_create(
            breach_id=body["breach"], address=address, defaults={"mail": mail, "told_at": told_at or at}
        )


def _forget(address: str) -> None:
    from gallra.rights import breaches, disclosures, opened

    disclosures.forget(address)
    opened.forget(address)
    breaches.forget(address)
