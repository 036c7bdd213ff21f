"""Holds: dated exceptions for a record or a person (gallringsstopp).

Setting one takes alone the lock that every batch of a sweep shares, and so waits for one batch at most; then it locks
the record. A batch that begins afterwards sees the hold, one that ran before is done.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from sqlalchemy import select

from gallra.engine.compile import compiled
from gallra.engine.queue import enqueued
from gallra.engine.tables import clause
from gallra.engine.work import HOLDS_LOCK
from gallra.kinds import RecordKind
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.registers.directory import restricting
from gallra.running import foreign, replay
from gallra.running.asking import Unknown, key_of, kind_called
from gallra.running.installed import own_kinds, running
from gallra.running.models import Adoption, Hold
from gallra.systems.connection import OwnDatabase


class NotAHold(Exception):
    """What was asked for is no hold: no ground, an end before its beginning, no address, released already."""


def hold_record(
    kind: str,
    key: str,
    *,
    ground: str,
    now: datetime,
    by: str,
    begins: date | None = None,
    until: date | None = None,
) -> Hold:
    """Hold one record from `begins` (today) through `until` (until it is released). Raises Unknown, NotAHold,
    NoPolicy.
    """
    policy = running()
    found = kind_called(kind, foreign.kinds_of(policy))
    day = now.astimezone(ZoneInfo(policy.rules.timezone)).date()
    _check(ground, begins or day, until)
    with transaction.atomic():
        alone()
        elsewhere = foreign.of_kind(policy, found.name)
        number = foreign.key_of(elsewhere, found, key) if elsewhere else key_of(found, key)
        if number is None or (elsewhere is None and not lock(found, number)):
            raise Unknown(_("There is no such record of %(kind)s.") % {"kind": found.name})
        made = Hold.objects.create(
            system=found.system, kind=found.name, key=str(number), ground=ground.strip(), begins=begins or day,
            until=until, by=by, added_at=now, salt=new_salt(),
        )  # fmt: skip
        _entered(made, "hold.added", now, by, policy.rules.version, record=number)
    return made


def hold_person(
    email: str,
    *,
    ground: str,
    now: datetime,
    by: str,
    begins: date | None = None,
    until: date | None = None,
    restriction: bool = False,
    kinds: Collection[str] | None = None,
) -> Hold:
    """Hold everything that concerns the person with that address, now and as long as the hold lasts. restriction: and
    let nobody change it either, until `lift` (Article 18). kinds: records of these only (None: of all).
    Raises NotAHold, NoPolicy.
    """
    policy = running()
    address = email.strip().lower()
    if "@" not in address or any(letter.isspace() for letter in address):
        raise NotAHold(_("That is not an e-mail address. Nothing was changed."))
    day = now.astimezone(ZoneInfo(policy.rules.timezone)).date()
    _check(ground, begins or day, until)
    with transaction.atomic():
        alone()
        made = Hold.objects.create(
            email=address,
            ground=ground.strip(),
            begins=begins or day,
            until=until,
            by=by,
            added_at=now,
            salt=new_salt(),
            restriction=restriction,
            kinds=None if kinds is None else sorted(kinds),
        )
        if restriction:
            restricting.restrict(address, now=now, kinds=kinds)
        _entered(made, "hold.added", now, by, policy.rules.version)
    return made


def widen(hold: int, *, kinds: Collection[str] | None, now: datetime, by: str) -> None:
    """A restriction's hold is about these kinds as well, or about all, with its block; in the caller's transaction.
    Raises NoPolicy."""
    policy = running()
    alone()
    found = Hold.objects.select_for_update().get(pk=hold)
    same = Hold.objects.filter(salt=bytes(found.salt), restriction=True, released_at=None)
    for each in same.order_by("pk"):
        _widened(each, kinds, now)
    found.refresh_from_db()
    _entered(found, "hold.added", now, by, policy.rules.version)


def _widened(hold: Hold, kinds: Collection[str] | None, now: datetime) -> None:
    if hold.kinds is not None:
        hold.kinds = None if kinds is None else sorted({*hold.kinds, *kinds})
        hold.save(update_fields=["kinds"])
        if hold.restriction:
            restricting.restrict(hold.email, now=now, kinds=kinds)


def release(hold: int, *, now: datetime, by: str) -> Hold:
    """End a hold now. What it kept goes with the next sweep; the address of a person is emptied. Raises NotAHold,
    also for a restriction's; NoPolicy.
    """
    return _released(hold, now=now, by=by, restriction=False)


def lift(hold: int, *, now: datetime, by: str) -> Hold:
    """End a restriction now: its hold, and the block on changes, under a corrected address as well. The caller has
    told the person before. Raises NotAHold, NoPolicy."""
    with transaction.atomic():
        ended = _released(hold, now=now, by=by, restriction=True)
        same = Hold.objects.filter(salt=bytes(ended.salt), restriction=True, released_at=None)
        for number in list(same.values_list("pk", flat=True)):
            _released(number, now=now, by=by, restriction=True)
    return ended


def _released(hold: int, *, now: datetime, by: str, restriction: bool) -> Hold:
    policy = running()
    with transaction.atomic():
        alone()
        found = Hold.objects.select_for_update().filter(pk=hold, released_at=None).first()
        if found is None:
            raise NotAHold(_("There is no hold %(hold)d that could be released.") % {"hold": hold})
        if found.restriction and not restriction:
            raise NotAHold(
                _(
                    "The person has asked that their data is only stored, and must be told before that ends: "
                    "gallra restrictions lift. Nothing was changed."
                )
            )
        if found.restriction:
            _lifted(found)
        _queue_contacts(found, now)
        _entered(found, "hold.released", now, by, policy.rules.version)
        found.released_at, found.released_by, found.email = now, by, ""
        found.save(update_fields=["released_at", "released_by", "email"])
    return found


def _lifted(hold: Hold) -> None:
    """The block ends, and what it kept from being blanked is asked about by the next sweep."""
    restricting.lift(hold.email)
    newest = Adoption.objects.order_by("-at", "-pk").values_list("pk", flat=True)[:1]
    Adoption.objects.filter(pk__in=list(newest)).update(blanked_at=None)


def holds(day: date, *, ended: bool = False) -> QuerySet[Hold]:
    """Holds that are in force or will be, the newest first; with `ended` all."""
    found = Hold.objects.order_by("-pk")
    return found if ended else found.filter(Q(until=None) | Q(until__gte=day), released_at=None)


def alone() -> None:
    """Wait for the batches under way, and let none begin until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({HOLDS_LOCK})")


def lock(kind: RecordKind, key: object) -> bool:
    """Lock the record's row as every verb does; False where there is none."""
    base = clause(kind.table)
    own = base.c[kind.table.key]
    rows = OwnDatabase().rows(compiled("lock", select(own).where(own == key).with_for_update()))
    return bool(rows)


def _queue_contacts(hold: Hold, now: datetime) -> None:
    """Contacts that only the hold kept are asked about again."""
    if not hold.email:
        return
    tables = {kind.contacts.table.name: kind.contacts for kind in own_kinds().values() if kind.contacts}
    for contacts in tables.values():
        own = clause(contacts.table)
        found = select(own.c[contacts.table.key]).where(own.c[contacts.email] == hold.email)
        OwnDatabase().run(compiled("queue", enqueued(contacts.table.name, found, now)))


def _entered(hold: Hold, action: str, now: datetime, by: str, version: str, record: object = None) -> None:
    salt = bytes(hold.salt)
    body: dict[str, object] = {
        "hold": hold.pk, "ground": commit(hold.ground, salt=salt), "by": commit(by, salt=salt),
        "until": hold.until.isoformat() if hold.until else None,
    }  # fmt: skip
    if hold.email:
        body["person"] = commit(hold.email, salt=salt)
    if hold.kind:
        body["kind"] = hold.kind
    if isinstance(record, int):
        body["record"] = record
    if hold.restriction:
        body["restriction"] = True
    number = append(action=action, body=body, now=now, policy=version)
    replay.note(number, keys={"hold": hold.pk}, sealed=_sealed(hold))


def hold_again(line: replay.Line, *, now: datetime) -> None:
    """What a line of the list to replay says of a hold, on a restored database and in the caller's transaction: added
    under its number, or released. Raises Unreadable."""
    said, number = line.opened(), line.keys["hold"]
    salt = bytes.fromhex(said.pop("salt"))
    alone()
    if line.entry["action"] == "hold.added":
        there = Hold.objects.filter(pk=number).first()
        if there is None:
            Hold.objects.create(pk=number, salt=salt, **said)
            if said.get("restriction"):
                restricting.restrict(said["email"], now=now, kinds=said.get("kinds"))
        else:
            for each in Hold.objects.filter(salt=salt, released_at=None):
                _widened(each, said.get("kinds"), now)
        return
    same = Hold.objects.filter(salt=salt, email=said["email"], released_at=None)
    for found in same.select_for_update():
        if found.restriction:
            _lifted(found)
        _queue_contacts(found, now)
        found.released_at, found.released_by, found.email = now, said["by"], ""
        found.save(update_fields=["released_at", "released_by", "email"])


def _sealed(hold: Hold) -> dict[str, object]:
    """A hold as the list to replay keeps it: whole, unreadable without the key."""
    names = (
        "system",
        "kind",
        "key",
        "email",
        "ground",
        "begins",
        "until",
        "by",
        "added_at",
        "restriction",
        "kinds",
    )
    return {name: getattr(hold, name) for name in names} | {"salt": bytes(hold.salt).hex()}


def _check(ground: str, begins: date, until: date | None) -> None:
    if not ground.strip():
        raise NotAHold(_("A hold needs a ground. Nothing was changed."))
    if until is not None and until < begins:
        raise NotAHold(_("The hold ends before it begins. Nothing was changed."))
