"""What staff do with a request: each act is one form and one verb of rights/.

What a verb refuses is said on the page, with what was typed; nothing was changed then. The verbs lock the request, so
that of two members of staff, or of two clicks, one comes first and the other is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from gallra.office.access import by, privacy_only
from gallra.office.requests import forms
from gallra.rights import clock, deciding, enclosed, named, queue, requests
from gallra.rights.book import due_of, today
from gallra.rights.errors import Refused
from gallra.rights.models import Request
from gallra.rights.words import EnclosedVerdict, MentionVerdict, Right, State

Do = Callable[[forms.Act, str, datetime], object]


@dataclass(frozen=True, slots=True)
class Way:
    """One act. title: what it is called; about: what it does; button: what the button says; said: that it is done;
    place: where the page goes on; may: whether it can be done to a request as it stands; rows: the set of the rows it
    is about, "" where it is about the request."""

    title: Promise
    about: Promise
    button: Promise
    said: Promise
    form: type[forms.Act]
    do: Do
    may: Callable[[queue.Line, datetime], bool]
    place: str = ""
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """An act as a page offers it. opened: it is unfolded. row: of which row, 0 for the request itself."""

    name: str
    way: Way
    form: forms.Act
    opened: bool
    row: int = 0

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"{self.name}-{self.row}" if self.row else self.name


@require_POST
@privacy_only
def act(request: HttpRequest, number: int, name: str, row: int = 0) -> HttpResponse:
    """Do one act. The page again, with what was typed, where the form or the verb says no (400, 409)."""
    from gallra.office.requests.page import show

    found, way = get_object_or_404(Request, pk=number), ACTS.get(name)
    if way is None or bool(way.rows) != bool(row):
        raise Http404
    about = get_object_or_404(getattr(found, way.rows), pk=row) if way.rows else None
    form = way.form(request.POST, request=found, row=about, auto_id=ids(name, row))
    if not form.is_valid():
        return show(request, number, bound=(name, row, form), status=400)
    try:
        way.do(form, by(request), timezone.now())
    except Refused as refused:
        return show(request, number, bound=(name, row, form), trouble=str(refused), status=409)
    messages.success(request, str(way.said))
    return redirect(reverse("office:request", args=[number]) + (f"#{way.place}" if way.place else ""))


def offered(
    line: queue.Line, now: datetime, *, bound: tuple[str, int, forms.Act] | None = None
) -> dict[str, Offered]:
    """What can be done to the request now, by name."""
    made: dict[str, Offered] = {}
    for name, way in ACTS.items():
        if way.rows or not way.may(line, now):
            continue
        again = bound[2] if bound and bound[:2] == (name, 0) else None
        form = again or way.form(request=line.request, auto_id=ids(name, 0))
        made[name] = Offered(name, way, form, again is not None)
    return made


def offered_row(
    name: str, request: Request, row: Any, *, bound: tuple[str, int, forms.Act] | None = None, **more: Any
) -> Offered:
    """The act about one row."""
    again = bound[2] if bound and bound[:2] == (name, row.pk) else None
    form = again or ACTS[name].form(request=request, row=row, auto_id=ids(name, row.pk), **more)
    return Offered(name, ACTS[name], form, again is not None, row.pk)


def ids(name: str, row: int) -> str:
    """The ids of a form's fields: a page has many forms."""
    return f"id-{name}-{row}-%s"


def _sort(form: forms.Act, by: str, now: datetime) -> object:
    said = form.cleaned_data
    return requests.sort(
        form.request.pk, right=said["right"], address=said["address"], name=said["name"],
        stop_mailings=said["stop_mailings"], by=by, now=now,
    )  # fmt: skip


def _identify(form: forms.Act, by: str, now: datetime) -> object:
    said = form.cleaned_data
    address = said.get("address", "")
    return requests.identify(form.request.pk, reason=said["reason"], address=address, by=by, now=now)


def _ask(form: forms.Act, by: str, now: datetime) -> object:
    return requests.ask_identity(form.request.pk, reason=form.cleaned_data["reason"], by=by, now=now)


def _wishes(form: forms.Act, by: str, now: datetime) -> object:
    return deciding.decide_wishes(form.request.pk, cast(forms.Wishes, form).wishes(), by=by, now=now)


def _decide(form: forms.Act, by: str, now: datetime) -> object:
    said = form.cleaned_data
    return deciding.decide(
        form.request.pk, form.row.pk, verdict=said["verdict"], reason=said["reason"], by=by, now=now
    )


def _twin(form: forms.Act, by: str, now: datetime) -> object:
    said = form.cleaned_data
    return deciding.decide_twin(
        form.request.pk, form.row.pk, verdict=said["verdict"], reason=said["reason"], by=by, now=now
    )


def _mention(form: forms.Act, by: str, now: datetime) -> object:
    said = form.cleaned_data
    return deciding.decide_mention(
        form.request.pk, form.row.pk, verdict=said["verdict"], reason=said["reason"], text=said.get("text", ""),
        by=by, now=now,
    )  # fmt: skip


def _named(form: forms.Act, by: str, now: datetime) -> object:
    said = form.cleaned_data
    return named.decide(
        form.request.pk, form.row.pk, verdict=said["verdict"], reason=said["reason"], by=by, now=now
    )


def _enclosed(form: forms.Act, by: str, now: datetime) -> object:
    said = form.cleaned_data
    return enclosed.decide(
        form.request.pk, form.row.pk, verdict=said["verdict"], reason=said["reason"], by=by, now=now
    )


def _leave_out_rest(form: forms.Act, by: str, now: datetime) -> None:
    """Every document that nobody has decided on is left out of the copy; all of them or none."""
    with transaction.atomic():
        rows = form.request.enclosed.filter(verdict=EnclosedVerdict.UNDECIDED).order_by("pk")
        for number in list(rows.values_list("pk", flat=True)):
            enclosed.decide(
                form.request.pk, number, verdict=EnclosedVerdict.OUT, reason=form.cleaned_data["reason"], by=by,
                now=now,
            )  # fmt: skip


def _leave_rest(form: forms.Act, by: str, now: datetime) -> None:
    """Every mention that nobody has decided on is left; all of them or none."""
    with transaction.atomic():
        rows = form.request.mentions.filter(verdict=MentionVerdict.UNDECIDED).order_by("pk")
        for number in list(rows.values_list("pk", flat=True)):
            deciding.decide_mention(
                form.request.pk, number, verdict=MentionVerdict.LEAVE, reason=form.cleaned_data["reason"], by=by,
                now=now,
            )  # fmt: skip


def _sorted(line: queue.Line) -> bool:
    return line.request.open and line.request.right != Right.UNSORTED


def _asks_who(line: queue.Line, now: datetime) -> bool:
    """Whether it is still to be settled who asks."""
    return _sorted(line) and not line.request.identity and line.request.state != State.WORKING


def _undone(line: queue.Line, now: datetime) -> bool:
    return line.request.open and line.request.state != State.WORKING


def _may_extend(line: queue.Line, now: datetime) -> bool:
    request = line.request
    if not _undone(line, now) or request.extended or request.right == Right.UNSORTED:
        return False
    on = today(now)
    stood = request.paused_days + (clock.days_paused(request.paused_on, on) if request.paused_on else 0)
    return clock.may_extend(due_of(request).received, on, paused=stood)


def _to_decide(line: queue.Line, now: datetime) -> bool:
    return line.request.state == State.DECIDING and line.request.looked_up_at is not None


ACTS: Mapping[str, Way] = {
    "sort": Way(
        _("Say what is asked for"), _("A mail is read by a person. Then its clock goes on as any other's."),
        _("Sort it"), _("Sorted."), forms.Sort, _sort, lambda line, now: line.request.state == State.UNSORTED,
    ),
    "link": Way(
        _("Send a link to the address"),
        _("The person presses a button behind it within 48 hours, and that settles who it is."), _("Send the link"),
        _("The link is on its way."), forms.NoWords,
        lambda form, by, now: requests.send_link(form.request.pk, by=by, now=now),
        lambda line, now: _asks_who(line, now) and bool(line.request.address),
    ),
    "identify": Way(
        _("Vouch for who it is"),
        _("You know that whoever asks is the person. What you write is kept with the request."),
        _("Vouch for it"), _("Who it is has been settled. The look-up has begun."), forms.Identify, _identify,
        _asks_who, "found",
    ),
    "ask": Way(
        _("Ask for identity"),
        _("Only on reasonable doubt. The clock stands until the answer, and the days are added."),
        _("Ask, and stop the clock"), _("Asked. The clock stands."), forms.AskIdentity, _ask,
        lambda line, now: _asks_who(line, now) and not line.request.paused, "day",
    ),
    "resume": Way(
        _("Let the clock go on"), _("The days it stood are added."), _("Let it go on"), _("The clock goes on."),
        forms.NoWords, lambda form, by, now: requests.resume(form.request.pk, by=by, now=now),
        lambda line, now: line.request.open and line.request.paused, "day",
    ),
    "wishes": Way(
        _("What is to be corrected"), _("In the fields that the registers have, from what the person wrote."),
        _("Keep it"), _("Kept."), forms.Wishes, _wishes,
        lambda line, now: _to_decide(line, now) and line.request.right == Right.RECTIFICATION, "wishes",
    ),
    "rest": Way(
        _("Leave the rest"), _("Every mention that nobody has decided on stays as it is, for one reason."),
        _("Leave them all"), _("They are left."), forms.Why, _leave_rest, _to_decide, "mentions",
    ),
    "outs": Way(
        _("Leave the rest out"),
        _("Every document that nobody has decided on is left out of the copy, for one reason."),
        _("Leave them all out"), _("They are left out."), forms.LeaveOut, _leave_out_rest, _to_decide, "enclosed",
    ),
    "extend": Way(
        _("Take two months more"), _("Once, and told within the first month: for what is complex, or many."),
        _("Extend, and tell the person"), _("Extended. The person is told why."), forms.Extend,
        lambda form, by, now: requests.extend(form.request.pk, reason=form.cleaned_data["reason"], by=by, now=now),
        _may_extend, "day",
    ),
    "refuse": Way(
        _("Refuse"), _("The person gets the reasons, the authority where to complain and the court that can be asked."),
        _("Refuse, and tell the person"), _("Refused. The person is told why."), forms.Refuse,
        lambda form, by, now: deciding.refuse(form.request.pk, reasons=form.cleaned_data["reasons"], by=by, now=now),
        lambda line, now: _undone(line, now) and _sorted(line),
    ),
    "withdraw": Way(
        _("Close it without an answer"),
        _("The person takes it back, or it was no request. What was stopped stays stopped; nobody is mailed."),
        _("Close it"), _("Closed."), forms.Why,
        lambda form, by, now: requests.withdraw(form.request.pk, reason=form.cleaned_data["reason"], by=by, now=now),
        _undone,
    ),
    "decide": Way(
        _("Decide otherwise"), _("What would be erased can stay, where the law has a reason for it (Article 17(3))."),
        _("Decide"), _("Decided."), forms.DecideLine, _decide, _to_decide, "decisions", "decisions",
    ),
    "twin": Way(
        _("Decide"), _("The same person: then the request covers this address too."), _("Decide"), _("Decided."),
        forms.DecideTwin, _twin, _to_decide, "likenesses", "twins",
    ),
    "mention": Way(
        _("Decide"), _("Of a text only what names the person is blanked; a document goes whole."), _("Decide"),
        _("Decided."), forms.DecideMention, _mention, _to_decide, "mentions", "mentions",
    ),
    "named": Way(
        _("Decide otherwise"), _("Name and address are hidden in the copy unless you say that they may stand."),
        _("Decide"), _("Decided."), forms.DecideNamed, _named, _to_decide, "named", "named",
    ),
    "enclosed": Way(
        _("Decide"), _("Nothing can be hidden in a document: it is sent as it is, or left out."), _("Decide"),
        _("Decided."), forms.DecideEnclosed, _enclosed, _to_decide, "enclosed", "enclosed",
    ),
}  # fmt: skip
"""Every act by the word that its address has."""
