"""The office's pages behind the numbers: the records that a number counts, and one record with its why. They only
read, and show no more of a record than its kind, its number, its dates and its fate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from gallra.engine.listing import State
from gallra.kinds import RecordKind, Text
from gallra.office.access import role_of, staff_only
from gallra.office.references import impersonal, opened, reference
from gallra.rights import opened as openings
from gallra.rights import restriction
from gallra.running import foreign, listing, touching
from gallra.running.asking import Unknown
from gallra.running.board import next_sweep, sentence
from gallra.running.installed import Running, own_kinds
from gallra.site.adopted import running
from gallra.site.models import Role
from gallra.site.templatetags.words import Clock

PAGE = 50
STATES: dict[str, State] = {state.replace(" ", "-"): state for state in get_args(State)}
"""The states as addresses say them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a list: where its page is, and what it is called."""

    line: listing.Line
    reference: str
    called: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise that the record is under: its id, what it says, its lines in the policy file."""

    id: str
    sentence: Text
    lines: tuple[str, ...]


@require_safe
@staff_only
def records(request: HttpRequest, kind: str) -> HttpResponse:
    """The records that a number of the board counts: `?rule=`, `?state=`, for "next" `?day=`; `?after=` goes on."""
    now = timezone.now()
    policy, found = _known(kind)
    state = STATES.get(request.GET.get("state", "all"))
    if state is None:
        raise Http404
    after = request.GET.get("after", "")
    try:
        shown = listing.page(
            request.GET.get("rule", ""), state, now=now, most=PAGE, day=_day(request.GET.get("day", "")),
            after=opened(found, after) if after else None,
        )  # fmt: skip
    except (Unknown, ValueError):
        raise Http404 from None
    if shown.kind.name != found.name:
        raise Http404
    rows = [
        Row(line, reference(found, line.key), called(found, line.key, line.number)) for line in shown.lines
    ]
    return render(
        request,
        "office/records.html",
        {
            "here": "board",
            "outbox": settings.DEMO,
            "list": shown,
            "rows": rows,
            "began": bool(after),
            "first": _address(shown),
            "older": _address(shown, after=rows[-1].reference) if shown.more else "",
            "of": [id_ for id_ in shown.rule.promises if id_ in policy.policy.promises()],
            "clause": found.event(shown.rule.event).clause,
            "clock": Clock(now, next_sweep(policy.policy, now)),
        },
    )


@require_safe
@staff_only
def record(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """One record: what will happen to it, when and by which sentence, or what did; its holds and ledger entries. That
    somebody in this role looked is recorded (M10); a restricted person's is for those who answer for privacy (Article
    18)."""
    now = timezone.now()
    policy, found = _known(kind)
    if _closed_to(request, found, key, now):
        return render(
            request, "office/restricted.html", {"here": "board", "outbox": settings.DEMO}, status=403
        )
    trouble, about = "", None
    try:
        about = listing.about(found.name, f"key:{opened(found, key)}", now=now)
    except foreign.TROUBLE as error:
        trouble = foreign.said(error)
    except (Unknown, ValueError):
        raise Http404 from None
    return render(
        request,
        "office/record.html",
        {
            "here": "board",
            "outbox": settings.DEMO,
            "kind": found,
            "called": called(found, opened(found, key), about.number if about else None),
            "about": about,
            "trouble": trouble,
            "promises": [_kept(policy, id_) for id_ in _promises(policy, about)],
            "clock": Clock(now, next_sweep(policy.policy, now)),
        },
    )


def _closed_to(request: HttpRequest, kind: RecordKind, reference_: str, now: datetime) -> bool:
    """Whether the record is a restricted person's, and the reader may not see it; else that they looked is noted."""
    if kind.name not in own_kinds():
        return False
    try:
        people = touching.addresses(kind, opened(kind, reference_))
    except ValueError:
        return False  # the page says that there is no such record
    role = role_of(request)
    if role != Role.PRIVACY and restriction.is_restricted(people, kind=kind.name):
        return True
    if request.method == "GET":
        openings.note(people, role=role, now=now)
    return False


def called(kind: RecordKind, key: object, number: str | None) -> str:
    """What a record is called after its noun: its number, else its key where that may be shown, else the beginning of
    its reference."""
    return number or (str(key) if impersonal(kind) else reference(kind, key)[:9])


def _known(kind: str) -> tuple[Running, RecordKind]:
    """The running policy, and the record kind of that name."""
    policy = running()
    found = foreign.kinds_of(policy).get(kind) if policy else None
    if policy is None or found is None:
        raise Http404
    return policy, found


def _day(word: str) -> date | None:
    """Raises ValueError for what is no day."""
    return date.fromisoformat(word) if word else None


def _address(shown: listing.Listing, **more: str) -> str:
    """The query of a page of this list."""
    day = {"day": shown.day.isoformat()} if shown.day else {}
    return urlencode({"rule": shown.rule.id, "state": shown.state.replace(" ", "-"), **day, **more})


def _promises(policy: Running, about: listing.About | None) -> list[str]:
    known = policy.policy.promises()
    return [id_ for id_ in about.promises if id_ in known] if about else []


def _kept(policy: Running, id_: str) -> Kept:
    return Kept(id_, sentence(policy, id_), policy.policy.lines(id_))
