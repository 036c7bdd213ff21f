"""Which language somebody reads, as far as they have said so: that of their last request, else of their newest
subscription.
"""

from __future__ import annotations

from collections.abc import Collection

from gallra.registers.newsletter.models import Subscription
from gallra.rights.models import Request

LANGUAGES = ("sv", "en")


def known(addresses: Collection[str]) -> dict[str, str]:
    """The language of each of these people who has said one; two statements."""
    wanted = [address for address in addresses if address]
    subscribed = Subscription.objects.filter(contact__email__in=wanted).order_by("asked_at", "pk")
    asked = Request.objects.filter(address__in=wanted).order_by("received_at", "pk")
    found = dict(subscribed.values_list("contact__email", "language"))
    found |= dict(asked.values_list("address", "language"))
    return {str(address): said for address, said in found.items() if said in LANGUAGES}
