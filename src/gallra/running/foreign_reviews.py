"""Decisions of reviews (M17, M18) on records of other databases: intent, act, receipt, and the reason kept here.

The day and the decision are written there, in the columns that the declaration names; the reason, which has no place
there, stands in our own database for as long as the record does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gallra.engine.days import Today
from gallra.engine.execute import again
from gallra.kinds import RecordKind
from gallra.ledger.commitments import commit, new_salt
from gallra.running.foreign import TROUBLE, Foreign, said
from gallra.running.installed import Running
from gallra.running.intents import announce, in_turn, opened, settled
from gallra.running.models import Decision, Intent
from gallra.running.naming import name_of, plain, says_nothing
from gallra.running.reviewing import NotReviewed
from gallra.systems.sql import reviewing
from gallra.systems.sql.database import Failed, ForeignDatabase
from gallra.systems.sql.holds import typed

ACTION = "review"


def refuse(foreign: Foreign, kind: RecordKind, decision: str) -> None:
    """Raise NotReviewed where the declaration has no place for the decision."""
    try:
        reviewing.needed(kind, decision)
    except reviewing.NoColumn as missing:
        raise NotReviewed(
            _(
                "%(kind)s is in another database, and %(file)s names no column for the decision: write %(key)s = "
                '"COLUMN" under [kind.%(kind)s] and adopt again, or decide it there. Nothing was changed.'
            )
            % {"kind": kind.name, "file": foreign.system.kinds, "key": str(missing)}
        ) from None


def decide(
    policy: Running, foreign: Foreign, kind: RecordKind, key: Any, *, body: dict[str, Any], reason: str, by: str,
    now: datetime,
) -> int:  # fmt: skip
    """Announce the decision, write it there, write the receipt and the reason here: the number of the entry. body: what
    its entries say beside the record. Raises NotReviewed where it could not be written now; it stays announced."""
    salt = new_salt()
    whole = {
        **body, "system": foreign.name, "kind": kind.name,
        "reason": commit(reason, salt=salt), "by": commit(by, salt=salt),
        "record": name_of(kind.name, key) if says_nothing(kind) else commit(str(key), salt=salt),
    }  # fmt: skip
    row = announce(
        foreign.name, ACTION, entry="review.intent", body=whole, now=now, policy=policy.rules.version,
        keys=[plain(key)], values={"reason": reason, "by": by, "salt": salt.hex()},
    )  # fmt: skip
    try:
        with foreign.database() as database:
            number = _in_turn(foreign, database, row, now)
    except TROUBLE as trouble:
        raise NotReviewed(
            _("The decision is announced, but not written yet: %(why)s. The next sweep tries again.")
            % {"why": said(trouble)}
        ) from None
    if number is None:
        raise NotReviewed(_("The record has gone in the meantime. There is nothing left to review."))
    return number


def take_up(foreign: Foreign, database: ForeignDatabase, *, now: datetime) -> list[str]:
    """Decisions that were announced in this system and have no receipt; what it refuses, by the error's class."""
    refused: list[str] = []
    for row in opened(foreign.name, ACTION):
        try:
            _in_turn(foreign, database, row, now)
        except Failed as failed:
            refused.append(f"{foreign.name} review: {failed.reason.split()[0]}")
    return refused


def forget(foreign: Foreign, database: ForeignDatabase) -> None:
    """Reasons go with the records they are about."""
    for kind in foreign.kinds.values():
        rows = dict(Decision.objects.filter(kind=kind.name).values_list("pk", "key"))
        keys = {word: typed(kind.table, word) for word in set(rows.values())}
        gone = set(reviewing.gone(database, kind, sorted(key for key in keys.values() if key is not None)))
        lost = [pk for pk, word in rows.items() if keys[word] is None or keys[word] in gone]
        Decision.objects.filter(pk__in=lost).delete()


def _in_turn(foreign: Foreign, database: ForeignDatabase, row: Intent, now: datetime) -> int | None:
    """This one, after those on the same record before it: an old decision never undoes a new one."""
    with in_turn(foreign.name):
        number: int | None = None
        for each in opened(foreign.name, ACTION).filter(body__kind=row.body["kind"], pk__lte=row.pk):
            if each.keys == row.keys:
                number = _carry_out(foreign, database, each, now)
        return number


def _carry_out(foreign: Foreign, database: ForeignDatabase, row: Intent, now: datetime) -> int | None:
    """One of them, with its receipt: its number; None where the record is gone."""
    kind = foreign.kinds.get(str(row.body["kind"]))
    if kind is None:
        settled(row, {"records": 0}, now=now)
        return None
    key = row.keys[0] if isinstance(row.keys[0], int) else typed(kind.table, row.keys[0])
    today, decision = Today.of(row.at, foreign.rules.timezone), str(row.body["decision"])
    try:
        rows = again(database, lambda: reviewing.decide(database, kind, key, decision, today))
    except reviewing.NoColumn:  # the declaration that runs now has no place for it
        settled(row, {"records": 0, "cause": "NoColumn"}, now=now)
        return None
    except Failed as failed:
        if not failed.transient:
            settled(row, {"records": 0, "cause": failed.reason.split()[0]}, now=now)
        raise
    with transaction.atomic():
        number = settled(row, {"records": rows}, now=now)
        if rows and number is not None:
            Decision.objects.create(
                system=foreign.name, kind=kind.name, key=str(row.keys[0]), decision=decision, at=row.at,
                reason=row.values["reason"], by=row.values["by"], salt=bytes.fromhex(row.values["salt"]),
            )  # fmt: skip
    return number if rows else None
