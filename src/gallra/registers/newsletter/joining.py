"""A sign-up that its person has confirmed: until then the register knows nothing of it (double opt-in; M4, M9, S4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.newsletter.actions import add_topic, address_hash, confirm, subscribe
from gallra.registers.newsletter.models import Subscription, Suppression, Topic
from gallra.registers.people import normal_email
from gallra.registers.verbs import needed, verb

FIRST = {"code": "news", "title_sv": "Nyheter", "title_en": "News"}
"""The topic that there is as soon as somebody signs up and nobody has made any."""


@verb
def join(
    person: Person,
    *,
    topics: Sequence[str] = (),
    firm: Firm | None = None,
    wording: str,
    language: str = "sv",
    origin: Origin,
    asked_at: datetime,
    key: bytes,
    actor: str,
    now: datetime,
) -> list[Subscription]:
    """Subscribe somebody who asked for it then and has confirmed it now; an earlier objection of theirs ends.

    topics: codes; none are all that there are. Those out of use by now are left out. Twice is once.
    Refused("missing", "unknown_topic", "not_an_address", "field_without_purpose", "restricted").
    """
    needed(email=person.email, wording=wording)
    if not Topic.objects.exists():
        add_topic(**FIRST, actor=actor, now=now)
    wanted = Topic.objects.filter(active=True, **({"code__in": topics} if topics else {}))
    codes = list(wanted.order_by("pk").values_list("code", flat=True))
    if not codes:
        raise Refused("unknown_topic", "topics")
    asked = subscribe(
        person, topics=codes, firm=firm, wording=wording, language=language, origin=origin, key=key, actor=actor,
        now=asked_at,
    )  # fmt: skip
    done = [
        confirm(each.token, key=key, actor=actor, now=now) if each.token else each.subscription
        for each in asked
    ]
    # Where every subscription was running and only the office had stopped the address, no `confirm` has lifted it.
    Suppression.objects.filter(pk=address_hash(normal_email(person.email or ""), key=key)).delete()
    return done
