"""In the demo, the office opens by a link that works once: it signs the visitor in as Alva, who answers for privacy.

Outside the demo the address does not exist. The link is printed in the terminal of whoever started the demo, works
from this machine only, and each start makes another.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from gallra.site.environment import home, own_folder
from gallra.site.models import Role, User

ALVA = "alva@gallra.example"


def make_link() -> str:
    """The path of a new link; the one before it is no longer valid."""
    token = secrets.token_urlsafe(24)
    own_folder("secrets")
    file = _token_file()
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(token, encoding="ascii")
    return f"/demo/{token}"


def make_alva() -> User:
    """Alva's user, made where it is missing."""
    found = User.objects.filter(email=ALVA).first()
    return found or User.objects.create_user(email=ALVA, name="Alva Ek", role=Role.PRIVACY)


@never_cache
@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as Alva and go to the board, once."""
    if not settings.DEMO or not _from_this_machine(request):
        raise Http404
    file = _token_file()
    try:
        wanted = file.read_text(encoding="ascii")
        if not hmac.compare_digest(wanted, token):
            raise Http404
        file.unlink()  # of two visitors with the same link, the second fails here
    except (FileNotFoundError, TypeError, UnicodeError):
        raise Http404 from None
    login(request, make_alva(), backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("/office/")


def _from_this_machine(request: HttpRequest) -> bool:
    """By its address, and not through a proxy, behind which every visitor would seem to be local."""
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & set(request.META)
    try:
        return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _token_file() -> Path:
    return home() / "secrets" / "demo_sign_in"
