"""What a letter tells besides the data itself: what was asked, decided and done. Plain data, made by whoever carried
the request out; `of_erasure` and `of_correction` make it from what the engine says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from gallra.engine.person import correct, erase
from gallra.kinds import Kinds, Table, Text

Right = Literal["access", "rectification", "erasure", "restriction", "objection", "portability", "stop"]
RIGHTS: tuple[Right, ...] = (
    "access", "rectification", "erasure", "restriction", "objection", "portability", "stop",
)  # fmt: skip
Outcome = Literal["granted", "refused", "extended", "lifting", "completed"]
"""granted: done, maybe with exceptions that the letter names; lifting: a restriction is about to end (Article 18.3);
completed: what a statute kept has been erased."""
Ground = Literal[
    "identity", "unfounded", "excessive", "others", "statute", "claims", "compelling", "accurate", "basis", "necessary",
    "other person",
]  # fmt: skip
"""Why something is refused; words.GROUNDS says each."""
Why = Literal["statute", "hold", "needed", "later", "decided", "compelling", "proof"]
"""Why something stays: a statute, a hold, another record that names it, that it came after the request, that staff
decided so with a reason (compelling: against an objection), or that it proves that the request was answered."""
Cause = Literal["complex", "many"]
"""Why an answer takes longer (Article 12.3)."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows that went. what: in the plural ("ärenden"); emptied: what was the person's in somebody else's record."""

    what: Text
    count: int
    emptied: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows that stay. until: the last day, where the statute has one that is known. reason: what staff wrote."""

    what: Text
    count: int
    why: Why
    statute: Text | None = None
    until: date | None = None
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Rows that are not given out, and the reason that staff wrote."""

    what: Text
    count: int
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A field in one place. what: "telefon"; where: "SupportControl"; state: as the engine's `Change.state`."""

    what: Text
    where: Text
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient who is told of a rectification, erasure or restriction (Article 19). on: when, None where it is still
    to be done; impossible: it cannot be done."""

    recipient: str
    on: date | None = None
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosure: to whom, when, what, and on what ground, in the letter's language."""

    recipient: str
    on: date
    what: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """That somebody at the controller has opened the person's card: their role and the day."""

    role: Text
    on: date


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The person in somebody else's text, others' data redacted. where: "anteckning i ett ärende"."""

    where: Text
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry of the ledger that the package proves. salt: by which its commitment to the person is shown; empty where
    the entry has none."""

    number: int
    salt: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a letter may tell; what does not belong to its right is left at its default.

    request: its number; received: the day it reached us; decided_by: a role, never a name.
    name, address: whom the letter is to, an e-mail address.
    nothing: no system knows the address; proof_until: the last day of the request itself, which we keep. left: rows
    still found when asked again after an erasure. withheld: what a copy lacks, by decision.
    told, disclosed, opened: None where that is not known, () where nobody. purposes: of the policy, by key, that an
    objection ended; remaining: those that go on; marketing: it ended all mailings. since: of a restriction.
    effective: the day it ends;
    only_stored: what it was about, where not about everything.
    grounds, reason: why something is refused or takes longer, or a restriction ends; `reason` in the letter's language.
    due, was_due: the last day for the answer, and what it was before. court: its name, where one is named.
    receipts: entries of the ledger that the package proves.
    """

    request: int
    received: date
    decided_by: Text | None = None
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    nothing: bool = False
    proof_until: date | None = None
    gone: tuple[Gone, ...] = ()
    kept: tuple[Kept, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    account: bool = False
    suppressed: bool = False
    left: int = 0
    tell_when_complete: bool = False
    corrected: tuple[Corrected, ...] = ()
    told: tuple[Told, ...] | None = None
    disclosed: tuple[Disclosed, ...] | None = None
    opened: tuple[Opened, ...] | None = None
    mentions: tuple[Mentioned, ...] = ()
    purposes: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    marketing: bool = False
    since: date | None = None
    effective: date | None = None
    only_stored: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()
    causes: tuple[Cause, ...] = ()
    reason: str = field(default="", repr=False)
    due: date | None = None
    was_due: date | None = None
    court: str = ""
    receipts: tuple[Receipt, ...] = ()


_WHY: Mapping[str, Why] = {
    "kept": "statute", "held": "hold", "needed": "needed", "later": "later",
}  # fmt: skip


def of_erasure(
    lines: Iterable[erase.Line], kinds: Kinds, *, contacts: int = 0
) -> tuple[tuple[Gone, ...], tuple[Kept, ...]]:
    """What went and what stays, from the lines of the plan that was carried out, in words. contacts: how many contacts
    went with it."""
    gone: dict[tuple[Text, bool], int] = {}
    kept: dict[tuple[Text, Why, Text | None, date | None], int] = {}
    for line in lines:
        what = called(line.kind, line.table, kinds)
        if line.state in ("erase", "part"):
            key = (what, line.blanked)
            gone[key] = gone.get(key, 0) + line.count
        elif line.state in _WHY:
            statute = Text(line.statute.statute_sv, line.statute.statute_en) if line.statute else None
            place = (what, _WHY[line.state], statute, line.until)
            kept[place] = kept.get(place, 0) + line.count
    went = [Gone(what, count, emptied) for (what, emptied), count in gone.items() if count]
    if contacts:
        went.append(Gone(Text("kontaktuppgifter", "contact details"), contacts))
    stays = [
        Kept(what, count, why, statute, until) for (what, why, statute, until), count in kept.items() if count
    ]
    return tuple(went), tuple(stays)


def of_correction(
    changes: Iterable[correct.Change], tables: Iterable[Table], titles: Mapping[str, Text]
) -> tuple[Corrected, ...]:
    """A correction's changes in words. tables: of contacts; titles: by table, what its system is called."""
    known = {table.name: table for table in tables}
    found = []
    for change in changes:
        table = known.get(change.table)
        column = table.fields.get(change.word) if table else None
        what = column.title if column else Text(change.word, change.word)
        found.append(
            Corrected(what, titles.get(change.table, Text(change.table, change.table)), change.state)
        )
    return tuple(dict.fromkeys(found))


def called(kind_name: str, table: str, kinds: Kinds) -> Text:
    """Records by their noun, "ärenden"; rows of a part by both, "maildialog (i ärenden)"; else the kind's name."""
    kind = kinds.get(kind_name)
    if kind is None:
        return Text(kind_name or table, kind_name or table)
    if table == kind.table.name:
        return kind.noun.many
    for part in kind.parts:
        if part.table.name == table:
            many = kind.noun.many
            return Text(f"{part.title.sv} (i {many.sv})", f"{part.title.en} (in {many.en})")
    return kind.noun.many
