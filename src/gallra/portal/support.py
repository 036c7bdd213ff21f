"""A customer's own cases (M6, M7): the list, a new case with nothing to fill in but the matter, one case with its
letters and documents. Own means reported by the account's holder. Of a case in which they have only written, or been
written to, they read those letters, their documents and what is impersonal, and nothing of the reporter's. Any other
case does not exist here; and once a case is archived, nothing says any more whose it was (M16).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gallra.mail import case_news
from gallra.portal import limits
from gallra.portal.pages import language_of, show, to, too_often
from gallra.portal.stated import archived, purposes
from gallra.portal.support_access import actor, customer, holder, of, writes
from gallra.registers.errors import Refused
from gallra.registers.given import Origin
from gallra.registers.support import accounts, actions, reading
from gallra.registers.support.models import Account, Case, CaseDocument, Status
from gallra.site.files import Attaching, given, sent, takes_a_file

PAGE = 20
"""Cases on a page."""
MOST_DOCUMENTS = 30
"""That a case takes from its reporter."""
LONGEST = 10_000
"""Characters of what somebody writes here."""
WRITTEN = limits.Limit("support", most=30, within=limits.HOUR)
"""Cases and letters that one account may send."""
CLOSED = "closed"


class Matter(Attaching):
    """A new case: what it is about, and nothing of whose it is."""

    subject = forms.CharField(label=gettext_lazy("What it is about, in a few words"), max_length=200)
    matter = forms.CharField(
        label=gettext_lazy("What has happened"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Leave out other people's data: it is not needed to help you."),
    )  # fmt: skip
    product = forms.CharField(
        label=gettext_lazy("Which program, if it is about one"), max_length=200, required=False
    )
    field_order = ("subject", "matter", "product", "file", "description")


class Letter(Attaching):
    """A letter in a case."""

    body = forms.CharField(
        label=gettext_lazy("Your message"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6})
    )
    field_order = ("body", "file", "description")


@require_safe
@customer
def cases(request: HttpRequest, account: Account) -> HttpResponseBase:
    """The holder's cases, the latest first: open ones, or `?show=closed`; `?before=` a number goes on from there."""
    closed = request.GET.get("show") == CLOSED
    mine = reading.cases_of(holder(account).pk)
    found = mine.filter(status=Status.CLOSED) if closed else mine.exclude(status=Status.CLOSED)
    before = _number(request.GET.get("before", ""))
    if before:
        found = found.filter(number__lt=before)
    page = list(found.order_by("-number")[: PAGE + 1])
    context = {
        "cases": page[:PAGE], "closed": closed, "began": before,
        "older": page[PAGE - 1].number if len(page) > PAGE else None, "me": holder(account).pk,
        "archived": archived(language_of(request)) if closed else (),
    }  # fmt: skip
    return show(request, "portal/support/cases.html", {**of(account), **context})


@require_http_methods(["GET", "HEAD", "POST"])
@customer
@writes("support.case")
@takes_a_file
def new(request: HttpRequest, account: Account) -> HttpResponseBase:
    """A new case. Who reports it, and for which company, is known from the account (M6)."""
    form = Matter(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if not WRITTEN.spend(actor(account)):
            return too_often(request)
        try:
            made = _open(account, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("We have your case. Its number is %(number)d.") % {"number": made.number}
            )
            return to(request, "support-case", made.number)
    known = accounts.prefill(account.pk)
    context = {
        "form": form, "known": known, "company": known.get("company.name"),
        "purposes": purposes("support.case", language_of(request)),
    }  # fmt: skip
    return show(request, "portal/support/new.html", {**of(account), **context})


@require_safe
@customer
def case(request: HttpRequest, account: Account, number: int) -> HttpResponseBase:
    """One case of the holder's: what was reported, the letters, the documents; or their part of another's."""
    return _page(request, account, _own(account, number), Letter())


@require_POST
@customer
@writes("support.case")
@takes_a_file
def reply(request: HttpRequest, account: Account, number: int) -> HttpResponseBase:
    """A letter in the case, with a document if there is one; a closed case is open again by it."""
    found, form = _own(account, number), Letter(request.POST, request.FILES)
    if form.is_valid():
        if not WRITTEN.spend(actor(account)):
            return too_often(request)
        try:
            _answer(account, found, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            again = found.status == Status.CLOSED
            messages.success(request, _("Sent. The case is open again.") if again else _("Sent."))
            return to(request, "support-case", number)
    return _page(request, account, found, form)


@require_safe
@customer
def document(request: HttpRequest, account: Account, number: int, key: int) -> HttpResponseBase:
    """A document of the holder's case, as a download."""
    case_ = _own(account, number)
    found = CaseDocument.objects.filter(case=case_, pk=key).first()
    if found is None or (_only(account, case_) or found.contact_id) != found.contact_id:
        raise Http404
    try:
        return sent(found)
    except Refused as refused:
        return show(
            request, "portal/support/unreadable.html", {**of(account), "refused": refused}, status=410
        )


def _page(request: HttpRequest, account: Account, found: Case, form: Letter) -> HttpResponseBase:
    first, part = _number(request.GET.get("from", "")), _only(account, found)
    context = {
        "case": found, "form": form, "dialogue": reading.dialogue(found, first=first, of=part),
        "documents": reading.attached(found, of=part), "closed": found.status == Status.CLOSED,
        "part": part is not None,
    }  # fmt: skip
    return show(request, "portal/support/case.html", {**of(account), **context})


def _own(account: Account, number: int) -> Case:
    """The holder's case of that number; anything else does not exist."""
    found = reading.cases_of(holder(account).pk).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _only(account: Account, found: Case) -> int | None:
    """Whose letters and documents alone the holder reads: their own, in a case that another has reported; else None."""
    mine = holder(account).pk
    return None if found.contact_id == mine else mine


def _open(account: Account, said: Mapping[str, Any]) -> Case:
    """The case with its document, in one transaction. Raises Refused."""
    now = timezone.now()
    with transaction.atomic():
        made = actions.open_case(
            holder(account).pk, subject=said["subject"], description=said["matter"], product=said["product"],
            origin=Origin(where="support"), actor=actor(account), now=now,
        )  # fmt: skip
        _attach(account, made, said)
        case_news.came(made, opened=True, now=now)
    return made


def _answer(account: Account, found: Case, said: Mapping[str, Any]) -> None:
    """The letter with its document, in one transaction. Raises Refused."""
    now = timezone.now()
    with transaction.atomic():
        actions.reply(found.pk, body=said["body"], sender=holder(account).pk, actor=actor(account), now=now)
        _attach(account, found, said)
        case_news.came(found, opened=False, now=now)


def _attach(account: Account, found: Case, said: Mapping[str, Any]) -> None:
    file: UploadedFile[bytes] | None = said["file"]
    if file is None:
        return
    if CaseDocument.objects.filter(case=found, contact_id=holder(account).pk).count() >= MOST_DOCUMENTS:
        raise Refused("too_many_documents")
    actions.attach(
        found.pk, file.chunks(), **given(file), description=said["description"], sender=holder(account).pk,
        actor=actor(account), now=timezone.now(),
    )  # fmt: skip


def _number(word: str) -> int:
    """A place in a list; 0 for what is none."""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 12 else 0
