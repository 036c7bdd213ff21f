"""Breaches of personal data: a register with the 72-hour clock (Article 33), whom they concern
(breach_affected.py), and messages to them (Article 34; breach_telling.py). Each step is written down, and is an entry
of the ledger in numbers. The report to the authority: breach_report.py.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Model, Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise

from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.ledger.models import Entry
from gallra.mail import sending
from gallra.rights import registered_again
from gallra.rights.book import reason_of, text_of
from gallra.rights.errors import Refused
from gallra.rights.models import Affected, Breach, BreachMessage, BreachStep
from gallra.running import foreign
from gallra.running.installed import running

log = logging.getLogger(__name__)
CLOCK = timedelta(hours=72)
"""From when it is known until the authority is told (Article 33(1))."""
REMINDERS = (48, 24, 6, 0)
"""Staff are reminded so many hours before the clock runs out, and when it has."""
Risk = Breach.Risk


@dataclass(frozen=True, slots=True)
class Standing:
    """A breach and its clock. left: hours until the authority must be told, negative after; None once it has been told,
    or where no risk makes that needless. affected, told: people."""

    breach: Breach
    left: float | None
    affected: int
    told: int


def enter(
    *, what: str, known_at: datetime, by: str, now: datetime, kinds: Collection[str] = (),
    happened_at: datetime | None = None,
) -> Breach:  # fmt: skip
    """Write down a breach: its clock runs from `known_at`. Refused("reason_needed", "received_later", "not_a_kind",
    "too_long"). Raises NoPolicy."""
    said = reason_of(what)
    if known_at > now or (happened_at is not None and happened_at > known_at):
        raise Refused("received_later")
    _declared(kinds)
    with transaction.atomic():
        made = Breach.objects.create(
            what=said, known_at=known_at, happened_at=happened_at, kinds=sorted(kinds), entered_at=now,
            entered_by=by, salt=new_salt(),
        )  # fmt: skip
        step(made, "entered", text=said, by=by, now=now, known=known_at.isoformat())
    return made


def note(number: int, *, text: str, by: str, now: datetime) -> BreachStep:
    """A step that was taken. Refused("unknown_breach", "breach_closed", "reason_needed", "too_long")."""
    said = reason_of(text)
    with transaction.atomic():
        return step(locked(number), "noted", text=said, by=by, now=now)


def judge(
    number: int, *, risk: str, by: str, now: datetime, consequences: str = "", measures: str = "",
    kinds: Collection[str] | None = None,
) -> Breach:  # fmt: skip
    """What it means for the people, what is done about it, and which record kinds it touched, where that is known
    better now. Refused("unknown_breach", "breach_closed", "not_a_risk", "not_a_kind", "too_long")."""
    if risk not in Risk.values:
        raise Refused("not_a_risk")
    _declared(kinds or ())
    with transaction.atomic():
        found = locked(number)
        found.risk = risk
        found.consequences = text_of(consequences) or found.consequences
        found.measures = text_of(measures) or found.measures
        found.kinds = found.kinds if kinds is None else sorted(kinds)
        found.save(update_fields=["risk", "consequences", "measures", "kinds"])
        text = "\n".join(
            filter(None, (_in_words(Risk(risk).label), text_of(consequences), text_of(measures)))
        )
        step(found, "judged", text=text, by=by, now=now)
    return found


def reported(
    number: int, *, at: datetime, by: str, now: datetime, reference: str = "", late_because: str = ""
) -> Breach:
    """The authority has been told. reference: its own number of it. late_because: needed after 72 hours (Article
    33(1)). Refused("unknown_breach", "breach_closed", "received_later", "late_needs_reason", "too_long")."""
    with transaction.atomic():
        found = locked(number)
        if at > now or at < found.known_at:
            raise Refused("received_later")
        if at > found.known_at + CLOCK and not late_because.strip():
            raise Refused("late_needs_reason")
        found.reported_at, found.number, found.late_because = at, reference.strip(), text_of(late_because)
        found.save(update_fields=["reported_at", "number", "late_because"])
        step(found, "reported", text=f"{reference}\n{late_because}".strip(), by=by, now=now)
    return found


def close(number: int, *, by: str, now: datetime) -> Breach:
    """Nothing more is to be done. Refused("unknown_breach", "breach_closed", "not_reported" where a risk has not been
    reported to the authority, or not been judged)."""
    with transaction.atomic():
        found = locked(number)
        if found.reported_at is None and found.risk != Risk.UNLIKELY:
            raise Refused("not_reported")
        found.closed_at = now
        found.save(update_fields=["closed_at"])
        step(found, "closed", text="", by=by, now=now)
    return found


def receipts(number: int) -> QuerySet[Entry]:
    """The ledger's entries about a breach, the first first."""
    return Entry.objects.filter(action="breach", body__breach=number).order_by("number")


def breaches(now: datetime, *, closed: bool = True) -> list[Standing]:
    """The register, the newest first, each with its clock; in one query."""
    found = Breach.objects.order_by("-pk")
    return lines(found if closed else found.filter(closed_at=None), now)


def lines(found: QuerySet[Breach], now: datetime) -> list[Standing]:
    """These breaches, each with its clock; in one query."""
    return [standing(each, now) for each in _counted(found)]


def one(number: int, now: datetime) -> Standing:
    """Refused("unknown_breach")."""
    found = _counted(Breach.objects.filter(pk=number)).first()
    if found is None:
        raise Refused("unknown_breach")
    return standing(found, now)


def standing(breach: Breach, now: datetime) -> Standing:
    """As `breaches`, of one that it gave."""
    over = breach.reported_at is not None or breach.risk == Risk.UNLIKELY or breach.closed_at is not None
    left = None if over else (breach.known_at + CLOCK - now) / timedelta(hours=1)
    return Standing(breach, left, getattr(breach, "people", 0), getattr(breach, "people_told", 0))


def remind(now: datetime) -> int:
    """Mail whoever answers for privacy while the clock of a breach runs out; how many. Raises NoPolicy."""
    done = 0
    for number in list(Breach.objects.filter(reported_at=None, closed_at=None).values_list("pk", flat=True)):
        with transaction.atomic():
            found = (
                Breach.objects.select_for_update().filter(pk=number, reported_at=None, closed_at=None).first()
            )
            left = standing(found, now).left if found else None
            if found is None or left is None:
                continue
            passed = [hours for hours in REMINDERS if left <= hours]
            if not passed or (found.reminded is not None and found.reminded <= min(passed)):
                continue
            found.reminded = min(passed)
            found.save(update_fields=["reminded"])
            _mail_staff(found, left, now)
            done += 1
    return done


def forget(address: str) -> None:
    """An erased person's place in the lists: a number, without the address, in the caller's transaction."""
    Affected.objects.filter(address=address).exclude(address="").update(address="")


def _in_words(said: Promise | str) -> str:
    """A text of ours as a step keeps it: in the controller's language."""
    with translation.override(running().policy.controller.language):
        return capital(str(said))


def capital(text: str) -> str:
    """With a capital, as a sentence begins."""
    return text[:1].upper() + text[1:]


def locked(number: int) -> Breach:
    """The breach, locked until the transaction ends. Refused("unknown_breach", "breach_closed")."""
    found = Breach.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise Refused("unknown_breach")
    if found.closed_at is not None:
        raise Refused("breach_closed")
    return found


def _declared(kinds: Collection[str]) -> None:
    if set(kinds) - set(foreign.kinds_of(running())):
        raise Refused("not_a_kind")


def _counted(found: QuerySet[Breach]) -> QuerySet[Any]:
    told = Count("affected", filter=Q(affected__told_at__isnull=False))
    return found.annotate(people=Count("affected"), people_told=told)


def step(breach: Breach, event: str, *, text: str, by: str, now: datetime, **more: Any) -> BreachStep:
    """A step, and its entry: numbers, the risk and commitments under the breach's salt. more: of the entry, and what
    else its line carries, as `entered` has them (registered_again.py)."""
    made = BreachStep.objects.create(breach=breach, at=now, text=text or event, by=by)
    entered(breach, event, now=now, step=made, by=commit(by, salt=bytes(breach.salt)), **(
        {**more, "document": commit(text, salt=bytes(breach.salt))} if text else more
    ))  # fmt: skip
    return made


def entered(
    breach: Breach, event: str, *, now: datetime, step: BreachStep | None = None, told: Iterable[Affected] = (),
    messages: Iterable[BreachMessage] = (), listed: Iterable[str] = (), **more: object,
) -> None:  # fmt: skip
    """The entry, as the last statement but for the line that a restore works from."""
    body = {"breach": breach.pk, "event": event, "kinds": breach.kinds, "risk": breach.risk, **more}
    number = append(action="breach", body=body, now=now, policy=running().rules.version)
    rows: dict[str, Model] = {"breach": breach}
    if step is not None:
        rows["step"] = step
    registered_again.noted(number, rows, told=told, messages=messages, listed=listed)


def _mail_staff(breach: Breach, left: float, now: datetime) -> None:
    who = running().policy.controller
    to = (who.officer.email if who.officer else None) or who.email
    if to is None:
        log.warning("breach %d must be reported, and the policy names no address to remind", breach.pk)
        return
    context = {"number": breach.pk, "left": int(left), "late": left < 0, "controller": who.name}
    sending.post(to=to, text="rights/clock", language=who.language, context=context, now=now)
