"""Who of the staff a case names: "user:7" of the verbs, as colleagues call them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gallra.site.models import User


def colleagues(actors: Iterable[str | None]) -> dict[str, str]:
    """Names by actor, in one query; what is no colleague's stays as it is written."""
    asked = {actor for actor in actors if actor}
    keys = {actor: int(actor[5:]) for actor in asked if actor.startswith("user:") and actor[5:].isdigit()}
    known = User.objects.in_bulk(set(keys.values())) if keys else {}
    named = {actor: actor for actor in asked}
    for actor, key in keys.items():
        user = known.get(key)
        named[actor] = (user.name or str(user.get_role_display())) if user else _("somebody who has left")
    return named
