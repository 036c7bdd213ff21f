"""What came in by the public forms, as staff see it (S4): orders and requests for a demonstration, for sales; forms
that no verb could take, as a restricted person's, for those who answer for privacy. Cases for support have pages of
their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from gallra.office.access import by, privacy_only, role_of, staff_only
from gallra.office.requests.showing import page_context
from gallra.policy.wording.words import FIELDS
from gallra.portal import arrivals, by_hand
from gallra.portal.models import Arrival
from gallra.registers.crm import actions
from gallra.registers.crm.asked import DEMO, ORDER
from gallra.registers.crm.kinds import KINDS as CRM
from gallra.registers.crm.models import Case
from gallra.registers.directory.models import Restricted
from gallra.registers.errors import SENTENCES, Refused
from gallra.rights import opened as openings
from gallra.rights import restriction
from gallra.rights.answer.context import SOURCES
from gallra.running import touching
from gallra.site.models import Role

P = ParamSpec("P")
PAGE = 50
PAGES = ["GET", "HEAD", "POST"]


def sales_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The view for sales, and for those who answer for privacy: an order holds what somebody wrote."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if role_of(request) not in (Role.SALES, Role.PRIVACY):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return staff_only(guarded)


@require_safe
@sales_only
def incoming(request: HttpRequest) -> HttpResponse:
    """Orders and requests that nobody has dealt with, the oldest first; `?from=` goes on from that place. For privacy
    also the forms to deal with by hand. A fixed number of queries, however many there are."""
    now, first = timezone.now(), _place(request.GET.get("from", ""))
    held = Restricted.objects.filter(pk=OuterRef("relation__contact__email"))
    found = Case.objects.filter(closed_at=None, kind__in=(ORDER, DEMO)).select_related("relation__company")
    found = found.annotate(restricted=Exists(held)).defer("description").order_by("opened_at", "pk")
    page = list(found[first : first + PAGE + 1])
    privacy = role_of(request) == Role.PRIVACY
    forms = by_hand.waiting(now) if privacy else None
    context = {
        "sales": page[:PAGE], "began": first, "further": first + PAGE if len(page) > PAGE else None,
        "forms": [(form, SOURCES[form.way]) for form in forms[:PAGE]] if forms is not None else None,
        "sees_restricted": privacy,
    }  # fmt: skip
    return render(request, "office/incoming/list.html", {**page_context("incoming", now), **context})


@require_http_methods(PAGES)
@sales_only
def sale(request: HttpRequest, number: int) -> HttpResponse:
    """One order or request: who wrote what; the button says that it has been dealt with."""
    now, refused = timezone.now(), ""
    found = get_object_or_404(
        Case.objects.select_related("relation__contact", "relation__company"), number=number
    )
    if (no := _closed_to(request, found, now)) is not None:
        return no
    if request.method == "POST":
        try:
            actions.close_case(found.pk, actor=f"user:{request.user.pk}", now=now)
            return redirect("office:incoming")
        except Refused as error:
            refused = str(error)
    context = {"case": found, "kind": f"crm.{found.relation.role}", "refused": refused}
    status = 409 if refused else 200
    return render(
        request, "office/incoming/sale.html", {**page_context("incoming", now), **context}, status=status
    )


@require_http_methods(PAGES)
@privacy_only
def form(request: HttpRequest, number: int) -> HttpResponse:
    """A form that was not taken in by itself: what it says, and why; the button says that it has been dealt with."""
    now = timezone.now()
    found = Arrival.objects.filter(pk=number, fate=Arrival.Fate.FORM).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            arrivals.settle(number, by=by(request), now=now)
        except Refused:
            raise Http404 from None
        return redirect("office:incoming")
    if found.address:
        openings.note([found.address], role=role_of(request), now=now)
    given = [(FIELDS[word], found.given[word]) for word in FIELDS if word in found.given]
    why = SENTENCES[found.reason] % {"fields": ""} if found.reason in SENTENCES else ""
    context = {"form": found, "what": SOURCES[found.way], "given": given, "why": why}
    return render(request, "office/incoming/form.html", {**page_context("incoming", now), **context})


def _closed_to(request: HttpRequest, found: Case, now: datetime) -> HttpResponse | None:
    """What is said to staff who may not see a restricted person's; else None, and that they looked is noted."""
    kind = next(kind for kind in CRM if kind.name == f"crm.{found.relation.role}")
    people, role = touching.addresses(kind, found.relation_id), role_of(request)
    if role != Role.PRIVACY and restriction.is_restricted(people, kind=kind.name):
        return render(request, "office/restricted.html", page_context("incoming", now), status=403)
    if request.method == "GET":
        openings.note(people, role=role, now=now)
    return None


def _place(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 8 else 0
