"""What a statute keeps of somebody who asked for erasure: seen by finance only, and gone when its day has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from gallra.office.records import called
from gallra.office.references import reference
from gallra.office.requests.reviewing import same
from gallra.office.requests.showing import Places
from gallra.rights.models import Request
from gallra.running import persons

MOST = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """A record: the system it stands in, what it is called, and its page."""

    system: str
    kind: str
    called: str
    address: str


def kept_records(request: Request, places: Places, *, now: datetime) -> list[Kept]:
    """The records of the person that the accounting statutes keep; at most `MOST`."""
    found: dict[str, Kept] = {}
    for address in same(request):
        for each in persons.find(address, now=now).systems.values():
            for hit in each.hits:
                if not hit.kind.accounting or hit.part is not None:
                    continue
                place = places.of_table(hit.kind.table.name, hit.kind.name)
                page = reverse("office:record", args=[hit.kind.name, reference(hit.kind, hit.key)])
                found[page] = Kept(place.system, place.what, called(hit.kind, hit.key, None), page)
    return sorted(found.values(), key=lambda one: (one.system, one.kind, one.called))[:MOST]
