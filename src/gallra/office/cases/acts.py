"""What staff do with a case: each act is one form and one verb of the register. What a verb refuses is said on the
page, with what was typed; nothing was changed then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from gallra.mail import cases as letters
from gallra.office.access import support_only
from gallra.office.cases.forms import Answer, Closing, Concerning, Noting
from gallra.office.cases.page import case_of, closed_to, show
from gallra.portal.fields import field_name
from gallra.portal.ways import PERSON, person_of
from gallra.registers.errors import Refused
from gallra.registers.support import actions, reading
from gallra.registers.support.models import Case
from gallra.site.files import given, takes_a_file

Do = Callable[[Case, Any, str, datetime], object]


@require_POST
@support_only
@takes_a_file
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Write to the reporter, with a document if there is one, or to somebody else whom it concerns; they get a mail."""
    form = Answer(request.POST, request.FILES, others=reading.others(case_of(number)))
    return _act(request, number, "answer", form, _answer, _("Sent."))


@require_POST
@support_only
def concern(request: HttpRequest, number: int) -> HttpResponse:
    """Let the case concern somebody else too: they may be written to about it, and about nothing else (M7)."""
    form = Concerning(request.POST, auto_id="concerning_%s")
    return _act(request, number, "concerning", form, _concern, _("Saved."))


@require_POST
@support_only
def concern_no_more(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """The case concerns them no longer."""

    def remove(found: Case, said: Any, actor: str, now: datetime) -> object:
        return actions.remove_concerned(found.pk, key, actor=actor, now=now)

    return _act(request, number, "", forms.Form(request.POST), remove, _("Saved."))


@require_POST
@support_only
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Note a call or a meeting."""
    return _act(request, number, "noting", Noting(request.POST, auto_id="noting_%s"), _note, _("Noted."))


@require_POST
@support_only
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close the case, with what solved it."""
    said = _("Closed. A message from the customer opens it again.")
    return _act(request, number, "closing", Closing(request.POST, auto_id="closing_%s"), _close, said)


@require_POST
@support_only
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Open a closed case again."""
    return _act(request, number, "", forms.Form(request.POST), _reopen, _("The case is open again."))


@require_POST
@support_only
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Take the case, or give one's own back."""
    return _act(request, number, "", forms.Form(request.POST), _take, _("Saved."))


def _act(
    request: HttpRequest, number: int, name: str, form: forms.Form, do: Do, said: Promise
) -> HttpResponse:
    found = case_of(number)
    if (no := closed_to(request, found)) is not None:
        return no
    bound = {name: form} if name else {}
    if not form.is_valid():
        return show(request, found, status=400, bound=bound)
    try:
        with transaction.atomic():
            do(found, form.cleaned_data, f"user:{request.user.pk}", timezone.now())
    except Refused as refused:
        if refused.code == "unknown":
            raise Http404 from None
        return show(request, case_of(number), refused=str(refused), status=409, bound=bound)
    messages.success(request, str(said))
    return redirect("office:case", number)


def _answer(found: Case, said: Any, actor: str, now: datetime) -> None:
    to = int(said["to"]) if said.get("to") else None
    letter = actions.reply(found.pk, body=said["body"], to=to, actor=actor, now=now)
    file: UploadedFile[bytes] | None = said["file"]
    if file is not None:
        actions.attach(
            found.pk, file.chunks(), **given(file), description=said["description"], actor=actor, now=now
        )
    letters.answered(found, letter, now=now)


def _concern(found: Case, said: Any, actor: str, now: datetime) -> object:
    given = {word: said[field_name(word)] for word in PERSON if said.get(field_name(word))}
    return actions.add_concerned(found.pk, person_of(given), origin=actions.STAFF, actor=actor, now=now)


def _note(found: Case, said: Any, actor: str, now: datetime) -> object:
    caller = found.contact_id if said["channel"] != "note" else None
    return actions.log_phone_note(
        found.pk, text=said["text"], caller=caller, channel=said["channel"], actor=actor, now=now
    )


def _close(found: Case, said: Any, actor: str, now: datetime) -> object:
    return actions.close_case(found.pk, solution=said["solution"], actor=actor, now=now)


def _reopen(found: Case, said: Any, actor: str, now: datetime) -> object:
    return actions.reopen_case(found.pk, actor=actor, now=now)


def _take(found: Case, said: Any, actor: str, now: datetime) -> object:
    return actions.assign(found.pk, assignee=None if found.assignee == actor else actor, actor=actor, now=now)
