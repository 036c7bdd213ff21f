"""A whole policy: its tables (tables.py), where each stands in the file, and which promises it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import Annotated, Any

from pydantic import Field, PrivateAttr

from gallra.policy.source import Source
from gallra.policy.tables import (
    Agreement,
    Attested,
    Backups,
    Collected,
    Controller,
    Duty,
    Form,
    Interest,
    Officer,
    OwnPolicy,
    Page,
    Part,
    Piece,
    Place,
    Purpose,
    Recipient,
    Retention,
    Review,
    Rights,
    Routine,
    Safeguard,
    Sharing,
    Staff,
    Statement,
    System,
)
from gallra.policy.words import Many, Ref

__all__ = [
    "Agreement",
    "Attested",
    "Backups",
    "Collected",
    "Controller",
    "Duty",
    "Form",
    "Interest",
    "Officer",
    "OwnPolicy",
    "Page",
    "Part",
    "Piece",
    "Place",
    "Policy",
    "Purpose",
    "Recipient",
    "Retention",
    "Review",
    "Rights",
    "Routine",
    "Safeguard",
    "Sharing",
    "Staff",
    "Statement",
    "System",
]

DEFAULT_SWEEP = time(2)
"""When the rules run, in the controller's time zone, under a policy without `[routine]`."""


class Policy(Part):
    """A whole policy. Made by `read_policy`, which gives it its source."""

    controller: Controller
    collected: Collected | None = None
    place: dict[Ref, Place] = {}
    staff: Staff | None = None
    system: dict[Ref, System] = Field(min_length=1)
    purpose: dict[Ref, Purpose] = {}
    retention: Annotated[tuple[Retention, ...], Many] = ()
    review: Annotated[tuple[Review, ...], Many] = ()
    obligation: Annotated[tuple[Duty, ...], Many] = ()
    routine: Routine | None = None
    recipient: dict[Ref, Recipient] = {}
    sharing: Sharing | None = None
    rights: Rights | None = None
    form: dict[Ref, Form] = {}
    backups: Backups | None = None
    page: Page = Page()
    statement: Annotated[tuple[Statement, ...], Many] = ()

    _source: Source = PrivateAttr(default_factory=lambda: Source("", ""))

    @property
    def version(self) -> str:
        """SHA-256 of the file's bytes, hexadecimal: what every receipt carries."""
        return self._source.version

    @property
    def text(self) -> str:
        """The file as it was read."""
        return self._source.text

    @property
    def sweep_at(self) -> time:
        """The time of day at which the rules run, in the controller's time zone."""
        return self.routine.at if self.routine else DEFAULT_SWEEP

    def pieces(self) -> Iterator[tuple[str, Piece]]:
        """Every table with its place: ("retention[0]", …), ("system.crm", …), in the order of the
        language."""
        for name in type(self).model_fields:
            value: Any = getattr(self, name)
            if isinstance(value, Piece):
                yield name, value
            elif isinstance(value, dict):
                yield from ((f"{name}.{key}", piece) for key, piece in value.items())
            elif isinstance(value, tuple):
                yield from ((f"{name}[{number}]", piece) for number, piece in enumerate(value))

    def piece(self, place: str) -> Piece:
        """The table at a place that `pieces` gives; KeyError for any other."""
        return dict(self.pieces())[place]

    def promises(self) -> dict[str, tuple[str, ...]]:
        """Every promise id, S1, S2 … S10, with the places of the tables that keep it."""
        found: dict[str, list[str]] = {}
        for place, piece in self.pieces():
            for promise in piece.promises:
                found.setdefault(promise, []).append(place)
        return {promise: tuple(found[promise]) for promise in sorted(found, key=lambda p: (p[0], int(p[1:])))}

    def records(self) -> dict[str, str]:
        """Every record kind that a system names, with the id of the first system that does."""
        named: dict[str, str] = {}
        for key, system in self.system.items():
            for kind in system.records:
                named.setdefault(kind, key)
        return named

    def line(self, place: str) -> int:
        """The line on which the table or key at `place` begins, counted from 1; 0 where it is not in the
        file."""
        table = re.match(r"\w+", place)
        return self._source.span(place)[0] if table else 0

    def lines(self, promise: str) -> tuple[str, ...]:
        """The lines of the file that keep a promise, an empty line between tables; () for an id it does not
        have."""
        blocks = [self._source.lines(place) for place in self.promises().get(promise, ())]
        return tuple(
            line for number, block in enumerate(blocks) for line in (("",) if number else ()) + block
        )
