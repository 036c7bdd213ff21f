"""What cases share: their moment, their policy, and how much there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bench.stage import Stage
from gallra.engine.days import Today
from gallra.engine.question import Question
from gallra.kinds import RecordKind
from gallra.policy.periods import Period
from gallra.policy.rules import Rule

NIGHT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""The night of every sweep. Generated histories end the day before."""
ZONE = "Europe/Stockholm"
VERSION = "0" * 64
POLICIES = Path(__file__).parents[1] / "policies"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is. share: of the full size; runs: rounds."""

    name: str
    share: float
    runs: int

    def of(self, full: int) -> int:
        return max(int(full * self.share), 1)


SIZES = {"small": Size("small", 0.02, 5), "middle": Size("middle", 0.1, 5), "full": Size("full", 1.0, 5)}


@dataclass(frozen=True, slots=True)
class Bench:
    """What a case gets."""

    stage: Stage
    size: Size
    runs: int
    told: Callable[[str], None]


def adopt(policy: str) -> None:
    """The policy runs from here on."""
    from gallra.running import adopting

    adopting.adopt(POLICIES / f"{policy}.toml", reason="A benchmark.", by="command line", now=NIGHT)


def question(rule: Rule, kind: RecordKind) -> Question:
    """The question of one rule by itself, asked of our own database with its holds."""
    from gallra.engine.holds import OwnHolds
    from gallra.systems.own import kinds

    return Question(kind, rule, Today.of(NIGHT, ZONE), (), OwnHolds(), tuple(kinds().values()))


def archived_after_three_months() -> Rule:
    """M16 as the engine gets it."""
    period = Period(months=3)
    return Rule(
        "M16 support.case", ("M16",), "retention[0]", "support.case", "archive", "the case was closed", period
    )


@dataclass(frozen=True, slots=True)
class Receipts:
    """The journal of a run: receipts in the real ledger."""

    run: UUID

    def __call__(self, *, action: str, body: dict[str, Any], rule: str, batch: int) -> None:
        from gallra.ledger.append import append

        append(action=action, body=body, now=NIGHT, policy=VERSION, run=self.run, rule=rule, batch=batch)


def receipts() -> Receipts:
    """A new run's."""
    return Receipts(uuid4())


def cases(bench: Bench) -> str:
    """The database of a million cases with three million messages, a tenth of them due; Munkeby's policy runs."""

    def fill() -> None:
        from gallra.registers.generate import make_cases

        adopt("munkeby")
        make_cases(cases=bench.size.of(1_000_000), messages=bench.size.of(3_000_000), seed=1, now=NIGHT)

    return bench.stage.template(f"cases_{bench.size.name}", fill)


def number(statement: str) -> int:
    """The one number that a query gives."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
