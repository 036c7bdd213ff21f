"""Where other people's free text and documents mention a person: shown to staff, never acted on (design.md section 9).

PostgreSQL's full-text search finds the rows in which the words stand (the index `…_words` of each table, over
`directory_words`); whether they stand there as a name is asked of the text itself. Of documents the index knows no
words, only tokens of them (registers/searching.py), so that the caller reads what was found. Archived records are not
searched: nothing personal is left in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.selectable import FromClause

from gallra import naming
from gallra.engine.compile import compiled
from gallra.engine.execute import Executor
from gallra.engine.person.find import Found
from gallra.engine.person.people import People
from gallra.engine.person.ways import up_to_record
from gallra.engine.tables import clause
from gallra.kinds import Part, RecordKind, Table

MOST = 1000
"""Rows listed per table; `Mentions.more` says that there are more."""
BATCH = 500
UNREAD: ColumnElement[Any] = literal_column("'''*'''::tsquery")
"""What stands in the index for a text that is too long for it: it is read each time."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A free text, not the person's own, in which their name or address stands; a document where `column` names its
    file."""

    kind: str
    record: Any
    table: str
    key: Any
    column: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, not the person's own, that has the words or has not been read. file, secret: where it lies, and its
    key."""

    at: Mention
    file: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mentions:
    """texts: found. papers: to be read. more: whether some table has more rows than are listed."""

    texts: tuple[Mention, ...] = ()
    papers: tuple[Paper, ...] = ()
    more: bool = False


def mentions(
    executor: Executor, people: People, found: Found, terms: Sequence[str], tokens: str = ""
) -> Mentions:
    """Texts and documents that mention the person, in records and parts that are not their own. terms: of
    `naming.terms`; tokens: the query for documents, of `naming.asked` with tokens."""
    own = frozenset((hit.kind.table.name, hit.record) for hit in found.hits if hit.owner)
    mine = frozenset((hit.table, hit.key) for hit in found.hits)
    asking = _Asking(executor, people, own, mine, naming.asked(terms), naming.pattern(terms), tokens)
    texts: list[Mention] = []
    papers: list[Paper] = []
    more = False
    for place in places(people):
        listed, read, cut = asking.of(place)
        texts += listed
        papers += read
        more |= cut
    return Mentions(tuple(texts), tuple(papers), more)


@dataclass(frozen=True, slots=True)
class Place:
    """A table with free text. columns: those with prose; part: None for the record's own table."""

    kinds: tuple[RecordKind, ...]
    part: Part | None
    table: Table
    columns: tuple[str, ...]

    @property
    def indexed(self) -> tuple[str, ...]:
        """The columns of the index, in their order."""
        words = self.part.words if self.part else None
        return (*self.columns, words) if words else self.columns

    @property
    def unread(self) -> str | None:
        """The column that is empty while a document has not been read."""
        return self.part.words if self.part else None


def places(people: People) -> tuple[Place, ...]:
    """Every table of records or parts with free text, each once."""
    found: dict[str, Place] = {}
    for kinds in people.by_table.values():
        for part in (None, *kinds[0].parts):
            table = part.table if part else kinds[0].table
            columns = tuple(column.name for column in table.columns if column.free_text)
            if columns:
                found.setdefault(table.name, Place(kinds, part, table, columns))
    return tuple(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class _Asking:
    """One search through the places. own: records of the person's; mine: rows that concern them."""

    executor: Executor
    people: People
    own: frozenset[tuple[str, Any]]
    mine: frozenset[tuple[str, Any]]
    query: str
    names: re.Pattern[str]
    tokens: str

    def of(self, place: Place) -> tuple[list[Mention], list[Paper], bool]:
        """What one table has, and whether it has more."""
        texts: list[Mention] = []
        papers: list[Paper] = []
        last: Any = None
        while self.query:
            rows = self.executor.rows(compiled("mentions", self._page(place, last), self.people.dialect))
            fresh = [row for row in rows if not self._mine(place, row[0], row[1])]
            kinds = self._kinds(place, {row[1] for row in fresh})
            for key, record, *values in fresh:
                kind = kinds[record]
                texts += [
                    Mention(kind.name, record, place.table.name, key, name)
                    for name, text in zip(place.columns, values, strict=False)
                    if text and self.names.search(str(text))
                ]
                if place.unread and place.part and place.part.file and values[-1]:
                    at = Mention(kind.name, record, place.table.name, key, place.part.file)
                    papers.append(Paper(at, str(values[-3]), bytes(values[-2])))
            if len(rows) < BATCH:
                return texts, papers, False
            if len(texts) >= MOST:
                return texts, papers, True
            last = rows[-1][0]
        return texts, papers, False

    def _page(self, place: Place, last: Any) -> Select[Any]:
        """The next rows that have the words: key, record, the columns with prose, and of documents file, secret and
        whether they are to be read.

        The words are asked for by themselves and the page is taken from what they gave: nothing is known of how common
        a word is (no sample of texts is kept), and asked for in the order of the key the database might rather read the
        whole table along its key than ask the index.
        """
        base = clause(place.table)
        joined, record = up_to_record(place.kinds[0], place.part, base, base)
        key = place.table.key
        columns: list[ColumnElement[Any]] = [base.c[name] for name in place.columns]
        says: ColumnElement[bool] = self._match(base, place, self.query)
        if place.unread and place.part and place.part.file:
            reads = or_(self._match(base, place, self.tokens), base.c[place.unread].is_(None))
            secret = next(c.name for c in place.table.columns if c.type == "bytes" and c.personal)
            columns += [base.c[place.part.file], base.c[secret], func.coalesce(reads, False)]
            says = or_(says, reads)
        archived = place.kinds[0].archived if place.part is None else None
        if archived:
            says = and_(says, base.c[archived].is_(None))
        said = _materialized(select(base.c[key]).where(says), "said")
        following = select(said.c[key]) if last is None else select(said.c[key]).where(said.c[key] > last)
        page = _materialized(following.order_by(said.c[key]).limit(BATCH), "page")
        asked = select(base.c[key], record, *columns).select_from(
            joined.join(page, page.c[key] == base.c[key])
        )
        return asked.order_by(base.c[key])

    def _match(self, base: FromClause, place: Place, query: str) -> ColumnElement[bool]:
        words = func.directory_words(array([base.c[name] for name in place.indexed]))
        asked = func.to_tsquery(literal_column("'simple'::regconfig"), literal(query)).op("||")(UNREAD)
        return words.op("@@", is_comparison=True)(asked)

    def _mine(self, place: Place, key: Any, record: Any) -> bool:
        """Whether the row is the person's own, or hangs on a record that is."""
        whole = place.kinds[0].table.name
        return (whole, record) in self.own or (place.table.name, key) in self.mine

    def _kinds(self, place: Place, records: Iterable[Any]) -> dict[Any, RecordKind]:
        """The kind of each record, where several share a table."""
        keys = sorted(records)
        if len(place.kinds) == 1 or not keys:
            return dict.fromkeys(keys, place.kinds[0])
        whole = clause(place.kinds[0].table)
        names = list(dict.fromkeys(name for kind in place.kinds for name, _ in kind.where))
        key = whole.c[place.kinds[0].table.key]
        asked = select(key, *(whole.c[name] for name in names)).where(key.in_(keys))
        found = dict.fromkeys(keys, place.kinds[0])
        for record, *values in self.executor.rows(compiled("kinds", asked, self.people.dialect)):
            said = dict(zip(names, values, strict=True))
            for kind in place.kinds:
                if all(said.get(name) == value for name, value in kind.where):
                    found[record] = kind
                    break
        return found


def _materialized(asked: Select[Any], name: str) -> CTE:
    """A question that is answered first, whatever is asked of its answer."""
    return asked.cte(name).prefix_with("MATERIALIZED")
