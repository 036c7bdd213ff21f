"""The shapes in which the state of the promises is told: to the board, the page, the command line and `--json`.

Nothing here reads anything; `board.py` fills these in. Days are dates in the controller's time zone, moments are
aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from gallra.kinds import Text
from gallra.running.evidence import Asked, ByHand

Status = Literal["kept", "waiting", "broken", "uncovered", "outdated"]
"""design.md section 1; *outdated* are the sentences (S5, M12, M25, M26) that are kept by being found."""
EvidenceKind = Literal["measured", "built in", "attested", "none"]
MARKS: dict[Status, str] = {"kept": "●", "waiting": "◐", "broken": "◆", "uncovered": "◌", "outdated": "◌"}


@dataclass(frozen=True, slots=True)
class KindCount:
    """What one rule says of one record kind. Numbers of records.

    total: all of the kind; due: must go now, not held, not obliged; late: of those, more than 48 hours past their
    day; held, obliged: would be due but for a hold, a statute; waiting: their clock runs; not_yet: their clock has
    not started; uncovered: no rule will ever reach them. next_day: the first day on which more becomes due,
    next_count: how many then.
    """

    kind: str
    rule: str
    total: int
    due: int
    late: int
    held: int
    obliged: int
    waiting: int
    not_yet: int
    uncovered: int
    next_day: date | None
    next_count: int


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A ledger entry as pages show it: number, when, what was done, how many records."""

    number: int
    at: datetime
    action: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Gone:
    """The two times of an erasure: when the last rows went, and when the tables' files were rewritten without them
    (None: not yet)."""

    rows: datetime
    bytes: datetime | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a promise's status is known. built in: names of tests; attested: who vouched, when, until when."""

    kind: EvidenceKind
    at: datetime | None = None
    tests: tuple[str, ...] = ()
    by: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """One sentence of the policy and its state.

    reason: why the status is what it is, one sentence. lines: the lines of the policy file; statements: the SQL text
    of the query behind a measured promise, without values. findings: ids of `check` findings that concern it.
    """

    id: str
    sentence: Text
    reading: Text | None
    status: Status
    reason: Text
    evidence: Evidence
    counts: tuple[KindCount, ...]
    lines: tuple[str, ...]
    statements: tuple[str, ...]
    receipts: tuple[ReceiptLine, ...]
    findings: tuple[str, ...]
    gone: Gone | None = None
    """Of its newest receipt in our own database."""
    asked: Asked | None = None
    """People's requests, where the sentence is about them."""
    by_hand: ByHand | None = None
    """Forms that wait for a hand, where it is about the ways in."""

    @property
    def due(self) -> int:
        return sum(count.due for count in self.counts)

    @property
    def records(self) -> int:
        """Records under the promise, a kind counted once."""
        return sum({count.kind: count.total for count in self.counts}.values())


@dataclass(frozen=True, slots=True)
class ForecastCell:
    """`count` records that `rule` will make due in `month` (its first day)."""

    month: date
    promise: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class RunLine:
    """One sweep or check: when it began and ended, whether it finished, how many records it took."""

    id: str
    kind: Literal["sweep", "check"]
    began: datetime
    ended: datetime | None
    outcome: Literal["finished", "stopped", "failed", "running"]
    taken: int
    reason: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the board says, as of one moment."""

    controller: str
    policy_version: str
    adopted_at: datetime
    as_of: datetime
    promises: tuple[PromiseReport, ...]
    forecast: tuple[ForecastCell, ...]
    runs: tuple[RunLine, ...]
    next_sweep: datetime | None
    findings: tuple[FindingLine, ...]
    own: tuple[KindCount, ...] = ()
    """What the rules say of Gallra's own records (sessions, jobs…): periods without a promise's id."""
    gone: Gone | None = None
    """Of everything that was erased, by whatever promise or request."""

    def count(self, status: Status) -> int:
        return sum(promise.status == status for promise in self.promises)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What `gallra check` has to say, as the board shows it. promises: the sentences it concerns."""

    id: str
    level: Literal["error", "warning", "advice"]
    place: str
    sentence: Text
    source: str
    mend: Text
    promises: tuple[str, ...] = ()
