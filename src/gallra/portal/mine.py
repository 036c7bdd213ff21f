"""My data: for whoever has shown an address to be theirs, without an account (M22, M23, S15). Half an hour, kept by no
cache; no address stands in any address of a page. What is asked for from here is confirmed already.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gallra.portal import codes, holdings, visitor
from gallra.portal.links import download
from gallra.portal.offered import TITLES, ways
from gallra.portal.pages import language_of, public, show, to
from gallra.portal.stated import archived
from gallra.registers.errors import Refused as RegisterRefused
from gallra.rights import fetching, requests
from gallra.rights.errors import Refused
from gallra.rights.models import Request
from gallra.rights.words import Right, State
from gallra.running.installed import running
from gallra.site.models import User

P = ParamSpec("P")
MOST_REQUESTS = 50
UNDECIDED = (State.WAITING, State.OPEN, State.DECIDING)
"""States in which the person can take a request back."""


def signed_in(
    view: Callable[Concatenate[HttpRequest, str, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """The view for whoever has shown an address to be theirs, which it is given; others are asked for one."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        address = visitor.address_of(request, now=timezone.now())
        if not address:
            return to(request, "my-address")
        return view(request, address, *args, **kwargs)

    return public(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def address(request: HttpRequest) -> HttpResponseBase:
    """Where a code is mailed to, known or unknown."""
    return codes.ask(request, "portal/my/address.html", text="portal/code", then="my-code")


@require_http_methods(["GET", "HEAD", "POST"])
@public
def code(request: HttpRequest) -> HttpResponseBase:
    """The code that was mailed; with the right one the data is shown."""
    return codes.enter(
        request,
        here="my",
        back="my-address",
        button=_("See my data"),
        entered=lambda _address: to(request, "my"),
    )


@require_POST
@public
def leave(request: HttpRequest) -> HttpResponseBase:
    """Sign out; a customer, of the support portal too."""
    visitor.leave(request)
    if isinstance(request.user, User) and not request.user.is_staff:
        logout(request)
    return to(request, "my-address")


@require_safe
@signed_in
def everything(request: HttpRequest, address: str) -> HttpResponseBase:
    """What is held, and what was asked for."""
    now, lang = timezone.now(), language_of(request)
    asked = Request.objects.filter(address=address).select_related("answer").order_by("-pk")[:MOST_REQUESTS]
    context = {
        "held": holdings.held(address, now=now, lang=lang), "seen": holdings.seen(address),
        "ways": ways(running().policy, lang), "archived": archived(lang),
        "requests": [
            {"request": each, "title": TITLES.get(Right(each.right), each.get_right_display()),
             "answer": _answer(each, now), "undecided": each.state in UNDECIDED}
            for each in asked
        ],
    }  # fmt: skip
    return show(request, "portal/my/everything.html", context)


@require_safe
@signed_in
def records(request: HttpRequest, address: str, kind: str) -> HttpResponseBase:
    """The person's records of one kind, page by page."""
    given = request.GET.get("from", "")
    first = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0
    found = holdings.records(address, kind, now=timezone.now(), lang=language_of(request), first=first)
    if found is None:
        raise Http404
    title, page, count = found
    context = {
        "title": title, "records": page, "count": count, "kind": kind,
        "before": max(0, first - holdings.PAGE) if first else None,
        "after": first + holdings.PAGE if first + holdings.PAGE < count else None,
    }  # fmt: skip
    return show(request, "portal/my/records.html", context)


@require_POST
@signed_in
def fetch(request: HttpRequest, address: str, number: int) -> HttpResponseBase:
    """The answer to a request of the visitor's own, which this counts."""
    try:
        return download(fetching.hand_over(number, address=address, now=timezone.now()))
    except (Refused, RegisterRefused) as refused:
        if refused.code == "unknown":
            raise Http404 from None
        return show(request, "portal/rights/no_link.html", {"refused": refused})


@require_POST
@signed_in
def withdraw(request: HttpRequest, address: str, number: int) -> HttpResponseBase:
    """Take a request back that has not been decided. Somebody else's does not exist."""
    if not Request.objects.filter(pk=number, address=address).exists():
        raise Http404
    try:
        requests.withdraw(number, by="", now=timezone.now())
    except Refused as refused:
        return show(request, "portal/rights/no_link.html", {"refused": refused})
    return to(request, "my")


def _answer(request: Request, now: object) -> object | None:
    """Its answer, while it can be fetched."""
    found = getattr(request, "answer", None)
    return found if found is not None and now < found.expires_at else None
