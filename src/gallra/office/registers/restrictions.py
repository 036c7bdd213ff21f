"""Restrictions (Article 18): who is only stored, what that blocks, and how it ends: the person is told first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gallra.mail.models import Outgoing
from gallra.office.access import by
from gallra.office.registers import forms
from gallra.office.registers.pages import (
    Mark,
    Register,
    Way,
    entered,
    mails,
    one_of,
    paged,
    privacy_page,
)
from gallra.office.requests.showing import Counted, Places, page_context, who
from gallra.rights import restriction
from gallra.rights.models import Restriction
from gallra.running import persons
from gallra.site import saying
from gallra.site.templatetags.words import language

HERE = "restrictions"


@require_safe
@privacy_page(HERE)
def listed(request: HttpRequest) -> HttpResponse:
    """Those in force, or with `?show=all` the lifted ones too; by numbers."""
    show = one_of(request, "show", ("all",))
    page = paged(restriction.restrictions(lifted=bool(show)), request, {"show": show})
    sent = mails(row.mail for row in page.rows)
    context = {"page": page, "show": show, "lines": [(row, standing(row, sent)) for row in page.rows]}
    return render(request, "office/registers/restrictions.html", {**_here(), **context})


@require_http_methods(["GET", "HEAD", "POST"])
@privacy_page(HERE)
def enter(request: HttpRequest) -> HttpResponse:
    """Restrict somebody (400 or 409 with what was typed, where that cannot be)."""
    form = forms.Restrict(request.POST or None, initial={"language": language()})

    def made(said: dict[str, Any]) -> Restriction:
        return restriction.add(
            said["address"],
            ground=said["ground"],
            language=said["language"],
            by=by(request),
            now=timezone.now(),
        )

    return entered(
        request, form, made, said=_("Restricted: the data is only stored from now on."), page="office:restriction",
        template="office/registers/restrict.html", context=_here(),
    )  # fmt: skip


def _told(found: Restriction, acts: object) -> dict[str, Any]:
    """Since when and why, what it blocks, how it ends."""
    everything = persons.find(found.address, now=timezone.now()) if found.address else None
    sent = mails([found.mail])
    return {
        "standing": standing(found, sent),
        "people": who([found.by, found.ending_by]),
        "told": sent.get(found.mail or 0),
        "blocked": _blocked(everything, found) if everything else [],
        "kinds": [kind[language()] for kind in restriction.kinds_of(found)],
        "unreachable": sorted(everything.unreachable) if everything else [],
    }


def _blocked(everything: persons.Everything, row: Restriction) -> list[Counted]:
    """The person's rows by system, of the kinds that the restriction is about; not Gallra's own, which go on by their
    periods."""
    places = Places()
    about = _tables(row, everything)
    own = {kind.table.name for kind in places.kinds.values() if kind.system == "gallra"}
    counts = {
        system: {
            table: n for table, n in tables.items() if table not in own and (about is None or table in about)
        }
        for system, tables in everything.counts().items()
    }
    return places.found(counts)


def _tables(row: Restriction, everything: persons.Everything) -> set[str] | None:
    """The tables of the records found that are of its kinds; None for all."""
    if row.kinds is None:
        return None
    hits = [hit for found in everything.systems.values() for hit in found.hits if hit.kind.name in row.kinds]
    return {(hit.part.table if hit.part else hit.kind.table).name for hit in hits}


def standing(row: Restriction, sent: Mapping[int, Mark]) -> Mark:
    """In force, ending (and whether the person knows), or lifted."""
    if row.lifted_at is not None:
        return Mark("uncovered", _("Lifted"))
    if row.ends_on is None:
        return Mark("kept", _("In force"))
    words = {"day": saying.day(row.ends_on, language())}
    mail = sent.get(row.mail or 0)
    if row.told_at is not None or (mail is not None and mail.css == "kept"):
        return Mark("waiting", _("Ends %(day)s, the person knows") % words)
    if mail is not None and mail.css == "broken":
        return Mark("broken", _("Cannot end: the mail to the person did not arrive"))
    return Mark("waiting", _("Ends %(day)s, once the person knows") % words)


def _here() -> dict[str, Any]:
    return page_context(HERE, timezone.now())


def _found(number: int) -> Restriction:
    found = restriction.restrictions(lifted=True).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _end(number: int, said: dict[str, Any], by: str, now: datetime) -> object:
    return restriction.end(
        number, reason=said["reason"], on=said["on"], told_how=said["told_how"], by=by, now=now
    )


def _known(row: Restriction) -> bool:
    """Whether the person knows that it ends."""
    gone = Outgoing.objects.filter(pk=row.mail, fate=Outgoing.Fate.SENT) if row.mail else None
    return row.told_at is not None or bool(gone and gone.exists())


WAYS: Mapping[str, Way] = {
    "end": Way(
        gettext_lazy("Decide that it ends"),
        gettext_lazy(
            "The person is told of the day and the reason first. Nothing is lifted before they know."
        ),
        gettext_lazy("Tell the person, and lift it then"),
        gettext_lazy("Decided. It is lifted once the person knows."),
        forms.EndRestriction,
        _end,
        lambda row: row.lifted_at is None and row.ends_on is None,
    ),
    "told": Way(
        gettext_lazy("I have told the person"),
        gettext_lazy(
            "Where the mail did not arrive: by letter or telephone. It is lifted on its day, the day "
            "after at the earliest."
        ),
        gettext_lazy("Write it down"),
        gettext_lazy("Written down."),
        forms.How,
        lambda number, said, by, now: restriction.told(number, how=said["how"], by=by, now=now),
        lambda row: row.lifted_at is None and row.ends_on is not None and not _known(row),
    ),
    "go-on": Way(
        gettext_lazy("It does not end after all"),
        gettext_lazy("It stays in force until somebody decides again."),
        gettext_lazy("Let it go on"),
        gettext_lazy("It goes on."),
        forms.NoWords,
        lambda number, said, by, now: restriction.go_on(number, by=by, now=now),
        lambda row: row.lifted_at is None and row.ends_on is not None,
    ),
}

REGISTER = Register(
    HERE, "office:restriction", "office/registers/restriction.html", find=_found, ways=WAYS, context=_told,
    people=lambda row: [row.address],
)  # fmt: skip
one, act = REGISTER.views()
