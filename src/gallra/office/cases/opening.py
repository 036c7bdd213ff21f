"""A case that staff open, for somebody who has called or written (M6, M7): who it is, found among those whom support
knows or entered with the fields that the policy's purposes name, and what it is about.

Every step is a POST, so that nothing personal stands in an address; nothing is changed before the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gallra.mail.cases import language_of
from gallra.office.access import role_of, support_only
from gallra.office.cases.forms import Opening, Searching, words
from gallra.office.requests.showing import page_context
from gallra.portal import arrivals
from gallra.portal.ways import firm_of, person_of
from gallra.registers.directory.models import Company, Restricted
from gallra.registers.errors import Refused
from gallra.registers.support import actions, reading
from gallra.registers.support.models import Case, Contact
from gallra.rights import opened as openings
from gallra.site.adopted import running
from gallra.site.models import Role

LONGEST_KEY = 18
"""Digits of a key; what is longer is none."""


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@support_only
def new(request: HttpRequest) -> HttpResponse:
    """The search; whom it finds; the case (400 or 409 with what was typed, where it cannot be opened)."""
    if running() is None:
        return render(request, "office/registers/nothing.html", page_context("cases", timezone.now()))
    if request.method != "POST":
        return _search(request, Searching())
    step = STEPS.get(request.POST.get("step", ""))
    return step(request) if step else _search(request, Searching(), status=400)


def _find(request: HttpRequest) -> HttpResponse:
    """Whom support knows by what was typed. That they were shown is recorded (M10)."""
    form = Searching(request.POST)
    if not form.is_valid():
        return _search(request, form, status=400)
    said = form.cleaned_data["said"]
    found = reading.people(said)
    held = _restricted(found)
    openly = role_of(request) == Role.PRIVACY
    shown = [who for who in found[: reading.MOST_FOUND] if openly or who.pk not in held]
    openings.note([who.email or "" for who in shown], role=role_of(request), now=timezone.now())
    context: dict[str, Any] = {
        "found": [(who, who.pk in held) for who in shown], "more": len(found) > reading.MOST_FOUND,
        "hidden": 0 if openly else len(held), "searched": True,
        "companies": reading.companies(said) if "company" in words() else [],
    }  # fmt: skip
    return _search(request, form, **context)


def _known(request: HttpRequest) -> HttpResponse:
    """The form of the case, for somebody whom support knows."""
    known = _contact(request)
    if known is None:
        return _search(request, Searching(), status=409, refused=str(Refused("unknown")))
    return _page(request, Opening(known=known))


def _person(request: HttpRequest) -> HttpResponse:
    """The same with the fields of a new person; at a company that is known, where one was chosen."""
    return _page(request, Opening(company=_company(request)))


def _open(request: HttpRequest) -> HttpResponse:
    """Open the case, mail whoever it is for, and go on to its page."""
    form = Opening(request.POST, known=_contact(request), company=_company(request))
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        made = _made(form, f"user:{request.user.pk}", timezone.now())
    except Refused as refused:
        return _page(request, form, refused=str(refused), status=409)
    messages.success(request, _("The case is open. Its number is %(number)d.") % {"number": made.number})
    return redirect("office:case", made.number)


STEPS: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "find": _find, "known": _known, "person": _person, "open": _open,
}  # fmt: skip
"""What a POST asks for, by its field `step`."""


def _made(form: Opening, actor: str, now: datetime) -> Case:
    """The case, and the mail that says that it is here; both or neither. Raises Refused."""
    said = form.cleaned_data
    with transaction.atomic():
        made = actions.open_case(
            form.known.pk if form.known else person_of(form.given), firm=firm_of(form.given),
            firm_key=form.firm_key, subject=said["subject"],
            description=said["description"], product=said["product"], priority=said["priority"],
            origin=actions.STAFF, actor=actor, now=now,
        )  # fmt: skip
        to = made.contact.email if made.contact else None
        if to:
            arrivals.acknowledge_case(made.number, to=to, language=language_of(to), now=now)
    return made


def _search(request: HttpRequest, form: Searching, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**page_context("cases", timezone.now()), "form": form, **more}
    return render(request, "office/cases/find.html", context, status=status)


def _page(request: HttpRequest, form: Opening, *, refused: str = "", status: int = 200) -> HttpResponse:
    """The form of the case; nobody restricted gets one (Article 18)."""
    held = bool(form.known and _restricted([form.known]))
    if held:
        refused, status = str(Refused("restricted")), 409
    elif form.known:
        openings.note([form.known.email or ""], role=role_of(request), now=timezone.now())
    shown = not held or role_of(request) == Role.PRIVACY
    context = {
        "form": form,
        "known": form.known if shown else None,
        "company": form.company,
        "held": held,
        "refused": refused,
    }
    here = page_context("cases", timezone.now())
    return render(request, "office/cases/new.html", {**here, **context}, status=status)


def _restricted(found: list[Contact]) -> set[int]:
    """The keys of those among them who are restricted."""
    addresses = {who.email: who.pk for who in found if who.email}
    held = Restricted.objects.filter(pk__in=addresses).values_list("pk", flat=True)
    return {addresses[address] for address in held}


def _contact(request: HttpRequest) -> Contact | None:
    """The contact of support's that was chosen; None where none was, or where they have gone since."""
    key = _key(request, "contact")
    return Contact.objects.select_related("company").filter(pk=key).first() if key else None


def _company(request: HttpRequest) -> Company | None:
    key = _key(request, "company_key")
    return reading.known_companies().filter(pk=key).first() if key else None


def _key(request: HttpRequest, name: str) -> int:
    word = request.POST.get(name, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST_KEY else 0
