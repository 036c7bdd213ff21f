"""Telling people of a breach (Article 34): each once, in the language they read where that is known.

What they are told is kept with the breach; a job writes to them, in batches of one transaction each. Killed and begun
again, it writes to the rest: nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from gallra.mail import sending
from gallra.rights import breaches, jobs, languages
from gallra.rights.book import reason_of, text_of
from gallra.rights.complaining import complaint
from gallra.rights.errors import Refused
from gallra.rights.models import Affected, Breach, BreachMessage
from gallra.running.installed import running

BATCH = 500
"""Messages in one transaction."""


@dataclass(frozen=True, slots=True)
class Words:
    """What people are told, in one language: what happened, what it may lead to, what is done about it (Article
    34(2))."""

    message: str
    consequences: str = ""
    measures: str = ""


def tell(
    number: int, *, message: str, by: str, now: datetime, also: Mapping[str, Words] | None = None,
    people: int | None = None,
) -> int:  # fmt: skip
    """Have everybody written to whom it concerns and who has not been told, by a job: `message` in the controller's
    language, with the consequences and measures that the breach has; also: the same in the other language.

    people: how many whoever says so was shown. How many there are. Refused("unknown_breach", "breach_closed",
    "reason_needed", "too_long", "others_to_tell" where there are others than were shown). Raises NoPolicy.
    """
    first: str = running().policy.controller.language
    said: dict[str, Words] = {first: Words(reason_of(message))}
    for language, words in (also or {}).items():
        checked = Words(reason_of(words.message), text_of(words.consequences), text_of(words.measures))
        said.setdefault(language, checked)
    with transaction.atomic():
        breach = breaches.locked(number)
        waiting: int = _waiting(breach).count()
        if people is not None and people != waiting:
            raise Refused("others_to_tell")
        said[first] = Words(said[first].message, breach.consequences, breach.measures)
        kept = [_keep(breach, language, words, by, now) for language, words in said.items()]
        text = "\n\n".join(words.message for words in said.values())
        breaches.step(breach, "telling", text=text, by=by, now=now, messages=kept)
        jobs.start_telling(number)
    return waiting


def send(number: int, *, now: datetime) -> int:
    """Write to whoever has not been told, what was last decided to tell; how many. Nothing where nobody has decided to
    tell anybody, or the breach is closed. Raises NoPolicy."""
    total = 0
    while done := _send_some(number, now):
        total += done
    return total


def take_up(now: datetime, *, late: timedelta) -> int:
    """Ask again for the job of those who were to be told longer than `late` ago and are not: it was lost. How many
    breaches. Who was listed after that is not written to before staff say so again."""
    done = 0
    waiting = Affected.objects.filter(breach=OuterRef("pk"), told_at=None).exclude(address="")
    asked = BreachMessage.objects.filter(breach=OuterRef("pk"))
    found = Breach.objects.filter(Exists(waiting), Exists(asked), closed_at=None)
    for breach in found.exclude(messages__at__gt=now - late).order_by("pk"):
        events = breaches.receipts(breach.pk).filter(body__event__in=("telling", "looked"))
        newest = events.order_by("-number").first()
        if newest is not None and newest.body["event"] == "telling":
            done += jobs.tell_again(breach.pk)
    return done


def _waiting(breach: Breach) -> Any:
    return breach.affected.filter(told_at=None).exclude(address="")


def _keep(breach: Breach, language: str, words: Words, by: str, now: datetime) -> BreachMessage:
    return BreachMessage.objects.create(
        breach=breach, at=now, language=language, message=words.message, consequences=words.consequences,
        measures=words.measures, by=by,
    )  # fmt: skip


def _send_some(number: int, now: datetime) -> int:
    with transaction.atomic():
        breach = Breach.objects.select_for_update().filter(pk=number, closed_at=None).first()
        said = parts(breach) if breach else {}
        if breach is None or not said:
            return 0
        rows: list[Affected] = list(_waiting(breach).select_for_update().order_by("pk")[:BATCH])
        read = languages.known([row.address for row in rows])
        for row in rows:
            row.mail, row.told_at = _post(number, row.address, read.get(row.address, ""), said, now), now
        Affected.objects.bulk_update(rows, ["mail", "told_at"])
        if rows:
            breaches.entered(breach, "told", now=now, people=len(rows), told=rows)
    return len(rows)


def _post(number: int, address: str, read: str, said: Mapping[str, dict[str, Any]], now: datetime) -> int:
    """One message; its number. read: the language that is known, or "": then every language there is."""
    shown = [said[read]] if read in said else list(said.values())
    sent = sending.post(
        to=address, text="rights/breach", language=shown[0]["language"], context={"parts": shown}, now=now,
        about=f"rights.breach {number}",
    )  # fmt: skip
    return int(sent.pk)


def parts(breach: Breach) -> dict[str, dict[str, Any]]:
    """What was last decided to tell, by language, the controller's first."""
    newest = breach.messages.order_by("-at").first()
    if newest is None:
        return {}
    who = running().policy.controller
    contact = (who.officer.email if who.officer else None) or who.email or ""
    return {
        row.language: {
            "language": row.language, "message": row.message, "consequences": row.consequences,
            "measures": row.measures, "controller": who.name, "contact": contact, **complaint(row.language),
        }
        for row in breach.messages.filter(at=newest.at).order_by("pk")
    }  # fmt: skip
