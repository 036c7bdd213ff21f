"""The queue of requests as staff see it: what is open, days left, the next step; and in numbers for the board. A fixed
number of queries, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from gallra.rights import clock
from gallra.rights.book import today
from gallra.rights.models import Request
from gallra.rights.words import EnclosedVerdict, MentionVerdict, Right, State, TwinVerdict
from gallra.running.installed import running

Step = Literal["sort", "wait for the link", "settle identity", "wait", "decide", "carried out", "closed"]
STEPS: dict[str, Step] = {
    State.UNSORTED: "sort", State.WAITING: "wait for the link", State.OPEN: "settle identity",
    State.DECIDING: "decide", State.WORKING: "carried out",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One request in the queue. left: days until its last one, negative after it, None while its clock stands;
    undecided: likenesses, mentions and documents."""

    request: Request
    left: int | None
    standing: clock.Standing
    next: Step
    undecided: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests in numbers, for the board: open now, of those late; closed since a day, of those in time."""

    open: int
    late: int
    paused: int
    answered: int
    in_time: int

    @property
    def too_late(self) -> int:
        return self.answered - self.in_time


def lines(found: QuerySet[Request], now: datetime) -> list[Line]:
    """The requests of a query (a page of it) as lines, in its order."""
    zone = running().rules.timezone
    day = clock.day_of(now, zone)
    asked = found.annotate(
        undecided=Count("twins", filter=Q(twins__verdict=TwinVerdict.UNDECIDED), distinct=True)
        + Count("mentions", filter=Q(mentions__verdict=MentionVerdict.UNDECIDED), distinct=True)
        + Count("enclosed", filter=Q(enclosed__verdict=EnclosedVerdict.UNDECIDED), distinct=True)
    )
    return [_line(request, day, zone) for request in asked]


def open_requests() -> QuerySet[Request]:
    """What is open, the nearest day first; an index serves it."""
    return Request.objects.filter(closed_at=None).order_by("due_on", "pk")


def counts(now: datetime, *, since: date, rights: tuple[str, ...] = ()) -> Counts:
    """Numbers of requests of these rights (all, if none is named), of what was closed since a day."""
    day, zone = today(now), running().rules.timezone
    asked = Request.objects.exclude(state=State.WITHDRAWN)
    if rights:
        asked = asked.filter(right__in=(*rights, Right.UNSORTED))
    still = Q(closed_at=None)
    ended = asked.filter(closed_at__isnull=False, closed_at__date__gte=since).annotate(
        on=TruncDate("closed_at", tzinfo=ZoneInfo(zone))
    )
    told = asked.filter(still).aggregate(
        open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day, paused_on=None)),
        paused=Count("pk", filter=Q(paused_on__isnull=False)),
    )  # fmt: skip
    done = ended.aggregate(answered=Count("pk"), in_time=Count("pk", filter=Q(on__lte=F("due_on"))))
    return Counts(told["open"], told["late"], told["paused"], done["answered"], done["in_time"])


def _line(request: Request, day: date, zone: str) -> Line:
    answered = clock.day_of(request.closed_at, zone) if request.closed_at else None
    standing = clock.standing(request.due_on, day, answered=answered, paused=request.paused)
    left = None if request.paused or answered else clock.days_left(request.due_on, day)
    step: Step = STEPS.get(request.state, "closed")
    if request.state == State.DECIDING and request.looked_up_at is None:
        step = "wait"
    return Line(request, left, standing, step, int(getattr(request, "undecided", 0)))
