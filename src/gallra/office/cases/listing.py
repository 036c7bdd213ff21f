"""The list of cases: those that wait for us, the one that has waited longest first; a fixed number of queries, however
many there are. What a case is about is not shown where its reporter is restricted (Article 18).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gallra.office.access import role_of, support_only
from gallra.office.cases.people import colleagues
from gallra.office.requests.showing import page_context
from gallra.registers.directory.models import Restricted
from gallra.registers.support.models import Case, Status
from gallra.site.models import Role

PAGE = 50
SHOWS: Mapping[str, Promise] = {
    "answer": _("To answer"), "waiting": _("Waiting for the customer"), "mine": _("Mine"),
}  # fmt: skip
"""What the list can be narrowed to, as its numbers at the top say it; besides "closed"."""
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Sum:
    """A number at the top of the list."""

    title: Promise
    count: int
    show: str
    chosen: bool


@require_safe
@support_only
def cases(request: HttpRequest) -> HttpResponse:
    """`?show=` one of `SHOWS` or "closed"; `?from=` goes on from that place. `?number=` leads to that case."""
    wanted = request.GET.get("number", "").strip()
    if wanted and Case.objects.filter(number=_place(wanted)).exists():
        return redirect("office:case", _place(wanted))
    show, first = request.GET.get("show", ""), _place(request.GET.get("from", ""))
    show = show if show in (*SHOWS, CLOSED) else "answer"
    me = f"user:{request.user.pk}"
    page = list(_found(show, me)[first : first + PAGE + 1])
    context = {
        "cases": page[:PAGE], "closed": show == CLOSED, "show": show, "sums": _sums(show, me), "began": first,
        "older": first + PAGE if len(page) > PAGE else None, "who": colleagues(case.assignee for case in page),
        "wanted": wanted, "sees_restricted": role_of(request) == Role.PRIVACY,
    }  # fmt: skip
    return render(request, "office/cases/cases.html", {**page_context("cases", timezone.now()), **context})


def _found(show: str, me: str) -> QuerySet[Case]:
    """The cases of a list; those that are not closed by the index case_unfinished, the closed by case_closed."""
    held = Restricted.objects.filter(pk=OuterRef("contact__email"))
    found = Case.objects.select_related("company").annotate(restricted=Exists(held)).defer("description")
    if show == CLOSED:
        return found.filter(status=Status.CLOSED, archived_at=None).order_by("-closed_at", "-pk")
    return found.filter(_which(show, me)).order_by("last_contact_at", "pk")


def _which(show: str, me: str) -> Q:
    """The cases that a number at the top counts."""
    open_ = Q(archived_at=None) & ~Q(status=Status.CLOSED)
    return {
        "answer": Q(archived_at=None, status=Status.OPEN), "waiting": Q(archived_at=None, status=Status.WAITING),
        "mine": open_ & Q(assignee=me),
    }[show]  # fmt: skip


def _sums(chosen: str, me: str) -> list[Sum]:
    """The numbers at the top, in one query."""
    unfinished = Case.objects.filter(archived_at=None).exclude(status=Status.CLOSED)
    counts = unfinished.aggregate(**{show: Count("pk", filter=_which(show, me)) for show in SHOWS})
    return [Sum(title, counts[show], show, show == chosen) for show, title in SHOWS.items()]


def _place(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 12 else 0
