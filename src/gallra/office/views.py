"""The office's pages: the board, a promise, the ledger and its entries, the demo's outbox. All of them only read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gallra.ledger.models import Checkpoint, Entry, Leaf
from gallra.office import entries
from gallra.office.access import role_of, staff_only
from gallra.office.chart import chart
from gallra.office.outbox import messages
from gallra.office.registers import waiting as beside
from gallra.office.requests.listing import waiting
from gallra.running.report import Board, FindingLine, Status
from gallra.site import saying
from gallra.site.adopted import controller_time, running, standing
from gallra.site.demo_access import from_this_machine
from gallra.site.models import Role
from gallra.site.templatetags.words import Clock, language

LEVELS = ("error", "warning", "advice")
BOARD_ENTRIES = 8
PAGE_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Sum:
    """A number at the top of the board, and whether the table shows its promises alone."""

    status: Status
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class StatementLink:
    """One of a promise's statements: its number, the record kind it counts, and whether it is the one shown."""

    number: int
    kind: str
    shown: bool


@require_safe
@staff_only
def board(request: HttpRequest) -> HttpResponse:
    """Every promise and its state; `?status=` shows those of one status alone."""
    now = timezone.now()
    found = standing(now)
    if found is None:
        return _page(request, "office/nothing.html", here="board", adopted=running() is not None)
    chosen = request.GET.get("status")
    return _page(
        request,
        "office/board.html",
        here="board",
        board=found,
        clock=Clock(now, found.next_sweep),
        sums=_sums(found, chosen),
        chosen=chosen if chosen in get_args(Status) else None,
        promises=[
            promise
            for promise in found.promises
            if chosen not in get_args(Status) or promise.status == chosen
        ],
        coming=_coming(found, now),
        last_run=next((run for run in found.runs if run.ended and run.outcome == "finished"), None),
        chart=chart(found.forecast, first=timezone.localdate(now), lang=language()),
        findings=_findings(found),
        entries=Entry.objects.order_by("-number")[:BOARD_ENTRIES],
        checkpoint=Checkpoint.objects.order_by("-size").first(),
        asked=waiting(now),
        beside=beside.waiting(now) if role_of(request) == Role.PRIVACY else None,
        forms=next((one.by_hand.waiting for one in found.promises if one.by_hand), 0)
        if role_of(request) == Role.PRIVACY
        else 0,
    )


@require_safe
@staff_only
def promise(request: HttpRequest, promise_id: str) -> HttpResponse:
    """One promise with its evidence, from the policy's lines to the last receipts.

    Where several rules keep it, `?statement=` says whose statement is shown: together they would be too long.
    """
    now = timezone.now()
    found = standing(now)
    one = next((one for one in found.promises if one.id == promise_id), None) if found else None
    if found is None or one is None:
        raise Http404
    picked = request.GET.get("statement", "")
    shown = int(picked) if picked in map(str, range(len(one.statements))) else 0
    findings = [finding for finding in found.findings if one.id in finding.promises]
    return _page(
        request,
        "office/promise.html",
        here="board",
        board=found,
        clock=Clock(now, found.next_sweep),
        promise=one,
        findings=findings,
        sees_forms=role_of(request) == Role.PRIVACY,
        picked=picked,
        statement=one.statements[shown] if one.statements else "",
        statements=[
            StatementLink(number, count.kind, number == shown)
            for number, (count, _statement) in enumerate(zip(one.counts, one.statements, strict=False))
        ],
    )


@require_safe
@staff_only
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger, newest first; `?before=` goes on from there."""
    now = timezone.now()
    before = request.GET.get("before", "")
    rows = Entry.objects.order_by("-number")
    # Further than the sequence can go is no place in the ledger.
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(number__lt=int(before))
    shown = list(rows[: PAGE_ENTRIES + 1])
    return _page(
        request,
        "office/ledger.html",
        here="ledger",
        entries=shown[:PAGE_ENTRIES],
        older=shown[PAGE_ENTRIES - 1].number if len(shown) > PAGE_ENTRIES else None,
        newest=bool(before),
        checkpoint=Checkpoint.objects.order_by("-size").first(),
        clock=Clock(now, None),
    )


@require_safe
@staff_only
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry of the ledger: all it says, and where it stands in the tree."""
    found = get_object_or_404(Entry, number=number)
    leaf = Leaf.objects.filter(entry=found).first()
    covering = Checkpoint.objects.filter(size__gt=leaf.index).order_by("size").first() if leaf else None
    now = timezone.now()
    board_now = standing(now)
    promises = _promises_of(found, board_now)
    return _page(
        request,
        "office/entry.html",
        here="ledger",
        entry=found,
        facts=entries.facts(found.body, language()),
        promises=promises,
        leaf=leaf,
        leaf_hash=bytes(leaf.hash).hex() if leaf else "",
        checkpoint=covering,
        clock=Clock(now, None),
    )


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Mail that the demo would have sent, for whoever sits at the demo's machine: it holds the codes by which one signs
    in, so that nobody can be signed in to see it. For others, and elsewhere, there is no such page."""
    if not settings.DEMO or not from_this_machine(request):
        raise Http404
    with timezone.override(controller_time(running())):
        return _page(
            request, "office/outbox.html", here="outbox", mails=messages(), clock=Clock(timezone.now(), None)
        )


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return render(request, template, {"outbox": settings.DEMO, **context})


def _sums(found: Board, chosen: str | None) -> list[Sum]:
    sums = [Sum(status, found.count(status), status == chosen) for status in get_args(Status)]
    return [one for one in sums if one.count or one.status not in ("outdated",)]


def _coming(found: Board, now: datetime) -> str:
    """When the coming sweep is, as a column's title."""
    if found.next_sweep is None:
        return _("Due")
    said = saying.due_day(
        timezone.localtime(found.next_sweep).date(),
        timezone.localtime(found.next_sweep),
        timezone.localtime(now),
        language(),
    )
    return said[:1].upper() + said[1:]


def _findings(found: Board) -> list[tuple[str, list[FindingLine]]]:
    """Findings by level, the worst first."""
    rows = [(level, [f for f in found.findings if f.level == level]) for level in LEVELS]
    return [(level, of_level) for level, of_level in rows if of_level]


def _promises_of(found: Entry, board_now: Board | None) -> list[str]:
    """The promises an entry names, or those its rule's name begins with, as far as the policy of today has them."""
    named = found.body.get("promises") or (found.rule or "").replace(",", " ").split()
    known = {one.id for one in board_now.promises} if board_now else set()
    return [name for name in named if name in known]
