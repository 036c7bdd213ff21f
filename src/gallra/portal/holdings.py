"""What is held of a person, as they read it on a page (Articles 13–15; M22, S15): by system and purpose, with the day
each record goes and why it is kept until then. The same words as in the letter that answers a request for a copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang, capital
from gallra.policy.wording.sentences.keeping import subjects
from gallra.policy.wording.words import BASES, word
from gallra.rights import disclosures, opened
from gallra.rights.answer import access, copy_words, copying
from gallra.rights.answer.context import Context
from gallra.running import extracts
from gallra.running.installed import running
from gallra.site.models import Role

MOST_FATES = 3
"""Days of one kind that the overview names; the list of the kind has each record's."""
LONGEST = 1500
"""Characters of one value on a page: the copy has the whole of it."""
OURS = "gallra."
"""Begins the kinds of Gallra's own records."""
OURS_TITLE, OURS_FOR = (
    "Gallra",
    Text("Svara dig, och visa att det är gjort", "Answer you, and show that it was done"),
)
MOST_SEEN = 100
"""Disclosures, and days on which somebody looked, that the page lists: the newest."""
PAGE = 10
"""Records on a page."""

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """When records go, and why they are kept until then. count: how many."""

    day: str
    why: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class KindHeld:
    """Records of one kind. purposes: what for, and on which basis; others: in how many records of others the person
    stands; more: how many other days there are."""

    name: str
    many: str
    count: int
    purposes: tuple[str, ...]
    fates: tuple[Fate, ...]
    others: int = 0
    more: int = 0


@dataclass(frozen=True, slots=True)
class SystemHeld:
    """A system: the person as it knows them, and their records in it."""

    title: str
    details: tuple[Values, ...] = field(default=(), repr=False)
    kinds: tuple[KindHeld, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Everything. recipients: who may have received it, by name, and what they do. unreachable: systems that did not
    answer just now. nothing: there is nothing but what Gallra itself has kept, such as the mail with a code."""

    systems: tuple[SystemHeld, ...]
    companies: tuple[Values, ...] = field(repr=False)
    account: Values = field(repr=False)
    recipients: tuple[tuple[str, str], ...]
    unreachable: tuple[str, ...]
    nothing: bool


@dataclass(frozen=True, slots=True)
class RecordHeld:
    """One record: what it is called, what the person is to it, when it goes, what it says. parts: each with its title
    and its rows."""

    called: str
    role: str
    fate: Fate | None
    values: Values = field(repr=False)
    parts: tuple[tuple[str, tuple[Values, ...]], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """To whom data about the person was given (name, day, what and why), and who here has opened it (role, day)."""

    disclosed: tuple[tuple[str, date, str], ...]
    opened: tuple[tuple[str, date], ...]


def seen(address: str) -> Seen:
    """What is on record about an address that has been shown to be the reader's (Article 15.1 c; M10, M14)."""
    given = tuple(
        (disclosures.name_of(each), each.on, "; ".join(part for part in (each.extent, each.why) if part))
        for each in disclosures.of(address)[:MOST_SEEN]
    )
    looked = tuple((str(Role(each.role).label), each.on) for each in opened.of(address)[:MOST_SEEN])
    return Seen(given, looked)


def held(address: str, *, now: datetime, lang: Lang) -> Held:
    """Everything under an address that has been shown to be the reader's. Raises NotAnAddress, NoPolicy."""
    answered, context = extracts.answer(address, now=now), Context.of(running(), lang, now)
    data = answered.data
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for record in data["records"]:
        by_kind.setdefault(record["kind"], []).append(record)
    systems: dict[str, SystemHeld] = {}
    for contact in data["contacts"]:
        title = copying.system(context, contact["register"])
        table = copying.contact_table(context, contact["register"])
        known = systems.get(title, SystemHeld(title))
        systems[title] = SystemHeld(
            title, (*known.details, _cut(copying.pairs(context, table, contact["values"])))
        )
    for name, records in by_kind.items():
        stated = data["kinds"][name]["system"]
        title = context.said(stated) if stated else copying.system(context, name.split(".", 1)[0])
        title = OURS_TITLE if not stated and name.startswith(OURS) else title
        known = systems.get(title, SystemHeld(title))
        systems[title] = SystemHeld(title, known.details, (*known.kinds, _kind(context, data, name, records)))
    companies = next((kind.companies.table for kind in context.kinds.values() if kind.companies), None)
    ours = all(name.startswith(OURS) for name in by_kind)
    return Held(
        systems=tuple(sorted(systems.values(), key=lambda each: each.title)),
        companies=tuple(_cut(copying.pairs(context, companies, each)) for each in data["companies"]),
        account=tuple(copying.account(context, data["account"])) if data["account"] else (),
        recipients=tuple(_recipients(context, data)),
        unreachable=tuple(sorted(data.get("not_asked", ()))),
        nothing=ours and not (data["contacts"] or data["account"]),
    )  # fmt: skip


def records(
    address: str, kind: str, *, now: datetime, lang: Lang, first: int
) -> tuple[str, Sequence[RecordHeld], int] | None:
    """A page of the person's records of one kind from the `first` (0) on: what they are called, the records, and how
    many there are; None where there is none of that kind. Raises NotAnAddress, NoPolicy."""
    answered, context = extracts.answer(address, now=now), Context.of(running(), lang, now)
    found = [record for record in answered.data["records"] if record["kind"] == kind]
    if not found:
        return None
    page = [_record(context, each) for each in found[first : first + PAGE]]
    return capital(subjects((context.kinds[kind],), lang)), page, len(found)


def _kind(
    context: Context, data: Mapping[str, Any], name: str, records: Sequence[Mapping[str, Any]]
) -> KindHeld:
    mine = [record for record in records if record["goes"]]
    fates: dict[tuple[str, str], int] = {}
    for record in mine:
        fates[access.fate(context, record)] = fates.get(access.fate(context, record), 0) + 1
    said = tuple(Fate(day, why, count) for (day, why), count in fates.items())
    return KindHeld(
        name=name, many=capital(subjects((context.kinds[name],), context.lang)), count=len(records),
        purposes=_what_for(context, name, data["kinds"][name]["purposes"]), fates=said[:MOST_FATES],
        others=len(records) - len(mine), more=max(0, len(said) - MOST_FATES),
    )  # fmt: skip


def _what_for(context: Context, name: str, stated: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    said = tuple(_purposes(context, stated))
    return said or ((context.say(OURS_FOR),) if name.startswith(OURS) else ())


def _purposes(context: Context, stated: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for purpose in stated:
        text = capital(context.said(purpose["text"]).rstrip("."))
        basis = word(BASES, purpose["basis"], context.lang) if purpose["basis"] else ""
        yield f"{text}: {basis}" if basis else text


def _recipients(context: Context, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    told: set[str] = set()
    for kind in data["kinds"].values():
        for each in kind["recipients"]:
            if each["name"] not in told:
                told.add(each["name"])
                yield each["name"], context.said(each["does"]) if each["does"] else ""


def _record(context: Context, record: Mapping[str, Any]) -> RecordHeld:
    kind = context.kinds[record["kind"]]
    tables = {part.table.name: part.table for part in kind.parts}
    parts = tuple(
        (
            capital(context.said(part["title"])),
            tuple(
                _cut(copying.pairs(context, tables.get(part["table"]), row, who=True)) for row in part["rows"]
            ),
        )
        for part in record["parts"]
    )
    mine = bool(record["yours"])
    role = context.say(copy_words.ROLE, role=context.said(record["role"])) if mine else None
    return RecordHeld(
        called=copying.called(context, record),
        role=role or context.say(copy_words.IN_OTHERS),
        fate=Fate(*access.fate(context, record)) if record["goes"] else None,
        values=_cut(copying.pairs(context, kind.table, record["values"])), parts=parts,
    )  # fmt: skip


def _cut(values: Values) -> Values:
    return tuple((name, said if len(said) <= LONGEST else f"{said[:LONGEST]} …") for name, said in values)
