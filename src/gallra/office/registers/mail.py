"""How mail goes: what waits, what failed, what came back; try again or give up. Numbers, names of texts, codes and
times; never an address, and nothing of what was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gallra.mail import delivering
from gallra.mail.models import Outgoing
from gallra.mail.state import Show, counts, listed, state
from gallra.office.registers.pages import STATES, Mark, Sum, one_of, page_for, paged
from gallra.office.requests.showing import TEXTS, page_context
from gallra.site.models import Role

HERE = "mail"
READERS = (Role.PRIVACY, Role.OPERATOR)
SHOWS: Mapping[Show, Promise] = {
    "failed": gettext_lazy("Did not arrive"), "bounced": gettext_lazy("Came back"),
    "waiting": gettext_lazy("Waiting"),
}  # fmt: skip
OURS: Mapping[str, Promise] = {
    **TEXTS,
    "rights/lifting": gettext_lazy("Told that a restriction ends"),
    "rights/notice": gettext_lazy("A recipient told of a change"),
    "rights/clock": gettext_lazy("Reminder of a breach's clock, to staff"),
    "rights/breach": gettext_lazy("Told of a breach"),
    "newsletter": gettext_lazy("Newsletter"),
    "trial": gettext_lazy("Trial message"),
    "portal/code": gettext_lazy("A code for My data"),
    "portal/support_code": gettext_lazy("A code for the support portal"),
    "portal/signup": gettext_lazy("Newsletter sign-up to confirm"),
    "portal/arrived": gettext_lazy("Acknowledgement of a form"),
    "portal/by_hand": gettext_lazy("A form to deal with by hand, to staff"),
    "support/answer": gettext_lazy("Told of an answer in a case"),
    "support/news": gettext_lazy("Told of something new in cases, to staff"),
    "support/waiting": gettext_lazy("Told that there is an answer in a case"),
}
"""Our texts, as staff call them."""


@require_safe
@page_for(HERE, *READERS)
def mail(request: HttpRequest) -> HttpResponse:
    """What did not arrive, or `?show=` what came back or waits."""
    now = timezone.now()
    show = cast(Show, one_of(request, "show", SHOWS) or "failed")
    page = paged(listed(show), request, {"show": show if show != "failed" else ""})
    number = counts(now)
    sums = [Sum(title, number[name], f"show={name}", name == show) for name, title in SHOWS.items()]
    lines = [(row, OURS.get(row.text, row.text), _mark(row)) for row in page.rows]
    context = {
        "page": page,
        "lines": lines,
        "sums": sums,
        "show": show,
        "newly": number["newly"],
        "state": state(),
    }
    return render(request, "office/registers/mail.html", {**page_context(HERE, now), **context})


@require_POST
@page_for(HERE, *READERS)
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Send a message again that failed, try one at once that waits, or give it up."""
    if name not in ACTS:
        raise Http404
    verb, said, no = ACTS[name]
    if verb(number, now=timezone.now()):
        messages.success(request, said % {"number": number})
    else:
        messages.error(request, no % {"number": number})
    show = "" if name == "again" else "?show=waiting"
    return redirect(reverse("office:mail") + show)


def _mark(row: Outgoing) -> Mark:
    return Mark(STATES[row.state][0], str(row.get_state_display()))


ACTS = {
    "again": (
        delivering.send_again, gettext_lazy("Mail %(number)d waits to be sent."),
        gettext_lazy("Mail %(number)d has not failed, or there is no mail server. Nothing was changed."),
    ),
    "now": (
        delivering.try_now, gettext_lazy("Mail %(number)d is tried now."),
        gettext_lazy("Mail %(number)d waits no longer. Nothing was changed."),
    ),
    "give-up": (
        delivering.give_up, gettext_lazy("Mail %(number)d was given up."),
        gettext_lazy("Mail %(number)d waits no longer, or is being sent at this moment. Nothing was changed."),
    ),
}  # fmt: skip
