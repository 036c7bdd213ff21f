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

from sqlalchemy import CTE, ColumnElement, Select, and_, bindparam, func, literal_column, or_, select, true
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.selectable import FromClause

from gallra import naming
from gallra.engine.compile import Statement, compiled
from gallra.engine.execute import Executor, Row
from gallra.engine.person.find import Found
from gallra.engine.person.fusing import Fused, Question, fused
from gallra.engine.person.people import People
from gallra.engine.person.ways import up_to_record
from gallra.engine.tables import TYPES, clause, key_type
from gallra.kinds import ColumnType, Part, RecordKind, Table

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
    if not asking.query:
        return Mentions()
    texts: list[Mention] = []
    papers: list[Paper] = []
    more = False
    everywhere = places(people)
    for place, rows in zip(everywhere, asking.first(everywhere), strict=True):
        listed, read, cut = asking.of(place, rows)
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
    def papers(self) -> str | None:
        """The column that names a document's file, where the table has documents."""
        return self.part.file if self.part and self.part.words else None

    @property
    def secret(self) -> str:
        """The column of a document's key."""
        return next(c.name for c in self.table.columns if c.type == "bytes" and c.personal)

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

    def first(self, everywhere: Sequence[Place]) -> list[list[Row]]:
        """The first page of every place: in one statement where that can be."""
        if not self.people.fuses:
            return [self.executor.rows(self.statement(place)) for place in everywhere]
        asking = self.fused(everywhere)
        rows = self.executor.rows(asking.bound(asked=self.query, tokens=self.tokens))
        return [sorted(page, key=lambda row: row[0]) for page in asking.read(rows)]

    def fused(self, everywhere: Sequence[Place]) -> Fused:
        return self.people.once(
            "mentions",
            lambda: fused("mentions", [_question(place) for place in everywhere], self.people.dialect),
        )

    def of(self, place: Place, rows: list[Row] | None = None) -> tuple[list[Mention], list[Paper], bool]:
        """What one table has, and whether it has more. rows: its first page, where it has been read."""
        rows = self.executor.rows(self.statement(place)) if rows is None else rows
        texts: list[Mention] = []
        papers: list[Paper] = []
        while True:
            fresh = [row for row in rows if not self._mine(place, row[0], row[1])]
            kinds = self._kinds(place, {row[1] for row in fresh})
            for key, record, *values in fresh:
                kind = kinds[record]
                texts += [
                    Mention(kind.name, record, place.table.name, key, name)
                    for name, text in zip(place.columns, values, strict=False)
                    if text and self.names.search(str(text))
                ]
                if place.papers and values[-1]:
                    at = Mention(kind.name, record, place.table.name, key, place.papers)
                    papers.append(Paper(at, str(values[-3]), bytes(values[-2])))
            if len(rows) < BATCH:
                return texts, papers, False
            if len(texts) >= MOST:
                return texts, papers, True
            rows = self.executor.rows(self.statement(place, rows[-1][0]))

    def statement(self, place: Place, last: Any = None) -> Statement:
        """The page after the key `last`, the first where it is None. Compiled once for a place."""
        made = self.people.once(
            ("mentions", place.table.name, last is None),
            lambda: compiled("mentions", _page(place, last is not None), self.people.dialect),
        )
        values = {"asked": self.query, "tokens": self.tokens, "last": last}
        return made.bind(**{name: value for name, value in values.items() if name in made.params})

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


def _page(place: Place, later: bool) -> Select[Any]:
    """The next rows that have the words: key, record, the columns with prose, and of documents file, secret and whether
    they are to be read. Parameters: `asked`, `tokens` where there are documents, and of a `later` page `last`.

    The words are asked for by themselves and the page is taken from what they gave: nothing is known of how common a
    word is (no sample of texts is kept), and asked for in the order of the key the database might rather read the
    whole table along its key than ask the index.
    """
    base = clause(place.table)
    joined, record = up_to_record(place.kinds[0], place.part, base, base)
    key = place.table.key
    columns: list[ColumnElement[Any]] = [base.c[name] for name in place.columns]
    says: ColumnElement[bool] = _match(base, place, "asked")
    if place.papers and place.unread:
        reads = or_(_match(base, place, "tokens"), base.c[place.unread].is_(None))
        columns += [base.c[place.papers], base.c[place.secret], func.coalesce(reads, False)]
        says = or_(says, reads)
    archived = place.kinds[0].archived if place.part is None else None
    if archived:
        says = and_(says, base.c[archived].is_(None))
    said = _materialized(select(base.c[key]).where(says), f"said_{place.table.name}")
    following = select(said.c[key])
    if later:
        following = following.where(said.c[key] > bindparam("last", type_=TYPES[key_type(place.table)]))
    page = _materialized(following.order_by(said.c[key]).limit(BATCH), f"page_{place.table.name}")
    # Row by row of the page, by its key: OFFSET keeps the database from joining with the whole table.
    wanted = [column.label(f"c{place}") for place, column in enumerate([base.c[key], record, *columns])]
    row = select(*wanted).select_from(joined).where(base.c[key] == page.c[key])
    each = row.correlate(page).offset(literal_column("0")).lateral(f"row_{place.table.name}")
    return select(*each.c).select_from(page.join(each, true())).order_by(each.c.c0)


def _match(base: FromClause, place: Place, asked: str) -> ColumnElement[bool]:
    words = func.directory_words(array([base.c[name] for name in place.indexed]))
    query = func.to_tsquery(literal_column("'simple'::regconfig"), bindparam(asked, type_=TYPES["text"]))
    return words.op("@@", is_comparison=True)(query.op("||")(UNREAD))


def _question(place: Place) -> Question:
    types: list[ColumnType] = [key_type(place.table), key_type(place.kinds[0].table)]
    types += [place.table.column(name).type for name in place.columns]
    if place.papers:
        types += ["text", "bytes", "boolean"]
    return Question(_page(place, later=False), tuple(types))


def _materialized(asked: Select[Any], name: str) -> CTE:
    """A question that is answered first, whatever is asked of its answer."""
    return asked.cte(name).prefix_with("MATERIALIZED")
