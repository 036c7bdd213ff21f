"""How sign-in differs from allauth's own: staff accounts are made by staff, never by signing up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def closed(request: HttpRequest, *args: object) -> HttpResponse:
    """What allauth offers and we do not."""
    raise Http404
