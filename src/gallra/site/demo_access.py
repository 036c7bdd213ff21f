"""In the demo, two links work once each: one leads to a page whose button signs the visitor in as Alva, who answers for
privacy, to the office; the other as Bo, a customer with an account, to the support portal.

Opening a link changes nothing, so that what looks at addresses by itself (a terminal, a mail scanner, a browser that
fetches ahead) does not use it up; the button does. Outside the demo the addresses do not exist. The links are printed
in the terminal of whoever started the demo, work from this machine only and for twelve hours, and each start makes
others.
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
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from gallra.site.environment import home, own_folder
from gallra.site.models import Role, User

ALVA = "alva@gallra.example"
BO = "bo.lind@exempelbygg.example"
VALID = timedelta(hours=12)
"""How long a link works: a working day, as a session."""
LEADS_TO = {"staff": "/office/", "customer": "/support/"}


def make_link(*, now: datetime, who: str = "staff") -> str:
    """The path of a new link for staff or customer; the one before it is no longer valid."""
    token = secrets.token_urlsafe(24)
    own_folder("secrets")
    file = _token_file(who)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(f"{token} {(now + VALID).isoformat()}", encoding="ascii")
    return f"/demo/{token}"


def make_alva() -> User:
    """Alva's user, made where it is missing."""
    found = User.objects.filter(email=ALVA).first()
    return found or User.objects.create_user(email=ALVA, name="Alva Ek", role=Role.PRIVACY)


def has_customer() -> bool:
    """Whether there is Bo's account, which an adopted policy without accounts does not let be made."""
    return User.objects.filter(email=BO, role="", is_active=True).exists()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The page with the button; its POST signs in as whom the link is for, once."""
    if not settings.DEMO or not from_this_machine(request):
        raise Http404
    now = timezone.now()
    who = next((each for each in LEADS_TO if _is_valid(each, token, now)), "")
    if who and request.method == "POST" and _use_up(who):
        user = make_alva() if who == "staff" else get_object_or_404(User, email=BO, role="", is_active=True)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect(LEADS_TO[who])
    valid = bool(who) and request.method != "POST"
    context = {"valid": valid, "customer": who == "customer"}
    return render(request, "gallra/demo.html", context, status=200 if valid else 404)


def from_this_machine(request: HttpRequest) -> bool:
    """By its address, and not through a proxy, behind which every visitor would seem to be local."""
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & set(request.META)
    try:
        return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@sensitive_variables("token", "wanted")
def _is_valid(who: str, token: str, now: datetime) -> bool:
    """Whether it is the link that the last start printed, and has not been used or run out."""
    try:
        wanted, until = _token_file(who).read_text(encoding="ascii").split(" ")
        return hmac.compare_digest(wanted, token) and now < datetime.fromisoformat(until)
    except (FileNotFoundError, TypeError, ValueError):  # used; no ASCII; written by an earlier release
        return False


def _use_up(who: str) -> bool:
    """Whether this visitor was the one that used the link: of two with the same one, the second finds no file."""
    try:
        _token_file(who).unlink()
    except FileNotFoundError:
        return False
    return True


def _token_file(who: str) -> Path:
    return home() / "secrets" / ("demo_sign_in" if who == "staff" else f"demo_sign_in_{who}")
