"""`/.well-known/security.txt` (RFC 9116): whom to tell of a weakness."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gallra.site.adopted import running

VALID = timedelta(days=180)
"""The file says until when it can be believed; it is made anew whenever it is read."""


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """GALLRA_SECURITY_CONTACT, else the controller's e-mail address; without either there is no such file."""
    found = running()
    contact = settings.SECURITY_CONTACT or (found.policy.controller.email if found else "")
    if not contact:
        raise Http404
    until = (timezone.now() + VALID).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    lines = (
        f"Contact: {contact if ':' in contact else f'mailto:{contact}'}",
        f"Expires: {until}",
        "Preferred-Languages: sv, en",
        f"Canonical: {settings.ADDRESS}/.well-known/security.txt",
        f"Policy: {settings.ADDRESS}/",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
