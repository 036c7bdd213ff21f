"""What these pages have in common: who may see them, a list by pages, forms about one row, marks, mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from gallra.mail.models import Outgoing
from gallra.office.access import by, only, role_of
from gallra.office.requests.showing import page_context
from gallra.rights import opened
from gallra.rights.errors import Refused
from gallra.site.adopted import running
from gallra.site.models import Role

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
PAGE = 50
"""Rows of a list on one page."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How something stands: one of the four marks, and the words."""

    css: str
    words: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A number at the top of a list, and where it leads."""

    title: Promise
    count: int
    query: str = ""
    chosen: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, the newest first. first, older: queries of the beginning and of what follows ("": nothing);
    began: whether this is not the beginning."""

    rows: list[Any]
    first: str
    older: str
    began: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be done about a row: its form and its verb. title: what it is called; about: what it does;
    button: what the button says; said: that it is done; may: whether it can be done as the row stands."""

    title: Promise
    about: Promise
    button: Promise
    said: Promise
    form: type[forms.Form]
    do: Callable[[int, dict[str, Any], str, datetime], object]
    may: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Offered:
    """A way as a page offers it. opened: it is unfolded."""

    name: str
    way: Way
    form: forms.Form
    opened: bool


Bound = tuple[str, forms.Form]


def page_for(here: str, *roles: str) -> Callable[[View[P]], View[P]]:
    """The view for staff who work with one of these; before the first policy is adopted a page that says so."""

    def wrapped(view: View[P]) -> View[P]:
        @only(*roles)
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if running() is None:
                return render(request, "office/registers/nothing.html", page_context(here, timezone.now()))
            return view(request, *args, **kwargs)

        return guarded

    return wrapped


def privacy_page(here: str) -> Callable[[View[P]], View[P]]:
    """The view for those who answer for privacy."""
    return page_for(here, Role.PRIVACY)


def paged(found: QuerySet[Any], request: HttpRequest, asked: Mapping[str, str] | None = None) -> Page:
    """A page of a list by its numbers, the highest first: `?before=` goes on from there; asked: the rest of the
    query."""
    before, kept = request.GET.get("before", ""), {k: v for k, v in (asked or {}).items() if v}
    # Further than a number can go is no place in the list.
    began = before.isascii() and before.isdigit() and len(before) < 19
    rows = found.order_by("-pk")
    shown = list((rows.filter(pk__lt=int(before)) if began else rows)[: PAGE + 1])
    last = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    return Page(shown[:PAGE], urlencode(kept), urlencode({**kept, "before": last}) if last else "", began)


def one_of(request: HttpRequest, name: str, known: Iterable[str]) -> str:
    """What the address asks for, as far as there is such a thing."""
    asked = request.GET.get(name, "")
    return asked if asked in known else ""


def offered(ways: Mapping[str, Way], row: Any, bound: Bound | None = None) -> dict[str, Offered]:
    """What can be done about the row now, by name; with the form that was refused, as it was sent."""
    made = {}
    for name, way in ways.items():
        if not way.may(row):
            continue
        again = bound[1] if bound and bound[0] == name else None
        form = again or _form(way, row, name)
        made[name] = Offered(name, way, form, again is not None)
    return made


def done(
    request: HttpRequest, ways: Mapping[str, Way], row: Any, name: str, *,
    page: str, again: Callable[..., HttpResponse],
) -> HttpResponse:  # fmt: skip
    """Do one of them. page: the view's name of the row's page; again: that page with what was typed and why not (400,
    409)."""
    way = ways.get(name)
    if way is None:
        raise Http404
    form = _form(way, row, name, request.POST)
    if not form.is_valid():
        return again(request, row.pk, bound=(name, form), status=400)
    try:
        way.do(row.pk, form.cleaned_data, by(request), timezone.now())
    except Refused as refused:
        return again(request, row.pk, bound=(name, form), trouble=str(refused), status=409)
    messages.success(request, str(way.said))
    return redirect(page, row.pk)


@dataclass(frozen=True, slots=True)
class Register(Generic[R]):
    """One row of a register as a page, and what can be done about it. here: where the menu stands; page: the view's
    name of the row's page; find: the row by its number (raises Http404); ways: what can be done; people: whose
    addresses the page shows, for that somebody looked is recorded (M10); context: what else the template is told, given
    what is offered; row: what the ways are about, where that is not what was found."""

    here: str
    page: str
    template: str
    find: Callable[[int], R]
    ways: Mapping[str, Way]
    context: Callable[[R, Mapping[str, Offered]], Mapping[str, Any]]
    people: Callable[[R], Iterable[str]] = lambda found: ()
    row: Callable[[R], Any] = lambda found: found

    def show(
        self,
        request: HttpRequest,
        number: int,
        *,
        bound: Bound | None = None,
        trouble: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """The page, with a form as it was sent where something was refused (400, 409)."""
        found, now = self.find(number), timezone.now()
        if request.method == "GET":
            opened.note(self.people(found), role=role_of(request), now=now)
        row = self.row(found)
        acts = offered(self.ways, row, bound)
        told = {**self.context(found, acts), "row": row, "acts": acts, "trouble": trouble}
        return render(request, self.template, {**page_context(self.here, now), **told}, status=status)

    def views(self) -> tuple[Callable[..., HttpResponseBase], Callable[..., HttpResponseBase]]:
        """The view of the page, and that of a POST which does one of the ways."""

        @require_safe
        @privacy_page(self.here)
        def one(request: HttpRequest, number: int) -> HttpResponse:
            return self.show(request, number)

        @require_POST
        @privacy_page(self.here)
        def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
            row = self.row(self.find(number))
            return done(request, self.ways, row, name, page=self.page, again=self.show)

        return one, act


def entered(
    request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], Model], *,
    said: str, page: str, template: str, context: Mapping[str, Any],
) -> HttpResponse:  # fmt: skip
    """A form that makes a row. said: that it is made; page: the view's name of the row's page; template: the form's own
    page, with what was typed and why not (400, 409)."""
    trouble, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = act(form.cleaned_data)
            except Refused as refused:
                trouble, status = str(refused), 409
            else:
                messages.success(request, said)
                return redirect(page, made.pk)
    return render(request, template, {**context, "form": form, "trouble": trouble}, status=status)


def _form(way: Way, row: Any, name: str, data: Any = None) -> forms.Form:
    more = {"row": row} if issubclass(way.form, RowForm) else {}
    return way.form(data, auto_id=f"id-{name}-%s", **more)


class RowForm(forms.Form):
    """A form about one row."""

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the row."""


STATES: Mapping[str, tuple[str, Promise]] = {
    Outgoing.State.WAITING: ("waiting", _("mail waits to be sent")),
    Outgoing.State.SENDING: ("waiting", _("mail waits to be sent")),
    Outgoing.State.SENT: ("kept", _("mailed")), Outgoing.State.OUTBOX: ("kept", _("mailed")),
    Outgoing.State.FAILED: ("broken", _("the mail failed")),
    Outgoing.State.BOUNCED: ("broken", _("the mail came back")),
}  # fmt: skip


def mails(numbers: Iterable[int | None]) -> dict[int, Mark]:
    """How it stands with these messages, in one query; those that have gone by now are not among them."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    found = Outgoing.objects.filter(pk__in=wanted).values_list("pk", "state")
    return {pk: Mark(STATES[state][0], str(STATES[state][1])) for pk, state in found}
