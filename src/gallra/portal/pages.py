"""What every public page has in common: the running policy, the reader's language and the controller's days, and that
no cache keeps it (ASVS 14.3.2).

The language of `/` is the policy's; elsewhere it is the reader's, and `?lang=` says otherwise: no cookie is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from gallra.policy.wording.grammar import Lang
from gallra.portal import visitor
from gallra.site.adopted import controller_time, running

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def public(view: View[P]) -> View[P]:
    """The view for anybody, in the reader's language and the controller's time zone. Before the first policy is
    adopted the page does not exist."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = running()
        if found is None:
            raise Http404
        lang = language_of(request)
        with translation.override(lang), timezone.override(controller_time(found)):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = lang
        add_never_cache_headers(response)
        return response

    return shown


def language_of(request: HttpRequest) -> Lang:
    """What the address says, else what the reader's browser prefers."""
    said = request.GET.get("lang") or translation.get_language_from_request(request)
    return "en" if said.startswith("en") else "sv"


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of `template`, with the names that the frame of every page needs."""
    found = running()
    who = found.policy.controller if found else None
    lang = language_of(request)
    room = template.split("/")[1]
    known = {
        "here": room if room in ("rights", "my", "support", "ways") else "",
        "controller": who.name if who else "Gallra", "contact": (who.email if who else None) or "",
        "phone": (who.phone if who else None) or "", "lang": lang, "now": timezone.now(),
        "signed_in_as": visitor.address_of(request, now=timezone.now()),
    }  # fmt: skip
    return render(request, template, {**known, **(context or {})}, status=status)


def to(request: HttpRequest, name: str, *args: Any) -> HttpResponseRedirect:
    """Go on to a page of the portal, in the same language."""
    lang = request.GET.get("lang")
    tail = f"?lang={language_of(request)}" if lang else ""
    return HttpResponseRedirect(reverse(f"portal:{name}", args=args) + tail)


def too_often(request: HttpRequest) -> HttpResponse:
    """What is said where a limit is reached (limits.py): nothing was done, when to come again, what to do instead."""
    return show(request, "portal/too_often.html", status=429)
