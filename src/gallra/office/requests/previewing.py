"""Exactly what will happen when somebody says yes: asked of every system now, not remembered from the look-up.

The mark is a hash of all that is shown. A yes that carries another mark is refused: a colleague decided something, or
something came or went, since the page was made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gallra.engine.person.erase import Line, Plan
from gallra.office.requests.reviewing import same
from gallra.office.requests.showing import Place, Places, called
from gallra.rights import book, carrying, copies, deciding, links, merging, portability, restriction
from gallra.rights.looking import verdict_of
from gallra.rights.models import Request
from gallra.rights.words import (
    COPIES,
    ERASES,
    EnclosedVerdict,
    MentionVerdict,
    NamedVerdict,
    Right,
    State,
    Verdict,
)
from gallra.running import erasures, persons
from gallra.site import saying
from gallra.site.templatetags.words import language

GOES = (Verdict.ERASE, Verdict.BLANK)


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of some rows. verdict: of Verdict, or the state of a correction; until, statute: of what is kept."""

    place: Place
    count: int
    verdict: str
    said: str
    until: date | None = None
    statute: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What will happen. also: besides the rows, in sentences; trouble: why it cannot be done as it stands; final:
    whether it cannot be undone; button: what the yes says."""

    rows: tuple[Row, ...]
    also: tuple[str, ...]
    button: str
    final: bool
    mark: str
    trouble: str = ""
    unreachable: tuple[str, ...] = field(default=())


class Changed(Exception):
    """What would happen now is not what the page showed."""


def ready(request: Request) -> bool:
    """Whether staff can say yes: it is known who asks, it was looked up, and nothing is left to be decided."""
    return (
        request.state == State.DECIDING
        and request.looked_up_at is not None
        and not deciding.undecided(request)
        and not (request.right == Right.RECTIFICATION and not request.wishes)
    )


def preview(request: Request, places: Places, *, now: datetime) -> Preview:
    """What will happen under a request that is ready; changes nothing."""
    trouble = ""
    rows: list[Row] = []
    also: list[str] = []
    unreachable: list[str] = []
    if request.right in ERASES:
        rows, also, unreachable = _erasure(request, places, now)
    elif request.right in COPIES:
        rows, unreachable = _copy(request, places, now)
        also = [*_included(request), *_given(request)]
    elif request.right == Right.RECTIFICATION:
        rows, trouble = _correction(request, places)
    also = [*also, *_always(request)]
    seen: dict[str, Any] = {
        "rows": [[row.place.what, row.count, row.verdict, str(row.until), row.statute] for row in rows],
        "decisions": list(request.decisions.order_by("pk").values_list("pk", "verdict")),
        "mentions": list(request.mentions.order_by("pk").values_list("pk", "verdict", "text")),
        "twins": list(request.twins.order_by("pk").values_list("pk", "verdict")),
        "named": list(request.named.order_by("pk").values_list("pk", "verdict")),
        "enclosed": list(request.enclosed.order_by("pk").values_list("pk", "verdict")),
        "wishes": request.wishes, "address": request.address,
    }  # fmt: skip
    mark = sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:32]
    final = request.right == Right.ERASURE or any(row.verdict in GOES for row in rows)
    return Preview(
        tuple(rows), tuple(also), _button(request, rows), final, mark, trouble,
        tuple(sorted(unreachable)),
    )  # fmt: skip


def approve(number: int, mark: str, *, by: str, now: datetime) -> Request:
    """Yes to what the page showed. Raises Changed where that is not what would happen now, and what
    `deciding.approve` raises."""
    with transaction.atomic():
        found = book.locked(number)
        if ready(found):
            shown = preview(found, Places(), now=now)
            if shown.mark != mark or shown.trouble:
                raise Changed
        return deciding.approve(number, by=by, now=now)


def _erasure(request: Request, places: Places, now: datetime) -> tuple[list[Row], list[str], list[str]]:
    rows: list[Row] = []
    account = staff = False
    unreachable: set[str] = set()
    kinds, mine = carrying.wanted_kinds(request), restriction.pending(request)
    for address in same(request):
        planned = erasures.plan_erasure(
            address, now=now, asked_at=request.received_at, kinds=kinds, despite=mine.get(address)
        )
        for plan in planned.systems.values():
            rows += [_line(line, places, request) for line in plan.lines]
            rows += _contacts(plan, places)
        account |= planned.sign_in is not None and not planned.sign_in.staff
        staff |= planned.sign_in is not None and planned.sign_in.staff
        unreachable |= set(planned.unreachable)
    also = []
    account &= request.right == Right.ERASURE or carrying.ACCOUNT in (kinds or ())
    if account:
        also.append(_("The account they sign in with goes, and every session of it."))
    if staff and request.right == Right.ERASURE:
        also.append(_("The account stays: the person works here."))
    if blanked := request.mentions.filter(verdict=MentionVerdict.BLANK).count():
        also.append(
            ngettext(
                "In %(count)s text of somebody else the words that name the person are blanked.",
                "In %(count)s texts of others the words that name the person are blanked.", blanked,
            ) % {"count": saying.number(blanked)}
        )  # fmt: skip
    if removed := request.mentions.filter(verdict=MentionVerdict.REMOVE).count():
        also.append(
            ngettext(
                "%(count)s document of somebody else that names the person is removed.",
                "%(count)s documents of others that name the person are removed.", removed,
            ) % {"count": saying.number(removed)}
        )  # fmt: skip
    also.append(_("Nothing that came after the request is touched."))
    also += _kept(request, rows)
    return _ordered(rows), also, sorted(unreachable)


def _contacts(plan: Plan, places: Places) -> list[Row]:
    """A contact goes with its records; it stays while one of its register's that is kept may name it."""
    stay = {
        kind.contacts.table.name
        for line in plan.lines
        if line.state not in ("erase", "part")
        if (kind := places.kinds.get(line.kind)) and kind.contacts
    }
    found = []
    for table, count in plan.contacts.items():
        verdict = Verdict.NEEDED if table in stay else Verdict.ERASE
        found.append(Row(places.of_table(table), count, verdict, str(verdict.label)))
    return found


def _line(line: Line, places: Places, request: Request) -> Row:
    verdict = Verdict.STAY if line.state == "other" else verdict_of(line)
    said = called(verdict, request.right)
    if verdict == Verdict.STAY and request.right == Right.OBJECTION:
        outweighed = request.decisions.filter(kind=line.kind, verdict=Verdict.STAY).exists()
        said = said if outweighed else _("stays: it stands on another basis, too, or on none that is stated")
    return Row(
        places.of_table(line.table, line.kind), line.count, verdict, said, line.until,
        places.statute(line.statute.id if line.statute else ""),
    )  # fmt: skip


def _kept(request: Request, rows: Iterable[Row]) -> list[str]:
    if not any(row.verdict in (Verdict.KEEP, Verdict.HOLD, Verdict.NEEDED) for row in rows):
        return []
    said = [_("What is kept goes by itself when its day has passed; until then only finance sees it.")]
    if request.wants_told:
        said.append(_("The person is told then, as they wished."))
    return said


def _copy(request: Request, places: Places, now: datetime) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    unreachable: set[str] = set()
    out = copies.withheld(request)
    covers = _covers(request, places)
    for address in same(request):
        found = persons.find(address, now=now)
        unreachable |= set(found.unreachable)
        for each in found.systems.values():
            rows += [
                _given_out(
                    places.of_table(contact.of.table.name), covers(contact.of.table.name), False, request
                )
                for contact in each.contacts
            ]
            less = {(hit.table, hit.key) for hit in each.hits if (hit.kind.name, hit.table) in out}
            for hit in each.hits:
                lacks = (hit.table, hit.key) in less or (hit.kind.table.name, hit.record) in less
                place = places.of_table(hit.table, hit.kind.name)
                rows.append(_given_out(place, covers(hit.kind.name), lacks, request))
    return _ordered(rows), sorted(unreachable)


def _covers(request: Request, places: Places) -> Callable[[str], bool]:
    """Whether the right covers a record kind, or the contacts in a table: all, but for portability (Article 20)."""
    if request.right != Right.PORTABILITY:
        return lambda _name: True
    kinds = portability.kinds(places.policy.policy)
    known = (places.kinds[name].contacts for name in kinds if name in places.kinds)
    tables = {contacts.table.name for contacts in known if contacts}
    return lambda name: name in kinds or name in tables


def _given_out(place: Place, covered: bool, withheld: bool, request: Request) -> Row:
    if not covered:
        return Row(place, 1, Verdict.STAY, _("is not covered (Article 20)"))
    verdict = Verdict.STAY if withheld else Verdict.GIVE
    return Row(place, 1, verdict, called(verdict, request.right))


def _included(request: Request) -> list[str]:
    said = []
    if included := request.mentions.filter(verdict=MentionVerdict.INCLUDE).count():
        words = ngettext(
            "%(count)s text of somebody else is included, as you redacted it.",
            "%(count)s texts of others are included, as you redacted them.",
            included,
        )
        said.append(words % {"count": saying.number(included)})
    if whole := request.mentions.filter(verdict=MentionVerdict.DOCUMENT).count():
        words = ngettext(
            "%(count)s document of somebody else is included whole.",
            "%(count)s documents of others are included whole.",
            whole,
        )
        said.append(words % {"count": saying.number(whole)})
    if out := request.enclosed.filter(verdict=EnclosedVerdict.OUT).count():
        words = ngettext(
            "%(count)s document of the person is left out; the letter says why.",
            "%(count)s documents of the person are left out; the letter says why.",
            out,
        )
        said.append(words % {"count": saying.number(out)})
    if hidden := request.named.filter(verdict=NamedVerdict.HIDE).count():
        words = ngettext(
            "In the person's own texts the name and address of %(count)s other contact are hidden.",
            "In the person's own texts the names and addresses of %(count)s other contacts are hidden.",
            hidden,
        )
        said.append(words % {"count": saying.number(hidden)})
    return said


def _given(request: Request) -> list[str]:
    if request.right == Right.PORTABILITY:
        return [
            _(
                "Of these, the copy holds what consent or a contract is the basis of (Article 20); others' data is "
                "redacted."
            )
        ]
    return [_("Others' data in these records is redacted; the person's other documents come along.")]


def _correction(request: Request, places: Places) -> tuple[list[Row], str]:
    states = {
        "change": _("is corrected"), "same": _("says so already"),
        "no purpose": _("stays empty: no purpose needs it here"), "no such field": _("has no such field"),
        "merge": _("becomes one with the other contact"), "clash": _("another contact has the address already"),
    }  # fmt: skip
    try:
        planned = persons.plan_correction(request.address, request.wishes, merge=merging.agreed(request))
    except (persons.CannotCorrect, persons.NotAnAddress) as error:
        return [], str(error)
    rows = [
        Row(Place(places.of_table(change.table).system or change.table, _corrected(request, change.word)), 1,
            change.state, states.get(change.state, change.state))
        for change in planned.changes
    ]  # fmt: skip
    trouble = ""
    if planned.states("clash") and merging.refused(request):
        trouble = _(
            "Another contact has the new address, and you found it to be somebody else's. Refuse the request, or write "
            "down another address. Nothing was changed."
        )
    elif planned.states("clash"):
        trouble = _(
            "Another contact has got the new address since. Keep the corrections once more on the page of the request; "
            "then decide whether it is the same person. Nothing was changed."
        )
    return rows, trouble


def _corrected(request: Request, word: str) -> str:
    """A field, and what it will be; the field alone where it is emptied."""
    title, value = capfirst(field_title(word)), request.wishes.get(word, "")
    return f"{title}: {value}" if value else title


def field_title(word: str) -> str:
    """What a field of a person is called, as the registers' declarations name it."""
    for of in persons.own_people().contacts:
        if word in of.table.fields:
            return of.table.fields[word].title[language()]
    return word


def _always(request: Request) -> list[str]:
    """What happens besides, whatever is found."""
    said: list[str] = []
    if request.right == Right.OBJECTION:
        said.append(_("Mailings stay stopped, and every subscription of the address ends."))
        if restriction.pending(request):
            said.append(
                _(
                    "What stays is only stored for another week: the person is told by mail before the restriction is "
                    "lifted. Where nothing stays it ends at once."
                )
            )
    elif request.stop_mailings:
        said.append(_("Mailings stay stopped."))
    if request.right == Right.RESTRICTION:
        said.append(
            _(
                "Nothing of the person is changed, used or erased from then on, until the restriction is lifted."
            )
        )
    if request.right == Right.STOP:
        return [*said, _("A mail says that it is done.")]
    days = links.VALID[links.ANSWER].days
    said.append(
        _("Then a letter is made, and a link to it is mailed to %(address)s. It works for %(days)d days.")
        % {"address": request.address, "days": days}
    )
    return said


def _button(request: Request, rows: Iterable[Row]) -> str:
    if request.right in ERASES:
        count = sum(row.count for row in rows if row.verdict in GOES)
        words = ngettext("Erase %(count)s row", "Erase %(count)s rows", count)
        nothing = _("Answer that nothing is there") if request.right == Right.ERASURE else _("Carry it out")
        return words % {"count": saying.number(count)} if count else nothing
    said = {
        Right.ACCESS: _("Give out the copy"), Right.PORTABILITY: _("Give out the copy"),
        Right.RECTIFICATION: _("Correct it"), Right.RESTRICTION: _("Restrict it"),
        Right.OBJECTION: _("Carry it out"),
    }  # fmt: skip
    return said.get(Right(request.right), _("Carry it out"))


def _ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows of the same thing with the same fate once, by system."""
    sums: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = (row.place, row.verdict, row.said, row.until, row.statute)
        sums[key] = sums.get(key, 0) + row.count
    made = [Row(place, count, *rest) for (place, *rest), count in sums.items()]
    return sorted(made, key=lambda row: (row.place.system, row.place.what, row.verdict))
