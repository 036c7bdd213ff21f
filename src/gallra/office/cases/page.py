"""One case as staff work with it: who reported what, the letters and notes, the documents, and what can be done.
Archived, it shows what is impersonal, for nothing else is left of it (M16)."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gallra.office.access import role_of, support_only
from gallra.office.cases.forms import Answer, Closing, Concerning, Noting
from gallra.office.cases.people import colleagues
from gallra.office.requests.showing import page_context
from gallra.registers.errors import Refused
from gallra.registers.support import reading
from gallra.registers.support.kinds import CASE
from gallra.registers.support.models import Case, CaseDocument, Note, Status
from gallra.rights import opened as openings
from gallra.rights import restriction
from gallra.running import touching
from gallra.site.files import sent
from gallra.site.models import Role

MOST_NOTES = 50


@require_safe
@support_only
def case(request: HttpRequest, number: int) -> HttpResponse:
    """The page of a case."""
    found = case_of(number)
    return closed_to(request, found) or show(request, found)


@require_safe
@support_only
def document(request: HttpRequest, number: int, key: int) -> HttpResponseBase:
    """A document of the case, as a download."""
    found = case_of(number)
    if (no := closed_to(request, found)) is not None:
        return no
    wanted = CaseDocument.objects.filter(case=found, pk=key).first()
    if wanted is None:
        raise Http404
    try:
        return sent(wanted)
    except Refused as refused:
        return show(request, found, refused=str(refused), status=410)


def closed_to(request: HttpRequest, found: Case) -> HttpResponse | None:
    """What is said to staff who may not see a restricted person's case; else None, and that they looked is noted."""
    people = touching.addresses(CASE, found.pk)
    role, now = role_of(request), timezone.now()
    if role != Role.PRIVACY and restriction.is_restricted(people, kind=CASE.name):
        return render(request, "office/restricted.html", page_context("cases", now), status=403)
    if request.method == "GET":
        openings.note(people, role=role, now=now)
    return None


def show(
    request: HttpRequest,
    found: Case,
    *,
    refused: str = "",
    status: int = 200,
    bound: Mapping[str, forms.Form] | None = None,
) -> HttpResponse:
    """The page, with forms as they were sent where a verb or the form itself said no."""
    bound = bound or {}
    now, at = timezone.now(), request.GET.get("from", "")
    first = int(at) if at.isascii() and at.isdigit() and len(at) < 8 else 0
    dialogue = reading.dialogue(found, first=first)
    others = [] if found.archived_at else reading.others(found)
    notes = list(Note.objects.filter(case=found).order_by("-made_at", "-pk")[:MOST_NOTES])
    actors = [
        found.assignee,
        *(letter.author for letter in dialogue.letters),
        *(note.author for note in notes),
    ]
    context = {
        "case": found, "dialogue": dialogue, "notes": notes, "documents": reading.attached(found),
        "who": colleagues(actors), "refused": refused, "closed": found.status == Status.CLOSED,
        "mine": found.assignee == f"user:{request.user.pk}",
        "others": others, "names": {who.pk: who.name or who.email for who in others},
        "concerning": bound.get("concerning") or Concerning(auto_id="concerning_%s"),
        "answer": bound.get("answer") or Answer(others=others),
        "closing": bound.get("closing") or Closing(auto_id="closing_%s"),
        "noting": bound.get("noting") or Noting(auto_id="noting_%s"), "opened": set(bound),
    }  # fmt: skip
    return render(request, "office/cases/case.html", {**page_context("cases", now), **context}, status=status)


def case_of(number: int) -> Case:
    """The case of that number, archived or not."""
    return get_object_or_404(Case.objects.select_related("contact", "company"), number=number)
