"""In the demo, the office opens by a link that works once: it leads to a page whose button signs the visitor in as
Alva, who answers for privacy.

Opening the link changes nothing, so that what looks at addresses by itself (a terminal, a mail scanner, a browser that
fetches ahead) does not use it up; the button does. Outside the demo the address does not exist. The link is printed in
the terminal of whoever started the demo, works from this machine only and for twelve hours, and each start makes
another.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from gallra.site.environment import home, own_folder
from gallra.site.models import Role, User

ALVA = "alva@gallra.example"
VALID = timedelta(hours=12)
"""How long a link works: a working day, as a session."""


def make_link(*, now: datetime) -> str:
    """The path of a new link; the one before it is no longer valid."""
    token = secrets.token_urlsafe(24)
    own_folder("secrets")
    file = _token_file()
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(f"{token} {(now + VALID).isoformat()}", encoding="ascii")
    return f"/demo/{token}"


def make_alva() -> User:
    """Alva's user, made where it is missing."""
    found = User.objects.filter(email=ALVA).first()
    return found or User.objects.create_user(email=ALVA, name="Alva Ek", role=Role.PRIVACY)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The page with the button; its POST signs in as Alva and goes to the board, once."""
    if not settings.DEMO or not from_this_machine(request):
        raise Http404
    valid = _is_valid(token, timezone.now())
    if valid and request.method == "POST" and _use_up():
        login(request, make_alva(), backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect("/office/")
    valid = valid and request.method != "POST"
    return render(request, "gallra/demo.html", {"valid": valid}, status=200 if valid else 404)


def from_this_machine(request: HttpRequest) -> bool:
    """By its address, and not through a proxy, behind which every visitor would seem to be local."""
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & set(request.META)
    try:
        return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@sensitive_variables("token", "wanted")
def _is_valid(token: str, now: datetime) -> bool:
    """Whether it is the link that the last start printed, and has not been used or run out."""
    try:
        wanted, until = _token_file().read_text(encoding="ascii").split(" ")
        return hmac.compare_digest(wanted, token) and now < datetime.fromisoformat(until)
    except (FileNotFoundError, TypeError, ValueError):  # used; no ASCII; written by an earlier release
        return False


def _use_up() -> bool:
    """Whether this visitor was the one that used the link: of two with the same one, the second finds no file."""
    try:
        _token_file().unlink()
    except FileNotFoundError:
        return False
    return True


def _token_file() -> Path:
    return home() / "secrets" / "demo_sign_in"
