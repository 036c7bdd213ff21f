"""Sign-in accounts: how ours differ from allauth's (staff accounts are made by staff, never by signing up), and the verbs
that close and reopen one."""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse

from gallra.site.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def closed(request: HttpRequest, *args: object) -> HttpResponse:
    """What allauth offers and we do not."""
    raise Http404


def close_account(user: int, *, now: datetime) -> bool:
    """Close a sign-in account: its sessions end with the next page, and its row goes by its period (gallra.user). False
    where there is no open one."""
    return bool(User.objects.filter(pk=user, is_active=True).update(is_active=False, closed_at=now))


def reopen_account(user: int) -> bool:
    """Open a closed account again, while its row is still there; its period ends. False where there is none."""
    return bool(User.objects.filter(pk=user, is_active=False).update(is_active=True, closed_at=None))
