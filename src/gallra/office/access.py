"""Who may open the office: the controller's staff; some pages are for some of them alone. Pages of the office are kept
by no cache (ASVS 14.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from gallra.site.adopted import controller_time, running
from gallra.site.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_only(view: View[P]) -> View[P]:
    """The view for staff, in the controller's time zone.

    Who is signed out is asked to sign in; a customer is refused.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise PermissionDenied
        with timezone.override(controller_time(running())):
            response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def privacy_only(view: View[P]) -> View[P]:
    """The view for those who answer for privacy, in the controller's time zone: requests hold what people wrote."""

    @staff_only
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if role_of(request) != Role.PRIVACY:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def support_only(view: View[P]) -> View[P]:
    """The view for those who work with support, and those who answer for privacy: cases hold what people wrote."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if role_of(request) not in (Role.SUPPORT, Role.PRIVACY):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return staff_only(guarded)


def only(*roles: str) -> Callable[[View[P]], View[P]]:
    """The view for staff who work with one of these, in the controller's time zone."""

    def wrapped(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if role_of(request) not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return staff_only(guarded)

    return wrapped


def role_of(request: HttpRequest) -> str:
    """What whoever is signed in works with; "" for customers and strangers."""
    return request.user.role if isinstance(request.user, User) else ""


def by(request: HttpRequest) -> str:
    """Who it is, as verbs are told: "user 12"."""
    return f"user {request.user.pk}"
