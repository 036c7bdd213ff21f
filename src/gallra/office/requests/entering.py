"""A request that came by telephone, letter or mail, with the time of receipt (S16). Any member of staff may enter one:
people ask whom they reach."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gallra.office.access import by, role_of, staff_only
from gallra.office.requests.forms import Enter
from gallra.office.requests.showing import page_context
from gallra.rights import requests
from gallra.rights.errors import Refused
from gallra.rights.models import Request
from gallra.rights.words import Right
from gallra.site import saying
from gallra.site.adopted import running
from gallra.site.models import Role
from gallra.site.templatetags.words import language


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def enter(request: HttpRequest) -> HttpResponse:
    """The form; its POST takes the request in (400 or 409 with what was typed, where that cannot be)."""
    now = timezone.now()
    if running() is None:
        return render(request, "office/requests/nothing.html", page_context("requests", now))
    form = Enter(request.POST or None, initial={"language": language()})
    if request.method != "POST":
        return _page(request, form, now)
    if not form.is_valid():
        return _page(request, form, now, status=400)
    try:
        made = _receive(form, by(request), now)
    except Refused as refused:
        return _page(request, form, now, trouble=str(refused), status=409)
    words = {"number": made.pk, "day": saying.day(made.due_on, language())}
    messages.success(
        request, _("Request %(number)d is entered; it is answered by %(day)s at the latest.") % words
    )
    if role_of(request) == Role.PRIVACY:
        return redirect("office:request", made.pk)
    return redirect("office:requests")


def _receive(form: Enter, by: str, now: datetime) -> Request:
    """The request, and the link that is wanted; both or neither. What only stops mailings is done without a link."""
    said = form.cleaned_data
    with transaction.atomic():
        made = requests.receive(
            right=said["right"], channel=said["channel"], address=said["address"], name=said["name"],
            said=said["said"], language=said["language"], stop_mailings=said["stop_mailings"],
            wants_told=said["wants_told"], received_at=said["received_at"], by=by, now=now,
        )  # fmt: skip
        waits = made.open and not made.identity and made.right != Right.STOP
        if said["link"] and waits and made.channel != "mail":
            requests.send_link(made.pk, by=by, now=now)
    return made


def _page(
    request: HttpRequest, form: Enter, now: datetime, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {**page_context("requests", now), "form": form, "trouble": trouble}
    return render(request, "office/requests/enter.html", context, status=status)
