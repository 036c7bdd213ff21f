"""Carrying a request out: mentions blanked, data erased, corrected or copied, asked again, answered. THIS ERASES,
through running/.

Every step commits by itself, with what it did and how far the request is (`Request.step`): killed between any two, the
job does the rest, and nothing twice. One at a time acts for a person: two requests of the same address wait for each
other, and a copy that was asked for is made before an erasure takes what it is of.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from gallra.engine.person.erase import Done
from gallra.registers.directory.restricting import own_wish
from gallra.registers.newsletter import actions as newsletter
from gallra.rights import (
    answering,
    disclosures,
    jobs,
    mentions,
    mentions_elsewhere,
    merging,
    objecting,
    restriction,
    twins,
)
from gallra.rights.errors import Refused
from gallra.rights.models import Request, Twin
from gallra.rights.words import COPIES, ERASES, MentionVerdict, Right, State, TwinVerdict, Verdict
from gallra.running import erasures, persons
from gallra.running.erasures import Erased
from gallra.running.installed import own_kinds, settled
from gallra.running.persons import Corrected, suppression_key
from gallra.systems.connection import OwnDatabase

log = logging.getLogger(__name__)
ACCOUNT = "support.account"
BY = "request"
"""Who did it, where no member of staff said yes: the person's own request."""


class Busy(Exception):
    """Another request of the same person is being carried out, or a system does not answer: the job comes again."""


@settled()
def carry_out(number: int, *, now: datetime) -> Request | None:
    """Do what is left of a request that has been decided; None where nothing is, or it has to wait for a copy that was
    asked for as well. Raises Busy, NoPolicy, and what running/ raises."""
    request = Request.objects.filter(pk=number, state=State.WORKING).first()
    if request is None:
        return None
    name = newsletter.address_hash(request.address, key=suppression_key()).hex()
    with OwnDatabase().alone(f"person {name}") as mine:
        if not mine:
            raise Busy
        request = Request.objects.filter(pk=number, state=State.WORKING).first()
        if request is None or _waits_for_a_copy(request):
            return None
        ACTS[Right(request.right)](request, now)
    _go_on_with_others(request)
    return request


def step_of(request: Request) -> tuple[int, int]:
    """How far it is: steps done, and of how many."""
    steps = ("", "done", "elsewhere")
    if not request.open:
        return len(steps), len(steps)
    return (steps.index(request.step) if request.step in steps else 0), len(steps)


def _waits_for_a_copy(request: Request) -> bool:
    """Whether the same person has asked for a copy, confirmed, that this erasure would leave nothing of."""
    if request.right not in ERASES or request.step:
        return False
    asked = Request.objects.filter(
        address=request.address, right__in=COPIES, state__in=(State.DECIDING, State.WORKING)
    )
    return asked.exists()


def _go_on_with_others(request: Request) -> None:
    """What waited for this one."""
    if request.right in COPIES:
        waiting = Request.objects.filter(address=request.address, right__in=ERASES, state=State.WORKING)
        with transaction.atomic():
            for number in waiting.values_list("pk", flat=True):
                jobs.start_carrying_out(number)


def _copy(request: Request, now: datetime) -> None:
    answering.answer(request, now=now)


def _erase(request: Request, now: datetime) -> None:
    if not request.step and request.mentions.filter(verdict__in=mentions.DONE, done_at=None).exists():
        said = terms(request, now, whole=True)
        mentions.carry_out(request, said, now=now)
        mentions_elsewhere.announce(request, said, now=now)
    left = _erase_all(request, wanted_kinds(request), now)
    answering.answer(request, now=now, left=left + _blank_elsewhere(request, now))


def _blank_elsewhere(request: Request, now: datetime) -> int:
    """What was announced to be blanked in other databases; how many texts they refused. One that does not answer makes
    the job come again."""
    refused, unreachable = mentions_elsewhere.carry_out(request, now=now)
    if refused or unreachable:
        log.error("request %d: %d texts elsewhere could not be blanked", request.pk, refused)
        refused += request.result.get("refused", 0)
        request.result = {**request.result, "refused": refused, "unreachable": sorted(unreachable)}
        request.save(update_fields=["result"])
    if unreachable:
        raise Busy
    return int(request.result.get("refused", 0))


def _erase_all(request: Request, kinds: frozenset[str] | None, now: datetime) -> int:
    """What is left of it, in every system; rows that are found when asked again. A restriction that lasts because of
    this very request keeps nothing from it."""
    mine = restriction.pending(request)
    despite = mine.get(request.address)
    if not request.step:
        for twin in request.twins.filter(verdict=TwinVerdict.SAME, done_at=None).order_by("pk"):
            address = twins.address_of(twin)
            if address and address != request.address:
                _erase_one(request, address, twin, kinds, mine.get(address), now)
            else:
                Twin.objects.filter(pk=twin.pk).update(done_at=now)
        done = _erase_one(request, request.address, None, kinds, despite, now)
        _elsewhere(request, done.systems, done.unreachable)
    elif request.step == "done":
        there, unreachable = erasures.take_up(
            request.address, asked_at=request.received_at, now=now, despite=despite
        )
        _elsewhere(request, there, unreachable)
    left = erasures.left(request.address, asked_at=request.received_at, now=now, kinds=kinds, despite=despite)
    if left:
        log.error("request %d: %d rows are still found", request.pk, left)
    return left


def _erase_one(
    request: Request, address: str, twin: Twin | None, kinds: frozenset[str] | None, despite: int | None,
    now: datetime,
) -> Erased:  # fmt: skip
    """Under one address; of a twin's, what was cut off elsewhere the sweep takes up. An objection takes the account to
    sign in with only where what it is for goes."""
    whole = request.right == Right.ERASURE
    return erasures.erase(
        address, now=now, by=request.approved_by or BY, asked_at=request.received_at,
        stop_mailings=request.stop_mailings, request=request.pk, kinds=kinds, despite=despite,
        account=whole or ACCOUNT in (kinds or ()), forget=whole, salt=bytes(request.salt),
        also=partial(_erased, request, twin, now),
    )  # fmt: skip


def _erased(request: Request, twin: Twin | None, now: datetime, done: Done, number: int) -> None:
    """How far it is, in the transaction that erases: effect, receipt and state commit together."""
    lines = [_plain(line) for line in done.plan.lines]
    result = {
        **request.result,
        "lines": [*request.result.get("lines", ()), *lines],
        "contacts": request.result.get("contacts", 0) + done.contacts,
    }
    request.result = result
    if twin is None:
        request.step = "done"
    else:
        Twin.objects.filter(pk=twin.pk).update(done_at=now)
    request.save(update_fields=["result", "step"])
    gone = {line.kind for line in done.plan.lines if line.state in ("erase", "part") or line.blanked}
    disclosures.to_tell(request, gone, now=now)  # before the disclosures lose the address


def _elsewhere(request: Request, systems: Mapping[str, Done], unreachable: Mapping[str, str]) -> None:
    """What was done in other databases. One that does not answer makes the job come again."""
    lines = [
        _plain(line) for name, each in systems.items() if name != persons.OWN for line in each.plan.lines
    ]
    request.result = {
        **request.result,
        "lines": [*request.result.get("lines", ()), *lines],
        "unreachable": sorted(unreachable),
    }
    if not unreachable:
        request.step = "elsewhere"
    request.save(update_fields=["result", "step"])
    if unreachable:
        raise Busy


def _plain(line: Any) -> list[Any]:
    """A line of a plan, as the request keeps it: names and numbers."""
    until = line.until.isoformat() if line.until else None
    return [
        line.system, line.kind, line.table, line.state, line.count, until,
        line.statute.id if line.statute else None, line.blanked,
    ]  # fmt: skip


def wanted_kinds(request: Request) -> frozenset[str] | None:
    """Every record kind but those that staff decided to leave; None for all. Of an objection those that it takes."""
    if request.right == Right.OBJECTION:
        return objecting.wanted(request)
    stay = set(request.decisions.filter(verdict=Verdict.STAY).values_list("kind", flat=True))
    if not stay:
        return None
    known = set(own_kinds())
    known |= set(request.decisions.values_list("kind", flat=True))
    return frozenset(known - stay)


def terms(request: Request, now: datetime, *, whole: bool = False) -> list[str]:
    """The words that name the person in other people's texts. whole: Busy where a system does not say by what it knows
    the person, and a text is to be blanked by it."""
    found = persons.find(request.address, now=now)
    blanks = request.mentions.filter(verdict=MentionVerdict.BLANK, done_at=None)
    if whole and found.unreachable and blanks.exists():
        request.result = {**request.result, "unreachable": sorted(found.unreachable)}
        request.save(update_fields=["result"])
        raise Busy
    return persons.terms(request.address, found.systems, request.name)


def _correct(request: Request, now: datetime) -> None:
    if not request.step:
        try:
            done = persons.correct(
                request.address, request.wishes, now=now, by=request.approved_by or BY, request=request.pk,
                merge=merging.agreed(request), salt=bytes(request.salt), also=partial(_corrected, request, now),
            )  # fmt: skip
        except persons.CannotCorrect:
            merging.put_back(request, now=now)
            return
        unreachable = done.unreachable
    else:
        _, unreachable = persons.take_up_correction(request.address, request=request.pk, now=now)
    if unreachable:
        request.result = {**request.result, "unreachable": sorted(unreachable)}
        request.save(update_fields=["result"])
        raise Busy
    answering.answer(request, now=now)


def _corrected(request: Request, now: datetime, done: Corrected) -> None:
    changes = [[change.table, change.word, change.column, change.state] for change in done.plan.changes]
    request.result = {**request.result, "changes": changes, "unreachable": []}
    request.step = "done"
    request.save(update_fields=["result", "step"])
    changed = {change.table for change in done.plan.changes if change.state in ("change", "merge")}
    disclosures.to_tell(request, disclosures.kinds_of(changed), now=now)


def _stop(request: Request, now: datetime) -> None:
    """Subscriptions end; the address has been suppressed since the request came."""
    if not request.step:
        with transaction.atomic():
            ended = newsletter.stop(request.address, key=suppression_key(), actor="job", now=now)
            request.step, request.result = "done", {**request.result, "ended": ended}
            request.save(update_fields=["result", "step"])
    answering.answer(request, now=now)


def _object(request: Request, now: datetime) -> None:
    """Mailings end; what stands on a contested basis alone goes, but for what grounds outweigh; the restriction that
    held while it was examined ends when the person has been told (Articles 17(1)(c), 18 and 21)."""
    if "ended" not in request.result:
        with transaction.atomic(), own_wish():
            ended = newsletter.stop(request.address, key=suppression_key(), actor="job", now=now)
            request.result = {**request.result, "ended": ended}
            request.save(update_fields=["result"])
    left = 0
    if kinds := objecting.wanted(request):
        left = _erase_all(request, kinds, now)
    with transaction.atomic():
        gone = [
            address for address in restriction.pending(request) if objecting.nothing_left(address, now=now)
        ]
        restriction.examined(request, by=request.approved_by, now=now, gone=gone)
    answering.answer(request, now=now, left=left)


def _restrict(request: Request, now: datetime) -> None:
    """From now on the data is only stored (Article 18)."""
    if not request.step:
        with transaction.atomic():
            restriction.restrict(request, now=now)
            request.step = "done"
            request.save(update_fields=["result", "step"])
    answering.answer(request, now=now)


def _nothing(request: Request, now: datetime) -> None:
    raise Refused("not_sorted")


ACTS: Mapping[Right, Callable[[Request, datetime], None]] = {
    Right.ACCESS: _copy, Right.PORTABILITY: _copy, Right.ERASURE: _erase, Right.RECTIFICATION: _correct,
    Right.STOP: _stop, Right.OBJECTION: _object, Right.RESTRICTION: _restrict, Right.UNSORTED: _nothing,
}  # fmt: skip
