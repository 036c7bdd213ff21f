"""What becomes of each company: customer, former customer, prospect or partner, and when its last agreement
ended.

First come the companies that a rule needs (one whose last agreement ended three years ago today), then the
rest by shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gallra.policy.periods import Period
from gallra.policy.rules import Rules
from gallra.registers.generate.clocks import Clocks

LAST_AGREEMENT = "the company's last agreement ended"
AGREEMENT = "the agreement ended"
OLDEST_END_DAYS = 8 * 365

Role = Literal["customer", "former", "prospect", "cold", "partner"]


@dataclass(frozen=True, slots=True)
class Fate:
    """role; ended: the last agreement's last day, for former ones. placed: it stands for a rule, so it is in
    every register."""

    role: Role
    ended: date | None = None
    placed: bool = False


def fates(clocks: Clocks, *, companies: int) -> list[Fate]:
    """One fate per company, at least `companies` of them: those that the rules need come first, whatever the
    size."""
    found = [
        *_placed(clocks, companies),
        *(Fate(role) for role in ("customer", "prospect", "cold") for _ in range(4)),
    ]
    shares: tuple[tuple[Role, float], ...] = (
        ("customer", 0.56), ("former", 0.14), ("prospect", 0.17), ("cold", 0.11), ("partner", 0.02),
    )  # fmt: skip
    partners = "crm.partner" in clocks.rules.kinds
    rest = companies - len(found)
    for role, share in shares:
        told: Role = role if role != "partner" or partners else "prospect"
        for _ in range(max(1, round(rest * share)) if rest > 0 else 1):
            found.append(Fate(told, _any_end(clocks) if role == "former" else None))
    return found


def _any_end(clocks: Clocks) -> date:
    first = clocks.today - timedelta(days=OLDEST_END_DAYS)
    return clocks.between(first, clocks.today - timedelta(days=3))


def _placed(clocks: Clocks, companies: int) -> list[Fate]:
    due, nearly = 2 + companies // 120, 3 + companies // 60
    found: list[Fate] = []
    for period in _periods(clocks.rules, LAST_AGREEMENT) | _periods(clocks.rules, AGREEMENT):
        found += (Fate("former", clocks.due_day(period), placed=True) for _ in range(due))
        found += (Fate("former", clocks.nearly_day(period), placed=True) for _ in range(nearly))
    if any(rule.sooner == LAST_AGREEMENT for rule in clocks.rules.rules):
        found += (Fate("former", clocks.due_day(Period()), placed=True) for _ in range(2))
        found += (Fate("former", clocks.nearly_day(Period()), placed=True) for _ in range(3))  # given notice
    for _ in range(nearly):  # ended a while ago: their clock runs
        day = clocks.today - timedelta(days=clocks.between(date(1, 3, 1), date(2, 6, 1)).toordinal())
        found.append(Fate("former", day, placed=True))
    return found


def _periods(rules: Rules, event: str) -> set[Period]:
    return {rule.period for rule in rules.rules if rule.event == event and rule.action != "review"}
