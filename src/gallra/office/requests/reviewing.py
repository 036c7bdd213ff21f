"""What staff look at before they decide: who may be the same person, and where others' texts mention the person.

Both show what stands in the registers, so they are for those who answer for privacy, and a page of them at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from sqlalchemy import select

from gallra import naming
from gallra.engine.compile import compiled
from gallra.engine.tables import clause, key_type
from gallra.kinds import RecordKind
from gallra.office.references import reference
from gallra.office.requests.showing import Places
from gallra.registers import documents
from gallra.rights import carrying, mentions, mentions_elsewhere, merging
from gallra.rights.models import Enclosed, Mention, Named, Request, Twin
from gallra.rights.twins import address_of
from gallra.rights.words import EnclosedVerdict, MentionVerdict, TwinVerdict
from gallra.running.persons import own_people
from gallra.site.templatetags.words import language
from gallra.systems.connection import OwnDatabase

MOST = 20
"""Likenesses and mentions on a page; those that nobody has decided on come first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Of a text: whether it names the person."""

    text: str = field(repr=False)
    names: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """A contact that may be the same person: what its register knows of it (name, address, telephone), and in what it
    is alike. gone: it is not there any more; wanted: it has the address to which the person is to be corrected."""

    row: Twin
    system: str
    values: tuple[str, ...] = field(repr=False)
    alike: str
    gone: bool
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention with what stands around it. called, address: of the record it stands in; proposed: what could be
    included in a copy; document: whether it is one, and `name` what it is called."""

    row: Mention
    system: str
    called: str
    address: str
    pieces: tuple[Piece, ...] = field(repr=False)
    proposed: str = field(repr=False)
    document: bool = False
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody else whom the person's own texts name: what the register knows of them (name, address, telephone)."""

    row: Named
    system: str
    values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the person's own that somebody has to look at: what it and its record are called, and the address
    of the record's page. name: empty where it is gone."""

    row: Enclosed
    system: str
    called: str
    address: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Review:
    """What there is to look at. more: how many are not shown; undecided: mentions that nobody has decided on; open:
    documents."""

    likenesses: tuple[Likeness, ...] = ()
    mentions: tuple[Mentioned, ...] = ()
    more_likenesses: int = 0
    more_mentions: int = 0
    undecided: int = 0
    cut: bool = False
    beside: tuple[Beside, ...] = ()
    more_beside: int = 0
    papers: tuple[Paper, ...] = ()
    more_papers: int = 0
    open: int = 0
    unread: int = 0
    cut_unread: bool = False


def review(request: Request, places: Places, *, now: datetime) -> Review:
    """The likenesses and mentions of a request; asks the registers only where there are any."""
    twins, found = _first(request.twins.all()), _first(request.mentions.all())
    terms = carrying.terms(request, now) if found else []
    there = mentions_elsewhere.texts(found)
    undecided = request.mentions.filter(verdict=MentionVerdict.UNDECIDED).count() if found else 0
    beside, more_beside = _beside(request, places)
    papers, more_papers, left = _papers(request, places)
    return Review(
        likenesses=tuple(_likeness(twin, places) for twin in twins),
        mentions=tuple(_mentioned(mention, places, terms, there) for mention in found),
        more_likenesses=_more(request.twins.all(), twins), more_mentions=_more(request.mentions.all(), found),
        undecided=undecided, cut=bool(request.result.get("more mentions")), beside=beside, more_beside=more_beside,
        papers=papers, more_papers=more_papers, open=left,
        unread=request.mentions.filter(unread=True).count() if found else 0,
        cut_unread=bool(request.result.get("more unread")),
    )  # fmt: skip


def _papers(request: Request, places: Places) -> tuple[tuple[Paper, ...], int, int]:
    """The person's documents that somebody has to look at, how many are not shown, and how many are to be decided."""
    rows = _first(request.enclosed.all())
    shown = []
    for row in rows:
        called, address = _record(places.kinds.get(row.kind), row)
        stored = documents.stored(row.table, row.key)
        name = (stored.name or "") if stored else ""
        shown.append(Paper(row, places.of_table(row.table, row.kind).system, called, address, name))
    undecided = request.enclosed.filter(verdict=EnclosedVerdict.UNDECIDED).count() if rows else 0
    return tuple(shown), _more(request.enclosed.all(), rows), undecided


def _beside(request: Request, places: Places) -> tuple[tuple[Beside, ...], int]:
    """The others whom the person's texts name, those named oftenest first, and how many are not shown."""
    rows = list(request.named.order_by("-count", "pk")[:MOST])
    shown = tuple(Beside(row, places.of_table(row.table).system, _contact(row)) for row in rows)
    return shown, _more(request.named.all(), rows)


def _first(rows: QuerySet[Any]) -> list[Any]:
    undecided = Case(When(verdict="", then=Value(0)), default=Value(1))
    return list(rows.order_by(undecided, "pk")[:MOST])


def _more(rows: QuerySet[Any], shown: list[Any]) -> int:
    return rows.count() - len(shown) if len(shown) == MOST else 0


def _likeness(twin: Twin, places: Places) -> Likeness:
    values = _contact(twin)
    words = {
        "name": _("name"),
        "phone": _("telephone number"),
        merging.ADDRESS: _("address as the one wished for"),
    }
    alike = _(" and ").join(words.get(word, word) for word in twin.alike)
    return Likeness(
        twin, places.of_table(twin.table).system, values, alike, not values, merging.ADDRESS in twin.alike
    )


def _contact(twin: Twin | Named) -> tuple[str, ...]:
    """Name, address and telephone number that the contact has now; nothing where it is gone."""
    of = own_people().contacts_of(twin.table)
    if of is None:
        return ()
    own = clause(of.table)
    columns = [own.c[name] for name in (of.name, of.email, of.phone) if name]
    asked = select(*columns).where(own.c[of.table.key] == int(twin.key))
    rows = OwnDatabase().rows(compiled("likeness", asked))
    return tuple(str(value) for value in rows[0] if value) if rows else ()


def _mentioned(
    mention: Mention, places: Places, terms: Iterable[str], there: Mapping[int, str | None]
) -> Mentioned:
    kind = places.kinds.get(mention.kind)
    known = list(terms)
    text = there[mention.pk] if mention.pk in there else mentions.text_of(mention)
    called, address = _record(kind, mention)
    proposed = mentions.proposed(text, known) if text else ""
    where = places.of_table(mention.table, mention.kind)
    return Mentioned(
        mention, where.system, called, address, tuple(pieces(text, known)) if text else (), mention.text or proposed,
        mentions.is_document(mention), mentions.document_name(mention),
    )  # fmt: skip


def _record(kind: RecordKind | None, mention: Mention | Enclosed) -> tuple[str, str]:
    """What the record of a mention is called, and its page."""
    if kind is None:
        return mention.kind, ""
    number = key_type(kind.table) == "integer"
    word = reference(kind, int(mention.record) if number else mention.record)
    noun = capfirst(kind.noun.one[language()].partition(" ")[2] or kind.name)
    return noun, reverse("office:record", args=[kind.name, word])


def pieces(text: str, terms: Iterable[str]) -> Iterator[Piece]:
    """The text around what names the person, cut to a few lines, with the names told apart."""
    found = list(naming.pattern(terms).finditer(text))
    if not found:
        yield Piece(text[: 2 * mentions.AROUND])
        return
    begin, end = max(0, found[0].start() - mentions.AROUND), found[0].end() + mentions.AROUND
    if begin:
        yield Piece("… ")
    at = begin
    for one in found:
        if one.start() >= end:
            break
        yield Piece(text[at : one.start()])
        yield Piece(one[0], names=True)
        at = one.end()
    yield Piece(text[at : max(at, end)])
    if end < len(text):
        yield Piece(" …")


def same(request: Request) -> list[str]:
    """The addresses that a request covers: its own, and those that staff found to be the same person's."""
    twins = request.twins.filter(verdict=TwinVerdict.SAME).order_by("pk")
    known = [request.address, *(address_of(twin) for twin in twins)]
    return [address for address in dict.fromkeys(known) if address]
