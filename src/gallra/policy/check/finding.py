"""What `check` says, and the registry of everything it looks for: one small function per finding, each id
once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from gallra.kinds import Kinds, RecordKind, Text
from gallra.policy.law import Law
from gallra.policy.model import Policy

Level = Literal["error", "warning", "advice"]
LEVELS: tuple[Level, ...] = ("error", "warning", "advice")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `check` has to say.

    id: a stable slug. place, line: where in the file (0: what is missing has no line). subject: what it is
    about, where one id can be found several times at one place (a right, a record kind, a column). source:
    the article or statute behind it. promises: the sentences of the table it was found in. outdated: the
    sentence was true once, or says nothing (S5, M12, M25, M26).
    """

    id: str
    level: Level
    place: str
    line: int
    sentence: Text
    source: str
    mend: Text
    promises: tuple[str, ...]
    subject: str = ""
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a check function yields: a place, a sentence, how to mend it."""

    place: str
    sentence: Text
    mend: Text
    subject: str = ""


@dataclass(frozen=True)
class Case:
    """What a policy is held against.

    live: the columns of each table in the running database, None where there is none to look at. declared:
    the tables of Gallra itself that are no record kind, with their columns. as_of: the day, None where ages
    are not asked about.
    """

    policy: Policy
    law: Law
    kinds: Kinds
    live: Mapping[str, Collection[str]] | None = None
    declared: Mapping[str, Collection[str]] = field(default_factory=dict)
    as_of: date | None = None

    def named(self, kind: str) -> Text:
        """What a record kind is called: "finance.invoice (fakturor)"; the bare name for one that is not
        known."""
        found = self.kinds.get(kind)
        return (
            Text(f"{kind} ({found.noun.many.sv})", f"{kind} ({found.noun.many.en})")
            if found
            else Text(kind, kind)
        )

    def known(self) -> Iterator[RecordKind]:
        """The record kinds that the systems of the policy name and the installation knows."""
        return (self.kinds[name] for name in self.policy.records() if name in self.kinds)


Run = Callable[[Case], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered finding."""

    id: str
    level: Level
    source: str
    run: Run
    outdated: bool


_REGISTRY: dict[str, Check] = {}


def finding(id: str, level: Level, source: str, *, outdated: bool = False) -> Callable[[Run], Run]:
    """Registers the function that looks for one finding. ValueError where the id is taken or the level is
    none."""

    def register(run: Run) -> Run:
        if id in _REGISTRY:
            raise ValueError(f"two findings are called {id}")
        if level not in LEVELS:
            raise ValueError(f"{level} is not a level")
        _REGISTRY[id] = Check(id, level, source, run, outdated)
        return run

    return register


def registry() -> Mapping[str, Check]:
    """Everything that `check` looks for, by id."""
    return dict(_REGISTRY)


def listed(words: Collection[str], lang: Literal["sv", "en"] = "en") -> str:
    """ "a, b and c" """
    words = list(words)
    glue = " och " if lang == "sv" else " and "
    return glue.join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""
