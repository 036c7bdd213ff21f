"""A correction to an address that another contact has already: the two would become one.

Whether they are the same person is for staff to say, as of any likeness (`Twin`), with a reason. The same: they are
merged when the correction is carried out. Somebody else: it cannot be carried out so, and is refused or corrected to
another address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gallra.engine.person.find import contacts_of
from gallra.rights import book
from gallra.rights.models import Request, Twin
from gallra.rights.words import Right, State, TwinVerdict
from gallra.running import persons
from gallra.systems.connection import OwnDatabase

ADDRESS = "address"
"""In what such a contact is alike: it has the address that the person wants."""
DOUBLE = "double"
"""Why a merge was put back: both contacts have what there can be one of."""
CLASH = "clash"
"""Why a correction was put back: somebody took the new address after the yes."""


def note(request: Request) -> None:
    """List the contacts that have the address the person wants, for staff to decide on, in the caller's transaction;
    those that no longer stand in the way go from the list. Raises NoPolicy."""
    there = _there(request.address, request.wishes) if request.right == Right.RECTIFICATION else set()
    known = {(twin.table, twin.key): twin for twin in request.twins.all()}
    for place, twin in known.items():
        if ADDRESS not in twin.alike or place in there:
            continue
        twin.alike = [word for word in twin.alike if word != ADDRESS]
        if twin.alike:
            twin.save(update_fields=["alike"])
        else:
            twin.delete()
    for table, key in sorted(there - set(known)):
        Twin.objects.create(request=request, table=table, key=key, alike=[ADDRESS])
    for place in there & set(known):
        twin = known[place]
        if ADDRESS not in twin.alike:
            twin.alike = [*twin.alike, ADDRESS]
            twin.save(update_fields=["alike"])


def agreed(request: Request) -> bool:
    """Whether staff have said of every contact with the new address that it is the same person's."""
    verdicts = _verdicts(request)
    return bool(verdicts) and all(verdict == TwinVerdict.SAME for verdict in verdicts)


def refused(request: Request) -> bool:
    """Whether staff have said of one that it is somebody else's."""
    return TwinVerdict.OTHER in _verdicts(request)


def put_back(request: Request, *, now: datetime) -> None:
    """A correction that the registers did not admit: nothing of it was done, and staff decide again. `Request.result`
    says why ("put back"): CLASH or DOUBLE."""
    with transaction.atomic():
        found = book.locked(request.pk)
        found.state, found.approved_at, found.approved_by = State.DECIDING, None, ""
        found.automatic = False
        note(found)
        undecided = found.twins.filter(alike__contains=[ADDRESS], verdict=TwinVerdict.UNDECIDED).exists()
        found.result = {**found.result, "put back": CLASH if undecided else DOUBLE}
        found.save(update_fields=["state", "approved_at", "approved_by", "automatic", "result"])
        book.entered(found, "put back", now=now)


def _verdicts(request: Request) -> list[str]:
    return list(request.twins.filter(alike__contains=[ADDRESS]).values_list("verdict", flat=True))


def _there(address: str, wishes: Mapping[str, str]) -> set[tuple[str, str]]:
    """Contacts with the new address, by table and key, in the registers that know the person."""
    if not wishes.get("email"):
        return set()
    try:
        planned = persons.plan_correction(address, {"email": wishes["email"]})
        new = persons.address_of(wishes["email"])
    except (persons.CannotCorrect, persons.NotAnAddress):
        return set()
    tables = {change.table for change in planned.states("clash")}
    if not tables:
        return set()
    found = contacts_of(OwnDatabase(), persons.own_people(), new)
    return {(each.of.table.name, str(each.key)) for each in found if each.of.table.name in tables}
