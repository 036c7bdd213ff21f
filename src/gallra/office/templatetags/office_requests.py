"""Template filters of the request pages: how a request stands, what comes next, what becomes of a row."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gallra.rights.queue import Line
from gallra.rights.words import State, Verdict
from gallra.site import saying

register = template.Library()

NEAR = 7
"""Days from which a request's day is near."""
STEPS: dict[str, Promise] = {
    "sort": gettext_lazy("say what is asked for"),
    "wait for the link": gettext_lazy("the person confirms by the link"),
    "settle identity": gettext_lazy("settle who it is"),
    "wait": gettext_lazy("is being looked up"),
    "decide": gettext_lazy("decide"),
    "carried out": gettext_lazy("is being carried out"),
    "closed": gettext_lazy("nothing"),
}
ENDED: dict[str, Promise] = {
    State.ANSWERED: gettext_lazy("Answered"),
    State.REFUSED: gettext_lazy("Refused"),
    State.WITHDRAWN: gettext_lazy("Closed without an answer"),
}
FATES: dict[str, str] = {
    Verdict.ERASE: "waiting", Verdict.BLANK: "waiting", Verdict.GIVE: "kept", Verdict.KEEP: "uncovered",
    Verdict.HOLD: "uncovered", Verdict.NEEDED: "uncovered", Verdict.LATER: "uncovered", Verdict.STAY: "uncovered",
    "change": "waiting", "merge": "waiting", "same": "kept", "clash": "broken",
}  # fmt: skip
"""Which of the four marks each fate of a row has."""


@register.filter
def left(line: Line) -> SafeString:
    """How a request stands with its day: one of the four marks, and the words."""
    css, word = _standing(line)
    return format_html('<span class="mark {}">{}</span>', css, word)


@register.filter
def next_step(line: Line) -> str:
    """What comes next, and how much there is of it."""
    if line.next == "decide" and line.undecided:
        words = ngettext(
            "decide on %(count)s likeness, mention or document",
            "decide on %(count)s likenesses, mentions and documents",
            line.undecided,
        )  # fmt: skip
        return words % {"count": saying.number(line.undecided)}
    return str(STEPS[line.next])


@register.filter
def fate(verdict: str) -> str:
    """The mark of what becomes of a row."""
    return FATES.get(verdict, "uncovered")


@register.filter
def by_whom(people: dict[str, str], way: str) -> str:
    """Who did something, by name; the person themselves where nobody else did."""
    return people.get(way, way) if way else _("the person")


def _standing(line: Line) -> tuple[str, str]:
    if line.request.state in ENDED:
        late = line.standing == "answered late"
        ended = str(ENDED[line.request.state])
        return ("broken", _("%(ended)s late") % {"ended": ended}) if late else ("kept", ended)
    if line.left is None:
        return "uncovered", _("The clock stands")
    if line.left < 0:
        words = ngettext("%(count)s day late", "%(count)s days late", -line.left)
        return "broken", words % {"count": saying.number(-line.left)}
    if line.left == 0:
        return "waiting", _("Today")
    words = ngettext("%(count)s day left", "%(count)s days left", line.left)
    return "waiting" if line.left <= NEAR else "kept", words % {"count": saying.number(line.left)}
