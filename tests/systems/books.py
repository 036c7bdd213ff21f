"""A ledger of intents and receipts in memory, for tests of the engine's side alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gallra.engine.act import Taken
from gallra.engine.days import Today
from gallra.engine.plan import questions
from gallra.engine.question import Question
from gallra.policy import read_policy
from gallra.running.foreign import Foreign, systems_of
from gallra.systems.sql.holds import KnownHolds
from gallra.systems.sql.sweeping import Intent
from tests.systems.world import DOCS, NOW


class Memory:
    def __init__(self, holds: KnownHolds | None = None) -> None:
        self.holds = holds or KnownHolds()
        self.open: list[Intent] = []
        self.receipts: list[tuple[str, int, dict[str, int]]] = []

    @contextmanager
    def batch(self) -> Iterator[KnownHolds]:
        yield self.holds

    def intend(self, question: Question, keys: Sequence[Any], parts: dict[str, int]) -> Intent:
        made = Intent(
            len(self.receipts),
            question.name,
            question.kind.name,
            question.verb,
            tuple(keys),
            parts,
            question.today.now,
        )
        self.open.append(made)
        return made

    def receive(self, intent: Intent, question: Question | None, taken: Taken) -> None:
        self.open.remove(intent)
        self.receipts.append((intent.rule, taken.records, taken.parts))


def example() -> Foreign:
    """The system of docs/systems/desk.toml."""
    policy = read_policy(DOCS / "desk.toml")
    return systems_of(policy, {"desk": (DOCS / "desk.kinds.toml").read_text("utf-8")})[0]


def asked(foreign: Foreign, holds: KnownHolds | None = None) -> tuple[Question, ...]:
    today = Today.of(NOW, foreign.rules.timezone)
    return questions(foreign.rules, foreign.kinds, today, holds or KnownHolds())
