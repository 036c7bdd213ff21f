"""Template filters: the words of `gallra.site.saying` in the language of the page, and marks of status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from gallra.kinds import Text
from gallra.running.report import Evidence, FindingLine, KindCount, ReceiptLine, RunLine, Status
from gallra.site import saying
from gallra.systems.own import every

register = template.Library()

_HYPHENED = re.compile(r"(?<![\w&-])(\w-\w+)")

STATUS: dict[Status, Promise] = {
    "kept": gettext_lazy("Kept"),
    "waiting": gettext_lazy("Waiting"),
    "broken": gettext_lazy("Broken"),
    "uncovered": gettext_lazy("No rule"),
    "outdated": gettext_lazy("Outdated"),
}
LEVEL: dict[str, Promise] = {
    "error": gettext_lazy("Error"),
    "warning": gettext_lazy("Warning"),
    "advice": gettext_lazy("Advice"),
}
OUTCOME: dict[str, Promise] = {
    "finished": gettext_lazy("finished"),
    "stopped": gettext_lazy("stopped"),
    "failed": gettext_lazy("failed"),
    "running": gettext_lazy("running"),
}

VERBS: dict[str, Promise] = {
    "archive": gettext_lazy("archived"),
    "erase": gettext_lazy("erased"),
    "review": gettext_lazy("put up for review"),
    "blank": gettext_lazy("blanked"),
}

REASONS: dict[str, Promise] = {
    "interrupted": gettext_lazy("it was interrupted"),
    "clock future": gettext_lazy("the clock: the day lay in the future"),
    "clock behind": gettext_lazy("the clock: a day or more before the last entry"),
    "clock ahead": gettext_lazy("the clock: more than seven days after the last entry"),
}


def language() -> str:
    """The language of the page: sv or en."""
    return "sv" if (get_language() or "sv").startswith("sv") else "en"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value)


@register.filter
def number(value: int | None) -> str:
    return saying.number(value)


@register.filter
def unlocalised(value: float) -> str:
    """A coordinate for SVG: a point, never a comma, and no spaces."""
    return f"{value:g}"


@register.filter
def day(value: date | datetime | None) -> str:
    return saying.day(_local(value) if isinstance(value, datetime) else value, language())


@register.filter
def long_day(value: date | datetime | None) -> str:
    return saying.long_day(_local(value) if isinstance(value, datetime) else value, language())


@register.filter
def moment(value: datetime | None, now: datetime) -> str:
    return saying.moment(value and _local(value), _local(now), language())


@register.filter
def iso(value: date | datetime | None) -> str:
    """For `datetime` attributes: ISO 8601."""
    if value is None:
        return ""
    return _local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment a page is read, and when the next sweep begins: what "tonight" depends on."""

    now: datetime
    next_sweep: datetime | None


@register.filter
def due_day(value: date | None, clock: Clock) -> str:
    return saying.due_day(value, clock.next_sweep and _local(clock.next_sweep), _local(clock.now), language())


@register.filter
def said(value: Text | None) -> str:
    """A phrase in the language of the page."""
    return value[language()] if value else ""


@register.filter
def sentence(value: Text | str | None) -> str:
    """A phrase in the language of the page, as a sentence."""
    return saying.sentence(value[language()] if isinstance(value, Text) else value or "")


@register.filter
def prose(value: str) -> SafeString:
    """A text whose words of the form "e-post" stay on one line: they must not end it with "e-"."""
    return mark_safe(_HYPHENED.sub(r'<span class="nowrap">\1</span>', escape(value)))  # noqa: S308 (escaped first)


@register.filter
def lines(value: tuple[str, ...]) -> str:
    return "\n".join(value)


@register.filter
def mark(status: Status) -> SafeString:
    """The mark of a status: shape and colour by class, and the word."""
    return format_html('<span class="mark {}">{}</span>', status, STATUS[status])


@register.filter
def status_word(status: Status) -> str:
    return str(STATUS[status])


@register.filter
def level(finding: FindingLine | str) -> str:
    return str(LEVEL[finding if isinstance(finding, str) else finding.level])


@register.filter
def outcome(run: RunLine) -> str:
    return str(OUTCOME[run.outcome])


@register.filter
def run_kind(run: RunLine) -> str:
    return _("Sweep") if run.kind == "sweep" else _("Check")


@register.filter
def run_reason(run: RunLine) -> str:
    """Why a run did not do all it should, in words; "" where it did."""
    guard, _space, rest = run.reason.partition(" ")
    if guard == "brake":
        return _("the brake: too many %(kinds)s at once") % {"kinds": ", ".join(map(many, rest.split(", ")))}
    return str(REASONS.get(run.reason, run.reason))


@register.filter
def short_hash(value: str) -> str:
    """The first and last letters of a hash, as people compare them: 7f3a…c2."""
    return value if len(value) <= 8 else f"{value[:4]}…{value[-2:]}"


@register.filter
def next_count(counts: tuple[KindCount, ...]) -> KindCount | None:
    """Of a promise's counts, the one whose next day comes first."""
    return min((c for c in counts if c.next_day), key=lambda c: c.next_day or date.max, default=None)


@register.filter
def evidence(value: Evidence, now: datetime) -> str:
    """How the status is known, in a few words: mätt i dag 02.04; inbyggt, 14 prov; intygat 1 mars 2026."""
    if value.kind == "measured" and value.at:
        return _("measured %(when)s") % {"when": moment(value.at, now)}
    if value.kind == "built in":
        words = ngettext("built in, %(count)s test", "built in, %(count)s tests", len(value.tests))
        return words % {"count": number(len(value.tests))}
    if value.kind == "attested" and value.at:
        return _("attested %(day)s") % {"day": day(value.at)}
    return _("no evidence yet")


@register.filter
def many(kind: str) -> str:
    """Records of a kind in the plural: ärenden, cases; the kind's own name where this release does not know it."""
    return every()[kind].noun.many[language()] if kind in every() else kind


@register.filter
def counted(count: KindCount) -> str:
    """What a rule says of a record kind: "412 ärenden: 37 ska gallras, 300 väntar på sin dag, 75 utan startdag"."""
    said = (
        (count.due, _("%(count)s due")),
        (count.late, _("%(count)s of them late")),
        (count.waiting, _("%(count)s wait for their day")),
        (count.not_yet, _("%(count)s whose clock has not begun")),
        (count.held, _("%(count)s on hold")),
        (count.obliged, _("%(count)s kept by statute")),
        (count.uncovered, _("%(count)s that no rule reaches")),
    )
    parts = [words % {"count": number(value)} for value, words in said if value]
    whole = f"{number(count.total)} {many(count.kind)}"
    return f"{whole}: {', '.join(parts)}" if parts else whole


@register.filter
def received(receipt: ReceiptLine, now: datetime) -> str:
    """What a receipt tells, in a few words: "41 ärenden arkiverade, i går 02.04"."""
    verb = VERBS.get(receipt.action)
    when = moment(receipt.at, now)
    what = f"{number(receipt.count)} {many(receipt.kind)}"
    return f"{what} {verb}, {when}" if verb else f"{what}, {when}"
