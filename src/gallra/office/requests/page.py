"""One request from receipt to answer, for those who answer for privacy; for finance, what a statute keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from gallra.office.access import by, privacy_only, role_of, staff_only
from gallra.office.requests import acts, forms
from gallra.office.requests.kept import kept_records
from gallra.office.requests.previewing import Changed, approve, field_title, preview, ready
from gallra.office.requests.reviewing import Review, review
from gallra.office.requests.showing import Places, last_kept, mails, page_context, stands, who
from gallra.rights import book, carrying, objecting, opened, queue
from gallra.rights.deciding import FREE
from gallra.rights.errors import Refused
from gallra.rights.looking import READS_OTHERS
from gallra.rights.models import Answer, Request
from gallra.rights.words import COPIES, ERASES, Right, State, Verdict
from gallra.running.installed import NoPolicy, running
from gallra.site.models import Role

Bound = tuple[str, int, forms.Act]

NOT_CLEAR: dict[str, Promise] = {
    "identity": _("staff vouched for who it is, no link or sign-in did"),
    "unreachable": _("a system did not answer"),
    "several": _("the registers know several names under the address"),
    "twin": _("somebody may be the same person under another address"),
    "mention": _("others' texts mention the person"),
    "unread": _("documents that no program can read stand in cases of theirs or of their companies"),
    "document": _("documents of theirs name others, or cannot be read by a program"),
    "open case": _("a case of theirs is open"),
    "agreement": _("an agreement runs"),
    "hold": _("a hold keeps something"),
    "statute": _("a statute keeps something"),
    "staff": _("the person works here"),
}
"""Why a case is not clear (rights/looking.py), as staff read it."""


PUT_BACK: dict[str, Promise] = {
    "clash": _(
        "It could not be carried out: another contact got the new address after the yes. Nothing was changed. Decide "
        "below whether it is the same person."
    ),
    "double": _(
        "It could not be carried out: both contacts have what there can be only one of (an account, a subscription to "
        "the same topic, a place in a case). Nothing was changed. Erase what is double under one of the addresses, or "
        "refuse."
    ),
}
"""Why a correction was put back (rights/merging.py)."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of carrying out: what it is, and whether it is done, comes now, or later."""

    title: Promise
    css: str
    said: Promise


@require_safe
@staff_only
def request_page(request: HttpRequest, number: int) -> HttpResponse:
    """The request, as far as whoever is signed in may see it."""
    if role_of(request) == Role.PRIVACY:
        return show(request, number)
    if role_of(request) == Role.FINANCE:
        return _kept(request, number)
    raise PermissionDenied


def show(
    request: HttpRequest, number: int, *, bound: Bound | None = None, trouble: str = "", status: int = 200
) -> HttpResponse:
    """The whole page. bound: a form that was refused, with what was typed; trouble: why."""
    now = timezone.now()
    line = _line(number, now)
    _looked(request, line, now)
    found, places = line.request, Places()
    decisions = list(found.decisions.order_by("pk"))
    reviewed = review(found, places, now=now)
    context = {
        **page_context("requests", now),
        **_rows(found, reviewed, decisions, places, bound),
        "line": line,
        "request_": found,
        "due": book.due_of(found),
        "people": who([found.entered_by, found.approved_by, *(row.by for row in decisions)]),
        "acts": acts.offered(line, now, bound=bound),
        "bound": bound is not None,
        "trouble": trouble,
        "ready": ready(found),
        "review": reviewed,
        "searched": found.right in READS_OTHERS,
        "unread": int(found.result.get("unread documents", 0)),
        "found": places.found(found.result.get("found", {})),
        "not_clear": [str(NOT_CLEAR.get(why, why)) for why in found.result.get("not clear", ())],
        "unreachable": found.result.get("unreachable", ()),
        "unsearched": found.result.get("unsearched", ()) if found.state == State.DECIDING else (),
        "put_back": PUT_BACK.get(found.result.get("put back", "")) if found.state == State.DECIDING else None,
        "unreasoned": objecting.undecided(found),
        "stands": stands(found, places) if found.right == Right.OBJECTION else [],
        "wishes": [(field_title(word), value) for word, value in found.wishes.items()],
        "kept_until": last_kept(row for row in decisions if row.verdict == Verdict.KEEP),
        "link": found.links.filter(used_at=None, purpose="confirm").order_by("-pk").first(),
        "steps": _steps(found),
        "answer": Answer.objects.filter(request=found).first(),
        "mails": mails(found),
        "entries": list(book.receipts(number)[:100]),
    }
    return render(request, "office/requests/request.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@privacy_only
def preview_page(request: HttpRequest, number: int) -> HttpResponse:
    """Exactly what will happen; its button says yes to that, and to nothing else (409 where it has changed)."""
    now = timezone.now()
    line = _line(number, now)
    if request.method == "POST":
        try:
            approve(number, request.POST.get("mark", ""), by=by(request), now=now)
        except Refused as refused:
            return show(request, number, trouble=str(refused), status=409)
        except Changed:
            return _preview(request, _line(number, now), now, changed=True)
        return redirect("office:request", number)
    if not ready(line.request):
        return redirect("office:request", number)
    return _preview(request, line, now)


def _preview(request: HttpRequest, line: queue.Line, now: datetime, *, changed: bool = False) -> HttpResponse:
    context = {
        **page_context("requests", now),
        "line": line,
        "request_": line.request,
        "preview": preview(line.request, Places(), now=now),
        "changed": changed,
    }
    return render(request, "office/requests/preview.html", context, status=409 if changed else 200)


def _kept(request: HttpRequest, number: int) -> HttpResponse:
    """For finance: what a statute keeps of the person, which nobody else is shown record by record."""
    now = timezone.now()
    line = _line(number, now)
    _looked(request, line, now)
    places = Places()
    decided = places.decided(line.request.decisions.filter(verdict=Verdict.KEEP))
    context = {
        **page_context("requests", now),
        "line": line,
        "request_": line.request,
        "decided": decided,
        "records": kept_records(line.request, places, now=now) if decided else [],
    }
    return render(request, "office/requests/kept.html", context)


def _looked(request: HttpRequest, line: queue.Line, now: datetime) -> None:
    """That somebody in this role opened a page about the person is recorded (M10)."""
    if request.method == "GET":
        opened.note([line.request.address], role=role_of(request), now=now)


def _line(number: int, now: datetime) -> queue.Line:
    """The request of that number; 404 where there is none, or no policy yet."""
    try:
        found = queue.lines(Request.objects.filter(pk=number), now)
    except NoPolicy:
        found = []
    if not found:
        raise Http404
    return found[0]


def _rows(
    found: Request, reviewed: Review, decisions: list[Any], places: Places, bound: Bound | None
) -> dict[str, Any]:
    """Decisions, likenesses and mentions, each with its form while it can be decided."""
    open_ = found.state == State.DECIDING and found.looked_up_at is not None
    decided = found.right in (*ERASES, *COPIES)  # of the others nothing becomes anything else
    final = {kind for kind in {row.kind for row in decisions} if _absolute(found, kind)}

    def form(name: str, row: Any, **more: Any) -> acts.Offered | None:
        return acts.offered_row(name, found, row, bound=bound, **more) if open_ else None

    return {
        "decisions": [
            (one, form("decide", one.row) if one.row.proposed in FREE and one.row.kind not in final else None)
            for one in places.decided(decisions if decided else (), right=found.right)
        ],
        "likenesses": [(one, form("twin", one.row)) for one in reviewed.likenesses],
        "mentions": [(one, form("mention", one.row, proposed=one.proposed)) for one in reviewed.mentions],
        "beside": [(one, form("named", one.row)) for one in reviewed.beside],
        "papers": [(one, form("enclosed", one.row)) for one in reviewed.papers],
    }


def _absolute(found: Request, kind: str) -> bool:
    return found.right == Right.OBJECTION and objecting.absolute(kind, running().policy)


def _steps(found: Request) -> list[Step]:
    """How far the job is; nothing before the yes."""
    if found.approved_at is None or found.state == State.REFUSED:
        return []
    done, _of = carrying.step_of(found)
    titles = (_("Carried out here, with its receipt"), _("In other systems, and asked again"), _("Answered"))
    if not found.open:
        done = len(titles)
    return [
        Step(
            title, "kept" if at < done else "waiting" if at == done else "uncovered",
            _("done") if at < done else _("now") if at == done else _("to come"),
        )
        for at, title in enumerate(titles)
    ]  # fmt: skip
