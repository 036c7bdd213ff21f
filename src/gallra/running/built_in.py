"""What this release's tests show of a sentence: the evidence called *built in* (design.md section 1).

`built_in.json` (made by `scripts/promises` from the tests' marks) knows the sentences of the two policies that Gallra
is tested against, and the tables of the policy language on which each stands. A sentence of another policy, whatever
its id, is shown by the tests of the sentences that stand on the same tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gallra.policy.model import Policy
from gallra.policy.tables import Purpose, Statement


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """tests: ids of tests. whole: everything that is to keep the sentence is in this release."""

    tests: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Tested:
    """One sentence of the two policies: its evidence, and the tables it stands on. alone: it says more than they do."""

    built_in: BuiltIn
    tables: frozenset[str]
    alone: bool


NOTHING = BuiltIn()


def built_in(policy: Policy, promise: str) -> BuiltIn:
    """The evidence for a promise of this policy: its own where the id means the same here, else that of its tables."""
    tables = frozenset(table(policy, place) for place in policy.promises()[promise])
    same = sentences().get(promise)
    if same is not None and same.tables & tables:
        return same.built_in
    alike = [other.built_in for other in sentences().values() if other.tables <= tables and not other.alone]
    return BuiltIn(
        tests=tuple(dict.fromkeys(test for other in alike for test in other.tests)),
        whole=all(other.whole for other in alike),
    )


def table(policy: Policy, place: str) -> str:
    """What sort of table stands at a place: "system", "purpose", "purpose to" (mailings), "statement: …"."""
    piece = policy.piece(place)
    if isinstance(piece, Statement):
        return f"statement: {piece.kept_by}"
    if isinstance(piece, Purpose) and piece.to:
        return "purpose to"
    return place.partition(".")[0].partition("[")[0]


@cache
def sentences() -> Mapping[str, Tested]:
    """The sentences of the two policies, by id."""
    data = json.loads(Path(__file__).with_name("built_in.json").read_text(encoding="utf-8"))
    return {
        promise: Tested(BuiltIn(tuple(of["tests"]), whole=of["whole"]), frozenset(of["tables"]), of["alone"])
        for promise, of in data.items()
    }
