"""What parts above this one measure of promises: whoever carries requests out tells the board how many are in time
(S15, S16, S20, S21, M21, M23, M24), what has been given out to whom (S13, M14, M15), and which forms wait for
somebody to deal with them by hand (S4). Nothing here knows who that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gallra.policy.model import Policy
from gallra.policy.tables import Collected, Form, Rights, Sharing


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests of people, in numbers. open: now; late: of those, past their last day; answered: closed within the last
    twelve months; in_time: of those, by their day."""

    open: int
    late: int
    answered: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Given:
    """What left the controller within the last twelve months, in numbers. recipients, authorities: disclosures to them;
    staff: files that staff took out; to_tell: recipients who are still to be told of a change."""

    recipients: int
    authorities: int
    staff: int
    to_tell: int


@dataclass(frozen=True, slots=True)
class ByHand:
    """What came in by a form and no program could take in, in numbers. waiting: nobody has dealt with it yet; late: of
    those, for longer than 48 hours."""

    waiting: int
    late: int


_measures: list[Callable[[datetime], Asked]] = []
_given: list[Callable[[datetime], Given]] = []
_by_hand: list[Callable[[datetime], ByHand]] = []


def measured_by(measure: Callable[[datetime], Asked]) -> None:
    """From now on the board asks `measure` about requests; asking twice for the same is once."""
    if measure not in _measures:
        _measures.append(measure)


def asked(now: datetime) -> Asked | None:
    """How requests stand; None where nothing in this installation carries any out."""
    return _measures[0](now) if _measures else None


def given_by(measure: Callable[[datetime], Given]) -> None:
    """From now on the board asks `measure` about disclosures; asking twice for the same is once."""
    if measure not in _given:
        _given.append(measure)


def given(now: datetime) -> Given | None:
    """What has been given out; None where nothing in this installation writes it down."""
    return _given[0](now) if _given else None


def by_hand_by(measure: Callable[[datetime], ByHand]) -> None:
    """From now on the board asks `measure` about forms to deal with by hand; asking twice for the same is once."""
    if measure not in _by_hand:
        _by_hand.append(measure)


def by_hand(now: datetime) -> ByHand | None:
    """What waits for a hand; None where nothing in this installation takes forms in."""
    return _by_hand[0](now) if _by_hand else None


def about_ways_in(policy: Policy, promise: str) -> bool:
    """Whether a sentence names the ways in by which people give their data: each of them is a form."""
    pieces = (policy.piece(place) for place in policy.promises().get(promise, ()))
    return any(isinstance(piece, Collected) and piece.from_ for piece in pieces)


def about_disclosures(policy: Policy, promise: str) -> bool:
    """Whether a sentence says to whom data is given, or that it is not."""
    return any(isinstance(policy.piece(place), Sharing) for place in policy.promises().get(promise, ()))


def about_requests(policy: Policy, promise: str) -> bool:
    """Whether a sentence stands on what people may ask, or on the form by which they ask."""
    return any(isinstance(policy.piece(place), Rights | Form) for place in policy.promises().get(promise, ()))
