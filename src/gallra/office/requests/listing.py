"""The queue of requests: what is open, the nearest day first, or what is closed, the newest first. Nothing of anyone is
shown: numbers, rights, days. A fixed number of queries, however many requests there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gallra.office.access import role_of, staff_only
from gallra.office.requests.showing import page_context
from gallra.rights import queue
from gallra.rights.book import today
from gallra.rights.models import Request
from gallra.rights.words import Channel, Right, State
from gallra.site.adopted import running
from gallra.site.models import Role

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SOON = timedelta(days=7)
CLOSED = "closed"
SHOWS: Mapping[str, Promise] = {
    "open": _("Open"), "late": _("Late"), "soon": _("Within a week"), "sort": _("To be sorted"),
    "identity": _("Identity"), "decide": _("To be decided"), "working": _("Carried out now"),
    "paused": _("Clock stands"),
}  # fmt: skip
"""What the queue can be narrowed to, as its numbers at the top say it."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A number at the top of the queue: how many there are, where they are shown, whether they are shown now."""

    title: Promise
    count: int
    query: str
    chosen: bool


@require_safe
@staff_only
def requests(request: HttpRequest) -> HttpResponse:
    """The queue: `?show=` one of `SHOWS` or "closed", `?right=`, `?channel=`; `?after=` goes on from there."""
    now = timezone.now()
    if running() is None:
        return render(request, "office/requests/nothing.html", page_context("requests", now))
    asked = _asked(request)
    show = asked["show"]
    numbers, older = _page(_found(asked, today(now)), show == CLOSED, request.GET.get("after", ""))
    lines = queue.lines(Request.objects.filter(pk__in=numbers), now)
    place = {number: at for at, number in enumerate(numbers)}
    return render(
        request,
        "office/requests/queue.html",
        {
            **page_context("requests", now),
            "lines": sorted(lines, key=lambda line: place[line.request.pk]),
            "sums": _sums(asked, today(now)),
            "asked": asked,
            "closed": show == CLOSED,
            "rights": Right.choices,
            "channels": Channel.choices,
            "began": bool(request.GET.get("after")),
            "first": _query(asked),
            "older": _query(asked, after=older) if older else "",
            "opens": role_of(request) in (Role.PRIVACY, Role.FINANCE),
        },
    )


def waiting(now: datetime) -> dict[str, int]:
    """How many requests are open, and of those late, for the board: one query."""
    day = today(now)
    found = Request.objects.filter(closed_at=None)
    return found.aggregate(open=Count("pk"), late=Count("pk", filter=_which("late", day)))


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the address asks for, as far as there is such a thing."""
    known = {"show": (*SHOWS, CLOSED), "right": Right.values, "channel": Channel.values}
    asked = {name: request.GET.get(name, "") for name in known}
    found = {name: value if value in known[name] else "" for name, value in asked.items()}
    return {**found, "show": found["show"] or "open"}


def _found(asked: Mapping[str, str], day: date) -> QuerySet[Request]:
    found = Request.objects.filter(closed_at__isnull=asked["show"] != CLOSED)
    found = found.filter(**{name: asked[name] for name in ("right", "channel") if asked[name]})
    return found if asked["show"] == CLOSED else found.filter(_which(asked["show"], day))


def _which(show: str, day: date) -> Q:
    """The open requests that a number at the top counts."""
    return {
        "open": Q(), "late": Q(due_on__lt=day, paused_on=None),
        "soon": Q(due_on__gte=day, due_on__lte=day + SOON, paused_on=None), "sort": Q(state=State.UNSORTED),
        "identity": Q(state__in=(State.WAITING, State.OPEN)), "decide": Q(state=State.DECIDING),
        "working": Q(state=State.WORKING), "paused": Q(paused_on__isnull=False),
    }[show]  # fmt: skip


def _page(found: QuerySet[Request], closed: bool, after: str) -> tuple[list[int], str]:
    """The numbers of a page, and from where the following one goes on; an index serves both orders."""
    if closed:
        found = found.order_by("-closed_at", "-pk")
        if ended := _moment(after):
            found = found.filter(closed_at__lte=ended[0]).exclude(closed_at=ended[0], pk__gte=ended[1])
        rows = [(number, _micro(at)) for number, at in found.values_list("pk", "closed_at")[: PAGE + 1]]
    else:
        found = found.order_by("due_on", "pk")
        if due := _day(after):
            found = found.filter(due_on__gte=due[0]).exclude(due_on=due[0], pk__lte=due[1])
        rows = [(number, at.isoformat()) for number, at in found.values_list("pk", "due_on")[: PAGE + 1]]
    older = f"{rows[PAGE - 1][1]}.{rows[PAGE - 1][0]}" if len(rows) > PAGE else ""
    return [number for number, _at in rows[:PAGE]], older


def _day(after: str) -> tuple[date, int] | None:
    """The last row of the page before: its day and its number; None for what is no such thing."""
    at, number = _place(after)
    try:
        return (date.fromisoformat(at), number) if number else None
    except ValueError:
        return None


def _moment(after: str) -> tuple[datetime, int] | None:
    """The same of a closed one: the moment, which stands there in microseconds."""
    at, number = _place(after)
    try:
        return (EPOCH + timedelta(microseconds=int(at)), number) if number else None
    except (ValueError, OverflowError):
        return None


def _place(after: str) -> tuple[str, int]:
    at, _point, number = after.rpartition(".")
    known = number.isascii() and number.isdigit() and len(number) < 19
    return at, int(number) if known else 0


def _micro(at: datetime | None) -> str:
    return str((at - EPOCH) // timedelta(microseconds=1)) if at else ""


def _sums(asked: Mapping[str, str], day: date) -> list[Sum]:
    """The numbers at the top, in one query; those that seldom are, where they are."""
    found = _found({**asked, "show": "open"}, day)
    counts = found.aggregate(**{show: Count("pk", filter=_which(show, day)) for show in SHOWS})
    return [
        Sum(title, counts[show], _query({**asked, "show": show}), show == asked["show"])
        for show, title in SHOWS.items()
        if counts[show] or show == asked["show"] or show not in ("working", "paused")
    ]


def _query(asked: Mapping[str, str], **more: str) -> str:
    return urlencode({name: value for name, value in {**asked, **more}.items() if value})
