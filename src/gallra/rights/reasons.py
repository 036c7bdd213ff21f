"""Why people leave the mailings (S22): asked, never required, kept without the person.

Give it in a transaction of its own, not in that of the request: then not even the database's own marks tell the two
belong together.
"""

from __future__ import annotations

import re
from datetime import date

from django.db.models import QuerySet

from gallra.rights.book import text_of
from gallra.rights.models import StopReason

MARK = "…"
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\+?\d[\d \-/().]{4,}\d")


def give(text: str, *, on: date) -> bool:
    """Keep the reason with its day; whether there was one. Addresses and numbers in it are left out.
    Refused("too_long")."""
    said = _NUMBER.sub(MARK, _ADDRESS.sub(MARK, text_of(text)))
    if not said:
        return False
    StopReason.objects.create(text=said, on=on)
    return True


def given() -> QuerySet[StopReason]:
    """The reasons, the newest day first, within a day in no order that means anything."""
    return StopReason.objects.order_by("-on", "id")
