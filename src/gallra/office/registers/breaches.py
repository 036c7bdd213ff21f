"""Breaches of personal data (Articles 33 and 34): the 72-hour clock, what is known, whom it concerns and what they are
told, the report to the authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from gallra.office.access import by, role_of
from gallra.office.registers import forms
from gallra.office.registers.pages import (
    Mark,
    Offered,
    Register,
    Way,
    entered,
    mails,
    one_of,
    paged,
    privacy_page,
)
from gallra.office.requests.showing import Places, page_context, who
from gallra.rights import breach_affected, breach_report, breach_telling, breaches, opened
from gallra.rights.breach_telling import Words
from gallra.rights.breaches import Risk, Standing
from gallra.rights.errors import Refused
from gallra.rights.models import Affected, Breach
from gallra.running.installed import running
from gallra.site import saying
from gallra.site.templatetags.words import language

HERE = "breaches"
NEAR = 24
"""Hours from which the clock is near its end."""


@require_safe
@privacy_page(HERE)
def listed(request: HttpRequest) -> HttpResponse:
    """The register: what is open, or with `?show=closed` what is not."""
    show, now = one_of(request, "show", ("closed",)), timezone.now()
    page = paged(Breach.objects.filter(closed_at__isnull=not show), request, {"show": show})
    standings = {
        each.breach.pk: each
        for each in breaches.lines(Breach.objects.filter(pk__in=[r.pk for r in page.rows]), now)
    }
    lines = [(standings[row.pk], clock(standings[row.pk])) for row in page.rows if row.pk in standings]
    context = {"page": page, "show": show, "lines": lines}
    return render(request, "office/registers/breaches.html", {**_here(), **context})


@require_http_methods(["GET", "HEAD", "POST"])
@privacy_page(HERE)
def enter(request: HttpRequest) -> HttpResponse:
    """Write down a breach: its clock begins (400 or 409 with what was typed, where that cannot be)."""
    form = forms.EnterBreach(request.POST or None)

    def made(said: dict[str, Any]) -> Breach:
        now = timezone.now()
        return breaches.enter(
            what=said["what"], known_at=said["known_at"] or now, happened_at=said["happened_at"], kinds=said["kinds"],
            by=by(request), now=now,
        )  # fmt: skip

    return entered(
        request, form, made, said=_("Written down. The clock runs."), page="office:breach",
        template="office/registers/breach_enter.html", context=_here(),
    )  # fmt: skip


def _facts(found: Standing, acts: Mapping[str, Offered]) -> dict[str, Any]:
    """The clock, what is known, whom it concerns, every step, and what comes first."""
    row, places = _row(found), Places()
    steps = list(row.steps.order_by("at", "pk"))
    return {
        "standing": found,
        "mark": clock(found),
        "report_by": row.known_at + breaches.CLOCK,
        "kinds": places.of_kinds(row.kinds),
        "not_asked": [(one, places.of_kinds(one.kinds)) for one in breach_affected.not_asked(row)],
        "entries": breaches.receipts(row.pk)[:100],
        "left": found.affected - found.told,
        "steps": steps,
        "languages": list(breach_telling.parts(row)),
        "people": who([row.entered_by, *(step.by for step in steps)]),
        "first": acts.get(_first(found)),
    }  # fmt: skip


@require_safe
@privacy_page(HERE)
def people(request: HttpRequest, number: int) -> HttpResponse:
    """Whom it concerns, and who has been told: addresses."""
    found, now = _found(number), timezone.now()
    page = paged(Affected.objects.filter(breach=found.breach), request)
    opened.note([row.address for row in page.rows], role=role_of(request), now=now)
    sent = mails(row.mail for row in page.rows)
    lines = [(row, _told(row, sent)) for row in page.rows]
    context = {"standing": found, "row": found.breach, "page": page, "lines": lines}
    return render(request, "office/registers/breach_people.html", {**_here(), **context})


@require_safe
@privacy_page(HERE)
def report(request: HttpRequest, number: int, lang: str) -> HttpResponse:
    """The report as a letter in PDF/UA; 404 for another language than Swedish and English."""
    _found(number)
    if lang not in forms.LANGUAGES:
        raise Http404
    content = breach_report.pdf(number, language=lang, now=timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="breach-{number}-{lang}.pdf"'
    return response


@require_safe
@privacy_page(HERE)
def message(request: HttpRequest, number: int, lang: str) -> HttpResponse:
    """What people are told as a letter to post; 404 where nothing is written in that language."""
    try:
        content = breach_report.to_post(number, language=lang, now=timezone.now())
    except Refused:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="breach-{number}-message-{lang}.pdf"'
    return response


@require_safe
@privacy_page(HERE)
def data(request: HttpRequest, number: int) -> HttpResponse:
    """The same as JSON."""
    _found(number)
    said = breach_report.export(number, now=timezone.now())
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = f'attachment; filename="breach-{number}.json"'
    return response


def clock(found: Standing) -> Mark:
    """How a breach stands with its 72 hours."""
    if found.breach.reported_at is not None:
        day = saying.day(timezone.localtime(found.breach.reported_at).date(), language())
        return Mark("kept", _("Reported %(day)s") % {"day": day})
    if found.left is None:
        return Mark("uncovered", _("Need not be reported"))
    hours = int(abs(found.left))
    if found.left < 0:
        words = ngettext("%(count)s hour late", "%(count)s hours late", hours)
        return Mark("broken", words % {"count": saying.number(hours)})
    words = ngettext("%(count)s hour left", "%(count)s hours left", hours)
    return Mark("waiting" if found.left <= NEAR else "kept", words % {"count": saying.number(hours)})


def _told(row: Affected, sent: Mapping[int, Mark]) -> Mark:
    if row.told_at is None:
        return Mark("waiting", _("not told yet"))
    return sent.get(row.mail or 0, Mark("kept", _("mailed")))


def _here() -> dict[str, Any]:
    return page_context(HERE, timezone.now())


def _found(number: int) -> Standing:
    try:
        return breaches.one(number, timezone.now())
    except Refused:
        raise Http404 from None


def _row(found: Standing) -> Any:
    """The breach, with how many it concerns and how many of them have been told."""
    return found.breach


def _first(found: Standing) -> str:
    """What comes next: one thing stands at the top of the page."""
    breach = found.breach
    if breach.closed_at is not None:
        return ""
    if breach.risk == Risk.UNKNOWN:
        return "judge"
    if found.left is not None:
        return "reported"
    if breach.risk == Risk.HIGH and not found.affected:
        return "look"
    if breach.risk == Risk.HIGH and found.told < found.affected:
        return "tell"
    return "close"


def _open(row: Any) -> bool:
    return bool(row.closed_at is None)


def _tell(number: int, said: dict[str, Any], by: str, now: datetime) -> object:
    second = "en" if running().policy.controller.language == "sv" else "sv"
    other = Words(said["other"], said["consequences"], said["measures"])
    return breach_telling.tell(
        number, message=said["message"], also={second: other} if said["other"].strip() else None,
        people=said["people"], by=by, now=now,
    )  # fmt: skip


def _reported(number: int, said: dict[str, Any], by: str, now: datetime) -> object:
    return breaches.reported(
        number, at=said["at"] or now, reference=said["reference"], late_because=said["late_because"], by=by,
        now=now,
    )  # fmt: skip


WAYS: Mapping[str, Way] = {
    "judge": Way(
        gettext_lazy("Judge the risk"),
        gettext_lazy("What it means for the people, and what is done about it; again when more is known."),
        gettext_lazy("Keep the judgement"),
        gettext_lazy("Written down."),
        forms.Judge,
        lambda number, said, by, now: breaches.judge(number, **said, by=by, now=now),
        _open,
    ),
    "reported": Way(
        gettext_lazy("It has been reported to the authority"),
        gettext_lazy("Take out the report below, send it, and write down when."),
        gettext_lazy("Write it down"),
        gettext_lazy("Written down. The clock stands."),
        forms.Reported,
        _reported,
        _open,
    ),
    "look": Way(
        gettext_lazy("Look up whom it concerns"),
        gettext_lazy(
            "The registers and the other databases are asked for everybody in this data. Again adds only who has come "
            "since. Whom the data has no e-mail address of is not found: see to them yourself."
        ),
        gettext_lazy("Look them up"),
        gettext_lazy("Looked up."),
        forms.NoWords,
        lambda number, said, by, now: breach_affected.look(number, by=by, now=now),
        _open,
    ),
    "list": Way(
        gettext_lazy("Add people by hand"),
        gettext_lazy(
            "Whom you have found in a system that could not be asked, on paper or in a file: they are told as the "
            "others are."
        ),
        gettext_lazy("Add them"),
        gettext_lazy("Added."),
        forms.ByHand,
        lambda number, said, by, now: breach_affected.list_by_hand(
            number, said["addresses"], system=said["system"], by=by, now=now
        ),
        _open,
    ),
    "tell": Way(
        gettext_lazy("Tell the people"),
        gettext_lazy(
            "Everybody who has not been told gets one mail, in the language they read where that is "
            "known (Article 34). It cannot be called back."
        ),
        gettext_lazy("Write to them"),
        gettext_lazy("A job writes to them now."),
        forms.Tell,
        _tell,
        lambda row: _open(row) and row.people > row.people_told,
    ),
    "note": Way(
        gettext_lazy("Note a step"),
        gettext_lazy("What was done, for the documentation that Article 33(5) asks for."),
        gettext_lazy("Note it"),
        gettext_lazy("Written down."),
        forms.Noted,
        lambda number, said, by, now: breaches.note(number, text=said["text"], by=by, now=now),
        _open,
    ),
    "close": Way(
        gettext_lazy("Close it"),
        gettext_lazy("Nothing more is to be done. It stays in the register until its period has passed."),
        gettext_lazy("Close it"),
        gettext_lazy("Closed."),
        forms.NoWords,
        lambda number, said, by, now: breaches.close(number, by=by, now=now),
        _open,
    ),
}

REGISTER = Register(
    HERE, "office:breach", "office/registers/breach.html", find=_found, ways=WAYS, context=_facts, row=_row
)
one, act = REGISTER.views()
