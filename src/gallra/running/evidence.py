"""What parts above this one measure of promises: whoever carries requests out tells the board how many are in time
(S15, S16, S20, S21, M21, M23, M24). Nothing here knows who that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gallra.policy.model import Policy
from gallra.policy.tables import Form, Rights


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests of people, in numbers. open: now; late: of those, past their last day; answered: closed within the last
    twelve months; in_time: of those, by their day."""

    open: int
    late: int
    answered: int
    in_time: int


_measures: list[Callable[[datetime], Asked]] = []


def measured_by(measure: Callable[[datetime], Asked]) -> None:
    """From now on the board asks `measure` about requests; asking twice for the same is once."""
    if measure not in _measures:
        _measures.append(measure)


def asked(now: datetime) -> Asked | None:
    """How requests stand; None where nothing in this installation carries any out."""
    return _measures[0](now) if _measures else None


def about_requests(policy: Policy, promise: str) -> bool:
    """Whether a sentence stands on what people may ask, or on the form by which they ask."""
    return any(isinstance(policy.piece(place), Rights | Form) for place in policy.promises().get(promise, ()))
