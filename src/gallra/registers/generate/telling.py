"""A company's history from its policy alone: it asks no database, so it can be told while there is none yet."""

from __future__ import annotations

from datetime import datetime

from gallra.policy import Policy
from gallra.policy.law import load_law
from gallra.policy.rules import Rules
from gallra.policy.rules import rules as rules_of
from gallra.registers.generate.store import History
from gallra.registers.generate.story import Progress, tell
from gallra.systems import own


def rules_for(policy: Policy) -> Rules:
    """The rules of a policy over our own registers."""
    return rules_of(policy, law=load_law(), kinds=own.kinds())


def history_of(
    policy: Policy, *, people: int = 2000, seed: int = 1, now: datetime, progress: Progress | None = None
) -> History:
    """Five years of a company with about `people` people under a policy; `now`: an aware moment, after which nothing
    happens. Raises ValueError without a time zone."""
    if now.tzinfo is None:
        raise ValueError("now has no time zone")
    return tell(
        rules=rules_for(policy), kinds=own.kinds(), people=people, seed=seed, now=now, progress=progress
    )
