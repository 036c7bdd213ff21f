"""Disclosures (M14, M15, S13), and recipients who are to be told of a change (Article 19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gallra.ledger.models import Entry
from gallra.office.access import by, role_of
from gallra.office.registers import forms
from gallra.office.registers.pages import (
    Mark,
    Register,
    Sum,
    Way,
    entered,
    mails,
    one_of,
    paged,
    privacy_page,
)
from gallra.office.requests.previewing import field_title
from gallra.office.requests.showing import Places, page_context, who
from gallra.rights import disclosures, opened
from gallra.rights.models import Disclosure, Notice
from gallra.rights.words import Right

HERE, TELLING = "disclosures", "notices"
To = Disclosure.To


@require_safe
@privacy_page(HERE)
def listed(request: HttpRequest) -> HttpResponse:
    """What was given out, the newest first: `?to=` authorities, recipients, or exports by staff."""
    to = one_of(request, "to", To.values)
    every = Disclosure.objects.filter(to=to) if to else Disclosure.objects.all()
    page = paged(every, request, {"to": to})
    counts = disclosures.counts(timezone.now())
    sums = [
        Sum(gettext_lazy("To authorities"), counts.authorities, "to=authority", to == To.AUTHORITY),
        Sum(gettext_lazy("To recipients"), counts.recipients, "to=recipient", to == To.RECIPIENT),
        Sum(gettext_lazy("Taken out by staff"), counts.staff, "to=staff", to == To.STAFF),
        Sum(gettext_lazy("Recipients to tell"), counts.to_tell, address=reverse("office:notices")),
    ]
    people = who(row.by for row in page.rows)
    lines = [(row, disclosures.name_of(row), people.get(row.by, row.by)) for row in page.rows]
    context = {"page": page, "lines": lines, "sums": sums, "to": to}
    return render(request, "office/registers/disclosures.html", {**_here(HERE), **context})


@require_http_methods(["GET", "HEAD", "POST"])
@privacy_page(HERE)
def enter(request: HttpRequest) -> HttpResponse:
    """Write down that data was given to somebody (400 or 409 with what was typed, where that cannot be)."""
    form = forms.Disclose(request.POST or None)
    return entered(
        request, form, lambda said: _record(said, by(request)), said=_("Written down, and in the ledger."),
        page="office:disclosure", template="office/registers/disclose.html", context=_here(HERE),
    )  # fmt: skip


@require_safe
@privacy_page(HERE)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One disclosure, with its receipt."""
    found, now = Disclosure.objects.filter(pk=number).first(), timezone.now()
    if found is None:
        raise Http404
    opened.note([found.address], role=role_of(request), now=now)
    places = Places()
    context = {
        "row": found,
        "name": disclosures.name_of(found),
        "people": who([found.by, found.approved_by]),
        "kinds": places.of_kinds(found.kinds),
        "entry": Entry.objects.filter(action="disclosure", at=found.added_at).order_by("number").first(),
    }  # fmt: skip
    return render(request, "office/registers/disclosure.html", {**_here(HERE), **context})


@require_safe
@privacy_page(TELLING)
def notices(request: HttpRequest) -> HttpResponse:
    """Recipients who are to be told, with `?show=all` those who have been, too."""
    show = one_of(request, "show", ("all",))
    found = Notice.objects.select_related("request")
    page = paged(found if show else found.filter(state=Notice.State.TO_TELL), request, {"show": show})
    sent = mails(row.mail for row in page.rows)
    context = {"page": page, "show": show, "lines": [(row, standing(row, sent)) for row in page.rows]}
    return render(request, "office/registers/notices.html", {**_here(TELLING), **context})


def _told(found: Notice, acts: object) -> dict[str, Any]:
    """One recipient: what they are to be told, and of whom."""
    wishes = found.request.wishes if found.request.right == Right.RECTIFICATION else {}
    return {
        "standing": standing(found, mails([found.mail])),
        "wishes": [(field_title(word), value) for word, value in wishes.items()],
        "people": who([found.by]),
    }


def standing(row: Notice, sent: Mapping[int, Mark]) -> Mark:
    """To be told, told (by mail: how that went), or not to be told."""
    if row.state == Notice.State.MAILED:
        return sent.get(row.mail or 0, Mark("kept", _("mailed")))
    css = {Notice.State.TO_TELL: "waiting", Notice.State.TOLD: "kept"}.get(
        Notice.State(row.state), "uncovered"
    )
    return Mark(css, str(row.get_state_display()))


def _record(said: dict[str, Any], by: str) -> Disclosure:
    to = said["to"]
    return disclosures.record(
        to=to, recipient=said["authority"] if to == To.AUTHORITY else said["recipient"], ground=said["ground"],
        why=said["why"], extent=said["extent"], approved_by=said["approved_by"], kinds=said["kinds"],
        address=said["address"], on=said["on"], by=by, now=timezone.now(),
    )  # fmt: skip


def _here(here: str) -> dict[str, Any]:
    return page_context(here, timezone.now())


def _notice(number: int) -> Notice:
    found = Notice.objects.select_related("request").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


WAYS: Mapping[str, Way] = {
    "told": Way(
        gettext_lazy("Tick it off"),
        gettext_lazy(
            "You have told the recipient, or it cannot be done. The answer to the person names those "
            "who were told."
        ),
        gettext_lazy("Tick it off"),
        gettext_lazy("Ticked off."),
        forms.Tick,
        lambda number, said, by, now: disclosures.tell(
            number, how=said["how"], impossible=said["impossible"], by=by, now=now
        ),
        lambda row: row.state != Notice.State.TOLD,
    ),
}

NOTICES = Register(
    TELLING, "office:notice", "office/registers/notice.html", find=_notice, ways=WAYS, context=_told,
    people=lambda row: [row.request.address],
)  # fmt: skip
notice, tick = NOTICES.views()
