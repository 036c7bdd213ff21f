"""A believable board, made from a real policy file, its real wording and its real findings; the counts are invented."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from gallra.kinds import Text
from gallra.policy import Policy, read_policy
from gallra.policy.check import check
from gallra.policy.law import load_law
from gallra.policy.rules import Rule, rules
from gallra.policy.wording.page import reading_of, sentence_of
from gallra.running.report import (
    Board,
    Evidence,
    FindingLine,
    ForecastCell,
    KindCount,
    PromiseReport,
    ReceiptLine,
    RunLine,
    Status,
)
from gallra.systems.own import kinds

POLICIES = Path(__file__).resolve().parents[2] / "policies"
ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)
SWEPT = datetime(2026, 11, 22, 2, 4, tzinfo=ZONE)
REASONS: dict[Status, Text] = {
    "kept": Text("inget är försenat", "nothing is late"),
    "waiting": Text("37 poster ska gallras i natt", "37 records go tonight"),
    "broken": Text("3 utvärderingar är försenade", "3 reviews are late"),
    "uncovered": Text("184 poster nås av ingen regel", "184 records are reached by no rule"),
    "outdated": Text("meningen hänvisar till något som har upphört", "the sentence names what has ceased"),
}
STATEMENT = """SELECT support_case.id
FROM support_case
WHERE support_case.closed_at < %(cutoff)s AND support_case.archived_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM running_hold WHERE running_hold.key = CAST(support_case.id AS TEXT))
ORDER BY support_case.closed_at LIMIT %(limit)s"""


@cache
def policy(name: str) -> Policy:
    """The policy file of that name, read."""
    return read_policy(POLICIES / f"{name}.toml")


@cache
def board(name: str = "munkeby", seed: int = 7) -> Board:
    """A board under one of the policies, with every status and kind of evidence on it."""
    found, chance = policy(name), random.Random(seed)
    law = load_law()
    findings = tuple(
        FindingLine(f.id, f.level, f.place, f.sentence, f.source, f.mend, f.promises)
        for f in check(found, law=law, kinds=kinds())
    )
    compiled = [rule for rule in rules(found, law=law, kinds=kinds()).rules if rule.promises]
    promises = tuple(
        _report(found, id_, [rule for rule in compiled if id_ in rule.promises], findings, chance)
        for id_ in found.promises()
    )
    return Board(
        controller=found.controller.name,
        policy_version=found.version,
        adopted_at=datetime(2026, 11, 1, 10, 0, tzinfo=ZONE),
        as_of=NOW,
        promises=promises,
        forecast=tuple(_forecast(compiled, chance)),
        runs=_runs(),
        next_sweep=datetime(2026, 11, 23, 2, 0, tzinfo=ZONE),
        findings=findings,
    )


def _report(
    found: Policy, id_: str, own: list[Rule], findings: tuple[FindingLine, ...], chance: random.Random
) -> PromiseReport:
    statuses: tuple[Status, ...] = ("kept", "kept", "waiting", "broken", "uncovered")
    status: Status = (
        chance.choice(statuses) if own else "outdated" if id_ in ("S5", "M12", "M25", "M26") else "kept"
    )
    counts = tuple(_count(rule, status, chance) for rule in own)
    attested = id_ in ("M10", "M14")
    evidence = (
        Evidence("measured", at=SWEPT)
        if own
        else Evidence("attested", at=SWEPT - timedelta(days=200), by="Alva Ek", until=date(2027, 3, 1))
        if attested
        else Evidence("built in", tests=("tests/registers/test_wall.py::test_sales_cannot_see_support",) * 3)
    )
    return PromiseReport(
        id=id_,
        sentence=sentence_of(found, id_, kinds=kinds(), law=load_law()),
        reading=reading_of(found, id_),
        status=status,
        reason=REASONS[status],
        evidence=evidence,
        counts=counts,
        lines=found.lines(id_),
        statements=(STATEMENT,) if own else (),
        receipts=tuple(
            ReceiptLine(1 + number, SWEPT - timedelta(days=number), rule.action, rule.kind, 41 - number)
            for rule in own
            for number in range(3)
        ),
        findings=tuple({f.id for f in findings if f.place.startswith("retention")}) if own else (),
    )


def _count(rule: Rule, status: Status, chance: random.Random) -> KindCount:
    due = chance.randint(2, 40) if status in ("waiting", "broken") else 0
    waiting, not_yet = chance.randint(100, 10_000), chance.randint(0, 900)
    uncovered = chance.randint(1, 200) if status == "uncovered" else 0
    return KindCount(
        kind=rule.kind,
        rule=rule.id,
        total=due + waiting + not_yet + uncovered,
        due=due,
        late=3 if status == "broken" else 0,
        held=chance.randint(0, 3),
        obliged=chance.randint(0, 9),
        waiting=waiting,
        not_yet=not_yet,
        uncovered=uncovered,
        next_day=date(2026, 11, 23) + timedelta(days=chance.choice((0, 1, 9))),
        next_count=chance.randint(1, 40),
    )


def _forecast(compiled: list[Rule], chance: random.Random) -> list[ForecastCell]:
    months = [date(2026 + (10 + ahead) // 12, (10 + ahead) % 12 + 1, 1) for ahead in range(24)]
    return [
        ForecastCell(
            month, rule.promises[0], rule.kind, chance.randint(0, 60) * (8 if month.month == 1 else 1)
        )
        for month in months
        for rule in compiled
    ]


def _runs() -> tuple[RunLine, ...]:
    sweep = RunLine("a", "sweep", SWEPT - timedelta(minutes=4), SWEPT, "finished", 1041, "")
    check_ = RunLine(
        "b", "check", NOW - timedelta(minutes=30), NOW - timedelta(minutes=29), "finished", 0, ""
    )
    stopped = RunLine(
        "c", "sweep", SWEPT - timedelta(days=1), SWEPT - timedelta(days=1), "stopped", 0, "brake support.case"
    )
    return check_, sweep, stopped
