"""Template filters of the office: ledger entries and counts in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallra.kinds import RecordKind
from gallra.ledger.models import Entry
from gallra.office import entries
from gallra.running.listing import About, Line
from gallra.running.report import KindCount, PromiseReport
from gallra.site import saying
from gallra.site.templatetags.words import Clock, due_day, language

register = template.Library()

STANDING: dict[str, tuple[str, Promise]] = {
    "waiting": ("kept", gettext_lazy("Clock runs")),
    "not yet": ("kept", gettext_lazy("Not begun")),
    "due": ("waiting", gettext_lazy("Due")),
    "review": ("waiting", gettext_lazy("To be reviewed")),
    "late": ("broken", gettext_lazy("Late")),
    "held": ("kept", gettext_lazy("On hold")),
    "obliged": ("kept", gettext_lazy("Kept by statute")),
    "uncovered": ("uncovered", gettext_lazy("No rule")),
    "off": ("uncovered", gettext_lazy("No rule")),
    "archived": ("kept", gettext_lazy("Archived")),
    "erased": ("kept", gettext_lazy("Erased")),
    "all": ("kept", gettext_lazy("All")),
    "next": ("kept", gettext_lazy("Next day")),
}
"""Of a record and of the count it is in: which of the four marks it has, and the word."""
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@register.filter
def action(name: str) -> str:
    return entries.action(name)


@register.filter
def done(name: str) -> str:
    return entries.done(name)


@register.filter
def summary(body: Mapping[str, object]) -> str:
    return entries.summary(body)


@register.filter
def records(body: Mapping[str, object]) -> int | None:
    return entries.records(body)


@register.filter
def rule(entry: Entry) -> str:
    """The rule an entry is about; a run as a whole is about none."""
    return "" if entry.rule in (None, "sweep", "check") else str(entry.rule)


@register.filter
def excepted(count: KindCount) -> int:
    """Records that would go but for a hold or a statute."""
    return count.held + count.obliged


VALUES = {
    "all": "total", "waiting": "waiting", "next": "next_count", "not yet": "not_yet", "due": "due", "late": "late",
    "held": "held", "obliged": "obliged", "uncovered": "uncovered",
}  # fmt: skip
"""The count of a rule that each state is."""


@register.simple_tag
def behind(count: KindCount, state: str, words: str = "{}") -> SafeString:
    """A number of the board, in `words` ("{} late"), as a link to the records behind it; 0 leads nowhere."""
    value = int(getattr(count, VALUES[state]))
    said = words.format(saying.number(value))
    if not value:
        return format_html("{}", said)
    day = {"day": count.next_day.isoformat()} if state == "next" and count.next_day else {}
    query = urlencode({"rule": count.rule, "state": state.replace(" ", "-"), **day})
    return format_html('<a href="{}?{}">{}</a>', reverse("office:records", args=[count.kind]), query, said)


@register.simple_tag
def behind_all(promise: PromiseReport, state: str) -> SafeString:
    """A promise's sum as a link: to the records where one rule keeps it, else to its counts."""
    if len(promise.counts) == 1:
        return behind(promise.counts[0], state)
    value = promise.records if state == "all" else promise.due
    if not value:
        return format_html("{}", saying.number(value))
    address = reverse("office:promise", args=[promise.id])
    return format_html('<a href="{}#now">{}</a>', address, saying.number(value))


@register.filter
def standing(of: Line | About) -> SafeString:
    """How a record stands: one of the four marks, and the word."""
    css, word = STANDING[of.standing]
    return format_html('<span class="mark {}">{}</span>', css, word)


@register.filter
def state_word(state: str) -> str:
    """A count of the board as a word."""
    return str(STANDING[state][1])


@register.filter
def one(kind: RecordKind) -> str:
    """What one record of a kind is called, without its article, with a capital: "Ärende", "Case"."""
    return capfirst(kind.noun.one[language()].partition(" ")[2] or kind.name)


@register.filter
def called(kind: RecordKind) -> str:
    """Records of a kind in the plural, with a capital."""
    return capfirst(kind.noun.many[language()])


@register.filter
def goes(line: Line, clock: Clock) -> str:
    """The day on which the record goes, or went, or is reviewed at the latest; a dash where none is known."""
    day = line.answer.day
    if day is None or day == date.max or line.standing == "held":
        return saying.NONE
    if line.answer.state in ("waiting", "due"):
        return due_day(day, clock)
    return saying.day(day, language())


@register.filter
def dated(value: str) -> str:
    """A sentence with its ISO dates as pages say days: 21 nov 2026."""
    return _ISO.sub(lambda found: _said(found[0]), value)


@register.filter
def through(line: Line) -> str:
    """Through which day a statute keeps the record; "" where none does."""
    if line.kept_through is None:
        return ""
    if line.kept_through == date.max:
        return _("statute, until its financial year is known")
    return _("statute, through %(day)s") % {"day": saying.day(line.kept_through, language())}


def _said(word: str) -> str:
    try:
        return saying.day(date.fromisoformat(word), language())
    except ValueError:
        return word
