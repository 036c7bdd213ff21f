"""What pages of requests show, in words: what was found where, decisions, likenesses, mentions, mail, who did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallra.kinds import RecordKind, Text
from gallra.mail.models import Attachment, Incoming, Outgoing
from gallra.policy.wording.words import BASES
from gallra.rights import objecting
from gallra.rights.models import Decision, Request
from gallra.rights.words import Right, Verdict
from gallra.running import foreign
from gallra.running.installed import Running
from gallra.running.installed import running as installed
from gallra.site.models import User
from gallra.site.templatetags.words import Clock, language

MOST_MAIL = 50
TEXTS: Mapping[str, Promise] = {
    "rights/link": gettext_lazy("The link that confirms the request"),
    "rights/identity": gettext_lazy("Asked who they are"),
    "rights/extended": gettext_lazy("Told of more time"),
    "rights/answered": gettext_lazy("The link to the answer"),
    "rights/stopped": gettext_lazy("Told that mailings have stopped"),
    "rights/refused": gettext_lazy("Told that it is refused, and why"),
    "rights/completed": gettext_lazy("Told that what was kept has gone"),
    "rights/reminder": gettext_lazy("Reminder to staff"),
    "rights/code": gettext_lazy("A code for the answer"),
}
"""Our texts about a request, as staff call them."""


STAYS: Mapping[str, Promise] = {
    Right.ACCESS: gettext_lazy("is not given out, by decision"),
    Right.PORTABILITY: gettext_lazy("is not given out, by decision"),
    Right.OBJECTION: gettext_lazy("stays: grounds outweigh the objection"),
}
"""What "stays" means under a right."""


BESIDE = ("requests", "restrictions", "disclosures", "notices", "breaches", "mail")
"""Pages that have a menu of their own: requests, and what is kept beside them."""


def page_context(here: str, now: datetime) -> dict[str, Any]:
    """What every page of the office is told."""
    section = "requests" if here in BESIDE else here
    return {"here": here, "section": section, "outbox": settings.DEMO, "clock": Clock(now, None)}


@dataclass(frozen=True, slots=True)
class Place:
    """What rows of a table are called, and the system of the policy they stand in."""

    system: str
    what: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of one table in one system."""

    place: Place
    count: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is shown: what becomes of how much of what, by which statute until when, and why."""

    row: Decision
    place: Place
    statute: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Stands:
    """A purpose for which the person's data is used: its words, its basis, which records; whether it can be objected
    to, and whether that is absolute."""

    text: str
    basis: str
    records: str
    rows: int
    contested: bool
    marketing: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to the person or from them. said: what they wrote; files: what came with it; left_out: how many files were
    too large or too many, and stand in the mailbox only."""

    at: datetime
    what: str
    state: str
    ours: bool
    said: str = field(default="", repr=False)
    files: tuple[Attachment, ...] = ()
    left_out: int = 0


class Places:
    """What tables and record kinds are called, in the language of the page and under the running policy."""

    def __init__(self, policy: Running | None = None) -> None:
        self.policy = policy or installed()
        self.kinds = foreign.kinds_of(self.policy)
        self._records = self.policy.policy.records()
        self._tables: dict[str, Place] = {}
        for kind in self.kinds.values():
            self._take(kind)

    def of_table(self, table: str, kind: str = "") -> Place:
        """Where rows of a table stand, and what they are called: of a record of that kind, where it is named."""
        known = self.kinds.get(kind)
        if known is not None and table == known.table.name:
            return Place(self.system(known), capfirst(_said(known.noun.many)))
        return self._tables.get(table) or Place("", table)

    def of_kinds(self, kinds: Iterable[str]) -> list[Place]:
        """Record kinds, as far as they are known now, by what they are called."""
        return [self.of_table(self.kinds[name].table.name, name) for name in kinds if name in self.kinds]

    def found(self, counts: Mapping[str, Mapping[str, int]]) -> list[Counted]:
        """Numbers of rows by system and table, as `persons.Everything.counts` has them, in words, by system."""
        rows = [
            Counted(self.of_table(table), count)
            for tables in counts.values()
            for table, count in tables.items()
            if count
        ]
        return sorted(rows, key=lambda row: (row.place.system, row.place.what))

    def decided(self, rows: Iterable[Decision], *, right: str = "") -> list[Decided]:
        """Decisions in the order of their systems. right: the one that was asked for."""
        said = [
            Decided(row, self.of_table(row.table, row.kind), self.statute(row.statute), _decided(row, right))
            for row in rows
        ]
        return sorted(said, key=lambda one: (one.place.system, one.row.pk))

    def statute(self, id_: str) -> str:
        """What an obligation is called; "" where there is none."""
        known = {one.id: one for one in self.policy.rules.obligations}
        return _said(Text(known[id_].statute_sv, known[id_].statute_en)) if id_ in known else id_

    def system(self, kind: RecordKind) -> str:
        """The system of the policy that a kind stands in, by its title."""
        stated = self.policy.policy.system.get(self._records.get(kind.name, ""))
        return _said(stated.title) if stated else capfirst(kind.system)

    def _take(self, kind: RecordKind) -> None:
        system, many = self.system(kind), kind.noun.many
        self._tables.setdefault(kind.table.name, Place(system, capfirst(_said(many))))
        for part in kind.parts:
            said = _("%(part)s (in %(records)s)") % {"part": _said(part.title), "records": _said(many)}
            self._tables.setdefault(part.table.name, Place(system, capfirst(said)))
        if kind.contacts:
            self._tables.setdefault(kind.contacts.table.name, Place(system, _("Contact details")))


def _decided(row: Decision, right: str) -> str:
    """What becomes of a line; what would stay under an objection without a reason has not been decided on."""
    if right == Right.OBJECTION and row.verdict == Verdict.STAY and not row.reason:
        return _("to be decided")
    return called(row.verdict, right)


def called(verdict: str, right: str) -> str:
    """A verdict in words; what stays, does so for another reason under each right."""
    if verdict == Verdict.STAY and right in STAYS:
        return str(STAYS[right])
    return str(Verdict(verdict).label)


def stands(request: Request, places: Places) -> list[Stands]:
    """What the person's data is used for, what can be objected to first."""
    found = []
    for each in objecting.standing(request, places.policy.policy):
        basis = _said(BASES[each.purpose.basis]) if each.purpose.basis else ""
        records = [_said(places.kinds[kind].noun.many) for kind in each.kinds if kind in places.kinds]
        found.append(
            Stands(capfirst(_said(each.purpose.text)), basis, capfirst(", ".join(records)), each.rows,
                   each.contested, each.marketing)
        )  # fmt: skip
    return found


def who(ways: Iterable[str]) -> dict[str, str]:
    """Who did something, by what the verbs were told: "user 12" by name, in one query."""
    asked = {way for way in ways if way}
    numbers = {way: int(way[5:]) for way in asked if way.startswith("user ") and way[5:].isdigit()}
    known = User.objects.in_bulk(set(numbers.values())) if numbers else {}
    others = {"command line": _("the command line"), "mailbox": _("the mailbox")}
    said = {way: others.get(way, way) for way in asked}
    for way, number in numbers.items():
        user = known.get(number)
        said[way] = (user.name or str(user.get_role_display())) if user else _("somebody who has left")
    return said


def mails(request: Request) -> list[Mail]:
    """What went between us and the person about a request, the first first; at most `MOST_MAIL` each way."""
    sent = Outgoing.objects.filter(request=request.pk).order_by("pk")[:MOST_MAIL]
    came = Incoming.objects.filter(request=request.pk).prefetch_related("attachments").order_by("pk")
    written = [
        Mail(row.added_at, str(TEXTS.get(row.text, row.text)), str(row.get_state_display()), ours=True)
        for row in sent
    ]
    read = [
        Mail(row.received_at, row.subject, str(row.get_kind_display()), ours=False, said=row.said,
             files=tuple(row.attachments.all()), left_out=row.left_out)
        for row in came[:MOST_MAIL]
    ]  # fmt: skip
    return sorted((*written, *read), key=lambda mail: mail.at)


def last_kept(rows: Iterable[Decision]) -> date | None:
    """The last day that a statute keeps something, as far as it is known."""
    return max((row.until for row in rows if row.until), default=None)


def _said(text: Text) -> str:
    return text[language()]
