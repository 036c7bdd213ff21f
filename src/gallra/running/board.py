"""The board: every promise, its status and evidence, the forecast, findings, last runs.

`check` asks and writes down what it found; `board` (or `read`) only reads that, so that a page costs a handful of
queries.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.kinds import Text
from gallra.ledger.append import append
from gallra.ledger.models import Entry
from gallra.policy.check import Finding, outdated
from gallra.policy.law import load_law
from gallra.policy.model import Policy
from gallra.policy.rules import OWN
from gallra.policy.wording.page import reading_of, sentence_of
from gallra.running import findings, foreign, remains, unsettled
from gallra.running.built_in import built_in
from gallra.running.counts import Counts, counted, from_json, joined, to_json
from gallra.running.counts import coming as coming_cells
from gallra.running.evidence import Asked, ByHand, Given, about_disclosures, about_requests, about_ways_in
from gallra.running.evidence import asked as asked_of_us
from gallra.running.evidence import by_hand as waiting_for_hands
from gallra.running.evidence import given as given_out
from gallra.running.installed import Running, own_kinds, parsed, running
from gallra.running.models import Attestation, Checked, Run
from gallra.running.report import Board, FindingLine, ForecastCell, Gone, PromiseReport, ReceiptLine, RunLine
from gallra.running.statuses import Known, Runs, Vouched, status
from gallra.systems.connection import OwnDatabase

RECEIPTS = 5
RUNS = 10
AUDIT_EVERY = timedelta(hours=20)
"""How old the counts of the last audit may be before a check takes them anew."""


def check(now: datetime, *, audit: bool = False) -> Board:
    """Ask of each promise whether it is kept, write the answer down and into the ledger. Raises NoPolicy.

    audit: count what no index serves too; done by itself when the last audit is old or of another policy version.
    """
    policy = running()
    last = Checked.objects.order_by("-pk").first()
    fresh = last is not None and last.policy == policy.rules.version and last.audited_at is not None
    old = None
    if (
        last is not None
        and last.audited_at is not None
        and fresh
        and not audit
        and now - last.audited_at < AUDIT_EVERY
    ):
        old = from_json(last.result["counts"])
    run = Run.objects.create(kind="check", policy=policy.rules.version, as_of=now, began=now)
    try:
        today = Today.of(now, policy.rules.timezone)
        own = counted(policy, OwnDatabase(), today, OwnHolds(), last=old)
        counts = joined(own, *foreign.counts(policy, today, last=old), last=old)
    except Exception as error:
        Run.objects.filter(pk=run.pk).update(ended=now, outcome="failed", reason=type(error).__name__)
        raise
    audited = last.audited_at if old is not None and last is not None else now
    found = findings.taken(policy, day=today.day)
    with transaction.atomic():
        Checked.objects.all().delete()
        made = Checked.objects.create(
            at=now,
            policy=policy.rules.version,
            audited_at=audited,
            result={"counts": to_json(counts), "findings": findings.to_json(found)},
        )
        told = _board(policy, made, found, now)
        statuses: dict[str, int] = {}
        for promise in told.promises:
            statuses[promise.status] = statuses.get(promise.status, 0) + 1
        levels: dict[str, int] = {}
        for finding in found:
            levels[finding.level] = levels.get(finding.level, 0) + 1
        broken = [promise.id for promise in told.promises if promise.status == "broken"]
        body: dict[str, Any] = {
            "statuses": statuses,
            "broken": broken,
            "findings": levels,
            "outcome": "finished",
        }
        Run.objects.filter(pk=run.pk).update(ended=now, outcome="finished", counts={"statuses": statuses})
        append(
            action="check", body=body, now=now, policy=policy.rules.version, run=run.pk, rule="check", batch=1
        )
    return told


def board(now: datetime) -> Board:
    """The board as the last check left it, with what runs and attestations say now; checks first where nothing was.
    NoPolicy.
    """
    policy = running()
    last = Checked.objects.order_by("-pk").first()
    if (
        last is None
        or last.policy != policy.rules.version
        or last.at < policy.adoption.at
        or "findings" not in last.result
    ):
        return check(now)
    return _board(policy, last, findings.from_json(last.result["findings"]), now)


read = board


def coming(now: datetime, *, months: int = 24) -> tuple[ForecastCell, ...]:
    """The forecast counted now, for as many months as wanted. Raises NoPolicy."""
    policy = running()
    today = Today.of(now, policy.rules.timezone)
    own = coming_cells(policy, OwnDatabase(), today, OwnHolds(), months=months)
    cells = [*own, *foreign.coming(policy, today, months=months)]
    return tuple(sorted(cells, key=lambda cell: (cell.month, cell.promise, cell.kind)))


def _board(policy: Running, last: Checked, found: tuple[Finding, ...], now: datetime) -> Board:
    counts = from_json(last.result["counts"])
    zone = ZoneInfo(policy.rules.timezone)
    newest = list(Run.objects.order_by("-began")[:RUNS])
    runs = _runs(policy)
    old = outdated(policy.policy, found)
    vouched = _vouched()
    receipts = _receipts(tuple(rule.count.rule for rule in counts.rules))
    rewrites = remains.rewrites()
    about, out, hands = asked_of_us(now), given_out(now), waiting_for_hands(now)
    promises = tuple(
        _report(
            policy,
            promise,
            counts,
            runs,
            promise in old,
            vouched.get(promise),
            receipts,
            found,
            last,
            now,
            zone,
            rewrites,
            about,
            out,
            hands,
        )
        for promise in policy.policy.promises()
    )
    return Board(
        controller=policy.policy.controller.name,
        policy_version=policy.rules.version,
        adopted_at=policy.adoption.at,
        as_of=last.at,
        promises=promises,
        forecast=counts.forecast,
        runs=tuple(_run_line(run) for run in newest),
        next_sweep=next_sweep(policy.policy, now),
        findings=(
            *unsettled.findings(),
            *(FindingLine(f.id, f.level, f.place, f.sentence, f.source, f.mend, f.promises) for f in found),
        ),
        own=tuple(rule.count for rule in counts.rules if rule.count.kind.startswith(OWN)),
        gone=remains.gone(rewrites),
    )


def _report(
    policy: Running, promise: str, counts: Counts, runs: Runs, is_outdated: bool, vouched: Vouched | None,
    receipts: dict[str, tuple[ReceiptLine, ...]], found: tuple[Finding, ...], last: Checked, now: datetime,
    zone: ZoneInfo, rewrites: list[remains.Rewrite], asked: Asked | None, given: Given | None,
    by_hand: ByHand | None,
) -> PromiseReport:  # fmt: skip
    mine = [rule for rule in counts.rules if promise in rule.promises]
    pieces = [policy.policy.piece(place) for place in policy.policy.promises()[promise]]
    unreachable = tuple(reason for reason, broken in counts.unreachable.items() if promise in broken)
    known = Known(
        unreachable=unreachable,
        counts=tuple(rule.count for rule in mine),
        routine="routine" in policy.policy.promises()[promise],
        attested=any(getattr(piece, "attested", None) is not None for piece in pieces),
        vouched=vouched,
        built_in=built_in(policy.policy, promise),
        outdated=is_outdated,
        asked=asked if about_requests(policy.policy, promise) else None,
        given=given if about_disclosures(policy.policy, promise) else None,
        by_hand=by_hand if about_ways_in(policy.policy, promise) else None,
    )
    said, reason, evidence = status(known, runs, now=now, day=now.astimezone(zone).date(), checked_at=last.at)
    lines = [line for rule in mine for line in receipts.get(rule.count.rule, ())]
    return PromiseReport(
        id=promise,
        sentence=sentence(policy, promise),
        reading=reading_of(policy.policy, promise),
        status=said,
        reason=reason,
        evidence=evidence,
        counts=known.counts,
        lines=policy.policy.lines(promise),
        statements=tuple(rule.statement for rule in mine),
        receipts=tuple(sorted(lines, key=lambda line: -line.number)[:RECEIPTS]),
        findings=tuple(dict.fromkeys(f.id for f in found if promise in f.promises)),
        gone=_gone(lines, rewrites),
        asked=known.asked,
        by_hand=known.by_hand,
    )


def _gone(lines: list[ReceiptLine], rewrites: list[remains.Rewrite]) -> Gone | None:
    """The two times of a promise's newest receipt in our own database."""
    ours = [line for line in lines if line.kind in own_kinds()]
    newest = max(ours, key=lambda line: line.number, default=None)
    return Gone(newest.at, remains.bytes_gone(rewrites, newest.number)) if newest is not None else None


def sentence(policy: Running, promise: str) -> Text:
    """What the page says of a promise."""
    declared = foreign.declared(policy.adoption)
    return _sentence(policy.rules.version, policy.policy.text, declared, promise)


@lru_cache(maxsize=256)
def _sentence(version: str, text: str, declared: foreign.Declared, promise: str) -> Text:
    policy, _ = parsed(version, text)
    kinds = foreign.kinds_declared(version, text, declared)
    return sentence_of(policy, promise, kinds=kinds, law=load_law())


def _runs(policy: Running) -> Runs:
    finished = Run.objects.filter(kind="sweep", outcome="finished").order_by("-began").first()
    ended = Run.objects.filter(kind="sweep").exclude(outcome="running").order_by("-began").first()
    failed = ended.reason if ended is not None and ended.outcome == "failed" else ""
    return Runs(finished.ended if finished else None, policy.adoption.at, failed)


def _vouched() -> dict[str, Vouched]:
    found: dict[str, Vouched] = {}
    for attestation in Attestation.objects.order_by("at"):
        found[attestation.promise] = Vouched(attestation.by, attestation.at, attestation.until)
    return found


def _receipts(rules: tuple[str, ...]) -> dict[str, tuple[ReceiptLine, ...]]:
    """The newest receipts of each rule, in one query that probes the index on (rule, number)."""
    if not rules:
        return {}
    names = [*rules, *(f"{rule} decided" for rule in rules)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.rule, e.number FROM unnest(%s::text[]) AS asked(rule) CROSS JOIN LATERAL"
            " (SELECT number FROM ledger_entry WHERE rule = asked.rule AND action = 'sweep.receipt'"
            "  ORDER BY number DESC LIMIT %s) AS e",
            [names, RECEIPTS],
        )
        numbers = [int(number) for _, number in cursor.fetchall()]
    found: dict[str, tuple[ReceiptLine, ...]] = {}
    for entry in Entry.objects.filter(number__in=numbers).order_by("-number"):
        rule = (entry.rule or "").removesuffix(" decided")
        verb, kind = str(entry.body["verb"]), str(entry.body["kind"])
        line = ReceiptLine(entry.number, entry.at, verb, kind, int(entry.body["records"]))
        found[rule] = (*found.get(rule, ()), line)
    return found


def _run_line(run: Run) -> RunLine:
    kind: Any = run.kind
    outcome: Any = run.outcome
    return RunLine(str(run.pk), kind, run.began, run.ended, outcome, run.taken, run.reason)


def next_sweep(policy: Policy, now: datetime) -> datetime:
    """When the rules run next, by the policy's routine or the default."""
    zone = ZoneInfo(policy.controller.timezone)
    local = now.astimezone(zone)
    at = datetime.combine(local.date(), policy.sweep_at, tzinfo=zone)
    return (
        at if at > now else datetime.combine(local.date() + timedelta(days=1), policy.sweep_at, tzinfo=zone)
    )
