"""Whom a breach concerns: found by query in our own registers and in every other database of the policy. What cannot be
asked stays named, with the statement that somebody there can run, until it answers or staff have listed its people by
hand.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from gallra.kinds import Text
from gallra.mail import sending
from gallra.registers.errors import Refused as NoAddress
from gallra.rights import breaches
from gallra.rights.errors import Refused
from gallra.rights.models import Affected, Breach
from gallra.running import foreign, touching
from gallra.running.installed import running

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A system that did not answer when it was asked. title: what the policy calls it; kinds: which of the breach's
    record kinds stand there; statements: what lists their people, one address a row, in plain SQL."""

    system: str
    title: Text
    kinds: tuple[str, ...]
    statements: tuple[str, ...]


def look(number: int, *, by: str, now: datetime) -> Mapping[str, int]:
    """Ask every system whom the breach's record kinds concern, and list them; how many by kind. Again adds only who has
    come since. Of what did not answer `not_asked` tells. Refused("unknown_breach", "breach_closed")."""
    found = Breach.objects.filter(pk=number).first()
    asked = touching.everywhere(running(), found.kinds if found else ())
    with transaction.atomic():
        breach = breaches.locked(number)
        _list(breach, frozenset().union(*asked.people.values()))
        counts = {name: len(each) for name, each in asked.people.items()}
        breaches.step(
            breach, "looked", text=_found_words(counts, asked.troubles), by=by, now=now,
            people=breach.affected.count(), systems=sorted(asked.troubles),
        )  # fmt: skip
    return counts


def look_again(breach: Breach) -> None:
    """The same without a step, in the caller's transaction: after a restore."""
    asked = touching.everywhere(running(), breach.kinds)
    _list(breach, frozenset().union(*asked.people.values()))
    for system in asked.troubles:
        log.warning("breach %d: %s could not be asked; look up its people again", breach.pk, system)


def list_by_hand(number: int, addresses: Iterable[str], *, by: str, now: datetime, system: str = "") -> int:
    """List people whom somebody has found without us; how many are new. system: the one that could not be asked, and is
    seen to with this; empty for a paper, a file or whatever else. Refused("unknown_breach", "breach_closed",
    "not_an_address", "nobody_to_list", "asked_already")."""
    people = frozenset(_address(each) for each in addresses if each.strip())
    if not people and not system:
        raise Refused("nobody_to_list")
    with transaction.atomic():
        breach = breaches.locked(number)
        waiting = {each.system: each.title for each in not_asked(breach)}
        if system and system not in waiting:
            raise Refused("asked_already")
        before = breach.affected.count()
        _list(breach, people)
        new = breach.affected.count() - before
        said = _listed_words(len(people), waiting[system] if system else None)
        more = {"system": system} if system else {}
        breaches.step(
            breach, "listed", text=said, by=by, now=now, listed=sorted(people), people=before + new, **more
        )
    return new


def is_address(given: str) -> bool:
    """Whether it can be an e-mail address."""
    try:
        return bool(sending.address_of(given))
    except NoAddress:
        return False


def put_back(breach: Breach, addresses: Iterable[str]) -> None:
    """People who had been listed by hand, in the caller's transaction: after a restore."""
    _list(breach, frozenset(addresses))


def not_asked(breach: Breach) -> list[NotAsked]:
    """Systems that did not answer when they were asked last, and whose people nobody has listed by hand since."""
    waiting: dict[str, None] = {}
    for entry in breaches.receipts(breach.pk).filter(body__event__in=("looked", "listed")):
        if entry.body["event"] == "looked":
            waiting = dict.fromkeys(entry.body.get("systems", ()))
        else:
            waiting.pop(entry.body.get("system", ""), None)
    if not waiting:
        return []
    known = {each.name: each for each in foreign.systems(running())}
    return [_told(known[name], breach.kinds) for name in waiting if name in known]


def _told(system: foreign.Foreign, kinds: Collection[str]) -> NotAsked:
    mine = tuple(name for name in kinds if name in system.kinds)
    statements = tuple(text for name in mine for text in touching.statements(system.kinds[name]))
    title = system.system.title or Text(system.name, system.name)
    return NotAsked(system.name, title, mine, tuple(dict.fromkeys(statements)))


def _list(breach: Breach, people: Collection[str]) -> None:
    Affected.objects.bulk_create(
        [Affected(breach=breach, address=address) for address in sorted(people)],
        batch_size=2000, ignore_conflicts=True,
    )  # fmt: skip


def _address(given: str) -> str:
    try:
        return sending.address_of(given)
    except NoAddress:
        raise Refused("not_an_address") from None


def _found_words(counts: Mapping[str, int], troubles: Mapping[str, Text]) -> str:
    """How many people were found, by record kind, and what did not answer, in the controller's language."""
    language, kinds = running().policy.controller.language, foreign.kinds_of(running())
    with override(language):
        none = "" if troubles else _("No record kind is named.")
        found = ", ".join(f"{kinds[name].noun.many[language]}: {count}" for name, count in counts.items())
        lines = [
            found or none,
            *(_("Not asked: %(why)s") % {"why": why[language]} for why in troubles.values()),
        ]
        return breaches.capital("\n".join(filter(None, lines)))


def _listed_words(count: int, system: Text | None) -> str:
    language = running().policy.controller.language
    with override(language):
        said: str | Promise = ngettext(
            "%(count)d person listed by hand.", "%(count)d people listed by hand.", count
        ) % {"count": count}
        return f"{system[language]}: {said}" if system else str(said)
