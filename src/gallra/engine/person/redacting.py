"""Rows as the person gets them: whole, with what is other people's marked (Article 15(4)). Columns are marked by
what the declarations say; names in running text by `Hidden`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gallra import naming
from gallra.engine.person.change import is_blanked
from gallra.engine.person.find import Hit
from gallra.kinds import Column, Part, PersonPath, Table


class Redacted:
    """Stands where a value is somebody else's, or was and is erased: the two look the same."""

    def __repr__(self) -> str:
        return "[redacted]"


REDACTED = Redacted()
SELF = "you"
"""Stands where a reference leads to the person's own contact."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """One row: its columns by name, in the order of the declaration. file: of a document, the stored file and its key,
    which are never given out themselves."""

    table: Table
    key: Any
    values: dict[str, Any] = field(repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Rows of one part. withheld: rows that are wholly somebody else's are not in it, if there are any."""

    part: Part
    rows: tuple[Values, ...]


def record_shown(hit: Hit, values: dict[str, Any], mine: set[tuple[str, Any]], address: str) -> Values:
    """The person's own record. What of it names another person (a contact beside a buyer) is marked."""
    shown = _marked(hit.kind.table, hit.kind.people, values, mine, address)
    if not hit.owner:
        keep = {column.name for column in hit.kind.table.columns if column.impersonal}
        keep |= {hop.column for hop in hit.path.hops[:1]} | {
            hit.path.email,
            hit.path.name or "",
            hit.path.phone or "",
        }
        shown = {name: value if name in keep else REDACTED for name, value in shown.items()}
    return Values(hit.kind.table, hit.key, shown)


def group_shown(
    part: Part, rows: Iterable[dict[str, Any]], mine: set[tuple[str, Any]], address: str
) -> Group:
    """A part's rows. One that is somebody else's is marked where it names them, and left out where it is nothing but
    theirs; one that was somebody's and is erased carries the same marks."""
    shown: list[Values] = []
    for values in rows:
        foreign = bool(part.people) and not any(_is_mine(path, values, mine, address) for path in part.people)
        someone = any(_names_someone(path, values) for path in part.people)
        if foreign and someone and not is_blanked(part):
            continue
        if foreign and part.people and is_blanked(part) and _is_empty(part.table, values):
            marked: dict[str, Any] = {
                c.name: REDACTED if c.personal else values[c.name] for c in part.table.columns
            }
            shown.append(Values(part.table, values.get(part.table.key), marked))
            continue
        marked = _marked(part.table, part.people, values, mine, address)
        file = None
        if part.file is not None and values.get(part.file):
            secret = next((c.name for c in part.table.columns if c.type == "bytes" and c.personal), None)
            file = (str(values[part.file]), bytes(values[secret]) if secret else b"")
            marked = {n: v for n, v in marked.items() if n not in (part.file, secret)}
        marked.pop(part.words or "", None)
        shown.append(Values(part.table, values.get(part.table.key), marked, file))
    return Group(part, tuple(shown))


def _is_empty(table: Table, values: dict[str, Any]) -> bool:
    return all(values.get(column.name) is None for column in table.personal)


def _is_mine(path: PersonPath, values: dict[str, Any], mine: set[tuple[str, Any]], address: str) -> bool:
    if path.hops:
        return (path.hops[0].table, values.get(path.hops[0].column)) in mine
    return str(values.get(path.email) or "").lower() == address


def _names_someone(path: PersonPath, values: dict[str, Any]) -> bool:
    return values.get(path.hops[0].column if path.hops else path.email) is not None


def _marked(
    table: Table,
    paths: Sequence[PersonPath],
    values: dict[str, Any],
    mine: set[tuple[str, Any]],
    address: str,
) -> dict[str, Any]:
    shown = plain(table, values)
    for path in paths:
        if not _names_someone(path, values):
            continue
        is_mine = _is_mine(path, values, mine, address)
        if len(path.hops) >= 1:
            shown[path.hops[0].column] = SELF if is_mine else REDACTED
        elif not is_mine:
            for name in (path.email, path.name, path.phone):
                if name:
                    shown[name] = REDACTED
    return shown


def plain(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _read(column, values.get(column.name)) for column in table.columns}


def _read(column: Column, value: Any) -> Any:
    """JSON as data: Django's connection gives its text."""
    if column.type == "json" and isinstance(value, str):
        return json.loads(value)
    return bytes(value) if column.type == "bytes" and value is not None else value


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """Finds the names, addresses and telephone numbers of other people in running text. terms: whose each is; own: the
    person's; starts: the terms by their first word, of a number by its ends."""

    terms: Mapping[str, tuple[Any, ...]]
    own: frozenset[str]
    mark: str
    starts: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, known: Mapping[Any, Iterable[str]], *, own: Sequence[str], mark: str) -> Hidden:
        """known: the terms (`naming.terms`) of each other person, by whatever stands for them."""
        mine = frozenset(term.casefold() for term in own)
        terms: dict[str, tuple[Any, ...]] = {}
        for who, each in known.items():
            for term in each:
                if term.casefold() not in mine:
                    terms[term] = (*terms.get(term, ()), who)
        starts: dict[str, tuple[str, ...]] = {}
        for term in (*terms, *own):
            ends = sorted(naming.ends_of(term)) if naming.is_number(term) else ()
            for form in ends or [word + s for word in naming.words(term)[:1] for s in ("", "s")]:
                starts[form] = (*starts.get(form, ()), term)
        return cls(terms, mine, mark, starts)

    def text(self, said: str) -> tuple[str, list[Any]]:
        """The text with what names others replaced, and who they are, each once. Where the person's own name stands, or
        a longer part of the text is theirs, it stays."""
        theirs, mine = self._found(said)
        theirs = [
            (begin, end, term) for begin, end, term in theirs
            if not any(start < end and begin < stop and stop - start >= end - begin for start, stop, _ in mine)
        ]  # fmt: skip
        parts: list[str] = []
        at = 0
        for begin, end, _ in sorted(theirs):
            if end > at:
                parts += [said[at:begin], self.mark] if begin >= at else []
                at = end
        who = dict.fromkeys(who for _, _, term in sorted(theirs) for who in self.terms[term])
        return "".join([*parts, said[at:]]), list(who)

    def _found(self, said: str) -> tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]:
        """Where others are named, and where the person is; places may overlap."""
        theirs: list[tuple[int, int, str]] = []
        mine: list[tuple[int, int, str]] = []
        there = {*naming.words(said), *naming.tails(said)}
        for term in sorted({term for word in there for term in self.starts.get(word, ())}):
            names, at = naming.pattern([term]), 0
            while found := names.search(said, at):
                (mine if term.casefold() in self.own else theirs).append((found.start(), found.end(), term))
                at = found.start() + 1
        return theirs, mine
