"""Who may open the office: the controller's staff. Pages of the office are kept by no cache (ASVS 14.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from gallra.site.adopted import controller_time, running

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_only(view: View[P]) -> View[P]:
    """The view for staff, in the controller's time zone.

    Who is signed out is asked to sign in; a customer is refused.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise PermissionDenied
        with timezone.override(controller_time(running())):
            response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded
