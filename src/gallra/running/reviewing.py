"""Reviews (M17, M18): what a person has to look at by now, and what they decide.

Nothing here erases: a decision to erase makes the record due, and the next sweep takes it as it takes everything else,
with its holds and its receipt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _
from sqlalchemy import select

from gallra.engine.compile import compiled
from gallra.engine.days import Today, day_of
from gallra.engine.execute import Executor
from gallra.engine.holds import Holds, OwnHolds
from gallra.engine.plan import questions
from gallra.engine.question import Question, keys_of
from gallra.engine.tables import Source
from gallra.engine.why import Record, Verdict, looked_up, looked_up_all
from gallra.kinds import RecordKind, Text
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.policy.model import Policy, Review
from gallra.policy.rules import Rule, Rules
from gallra.registers.crm import actions
from gallra.registers.crm.kinds import RELATION_TABLE
from gallra.registers.crm.models import Relation
from gallra.registers.errors import Refused
from gallra.running import foreign, replay
from gallra.running.asking import Unknown, key_of, kind_called, receipt_of
from gallra.running.board import next_sweep
from gallra.running.installed import Running, own_kinds, running
from gallra.systems.connection import OwnDatabase

Decision = Literal["keep", "erase"]
LAST_CONTACT, AGREEMENTS = "last contact with the company", "agreements and open sales"
BY = 60
"""The longest name of who decides, as of who attests."""


class NotReviewed(Exception):
    """What was asked for is no review: no reason, no name, a kind that is not reviewed, a record that is not here."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the policy's `asks` wants looked at; None: not asked for, or not known. Dates and counts, no person.

    last_contact: with the company; agreements_until: the last end of an agreement that has ended.
    """

    last_contact: date | None = None
    agreements_open: int | None = None
    agreements_until: date | None = None
    sales_open: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that a person has to decide on.

    key: what `decide` takes. since: the day on which its review fell due; sooner: because of the policy's early reason,
    not by the clock. late: more than 48 hours past that day. reviewed: the last review; held: kept by a hold.
    """

    kind: str
    system: str
    key: str
    since: date
    late: bool
    sooner: bool
    reviewed: date | None
    held: bool
    promises: tuple[str, ...]
    asks: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Reviews:
    """Everything that is due for review, the longest waiting first; unreachable: why a system could not be asked."""

    waiting: tuple[Waiting, ...]
    unreachable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """What a decision means for a record. next: the day of its next review; sooner: the event that makes it due at
    once. sweep: when the next sweep begins; held, kept_through: what keeps the record from going with it.
    """

    kind: str
    key: Any
    decision: Decision
    next: date | None
    sooner: Text | None
    sweep: datetime | None
    held: bool
    kept_through: date | None
    waiting: Waiting | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that is written down, and the number of its entry in the ledger."""

    kind: str
    key: Any
    decision: Decision
    next: date | None
    entry: int


def waiting(now: datetime) -> Reviews:
    """What is due for review at `now`, in our own database and the others. Raises NoPolicy."""
    policy = running()
    today = Today.of(now, policy.rules.timezone)
    asked = questions(policy.rules, policy.kinds, today, OwnHolds())
    found = [
        one for q in asked for one in _under(OwnDatabase(), q, policy.policy, policy.rules, today, OwnHolds())
    ]
    troubles: list[str] = []
    for elsewhere in foreign.systems(policy):
        try:
            found += _elsewhere(elsewhere, policy.policy, today)
        except foreign.TROUBLE as trouble:
            troubles.append(foreign.said(trouble))
    found.sort(key=lambda one: (one.since, one.kind, int(one.key) if one.key.isdigit() else 0, one.key))
    return Reviews(tuple(found), tuple(troubles))


def means(kind: str, key: str, *, decision: Decision, now: datetime) -> Means:
    """What the decision would mean, without deciding. Raises Unknown, NotReviewed, NoPolicy; Refused where it was
    decided to erase already.
    """
    policy = running()
    today = Today.of(now, policy.rules.timezone)
    asked = _asked_for(policy, kind, key, decision, today)
    found, rule, record = asked.kind, asked.rule, asked.record
    return Means(
        kind=found.name,
        key=asked.key,
        decision=decision,
        next=_following(asked, decision, today),
        sooner=found.event(rule.sooner).clause if rule.sooner else None,
        sweep=next_sweep(policy.policy, now) if decision == "erase" else None,
        held=record.held,
        kept_through=record.kept_through,
        waiting=_now(policy, found, rule, record, today),
    )


def decide(
    kind: str, key: str, *, decision: Decision, reason: str, now: datetime, by: str, actor: str = "system"
) -> Decided:
    """Write a decision down, with its entry in the ledger: both or neither. It erases nothing; the next sweep does.

    by: who decides, as staff know them (a role or a name, at most 60 characters, no address); actor: as verbs say it.
    Raises Unknown, NotReviewed, NoPolicy; Refused where it was decided to erase already, or the record is gone.
    """
    policy, who = running(), by.strip()
    if not reason.strip():
        raise NotReviewed(_("A review needs a reason. Nothing was changed."))
    if not who or len(who) > BY or "@" in who:
        raise NotReviewed(
            _("Say who decides, by role or name, in at most 60 characters; no address. Nothing was changed.")
        )
    today = Today.of(now, policy.rules.timezone)
    asked = _asked_for(policy, kind, key, decision, today)
    found, rule, number = asked.kind, asked.rule, asked.key
    if asked.elsewhere is not None:
        return _decide_elsewhere(policy, asked.elsewhere, asked, decision, reason.strip(), who, today)
    salt = new_salt()
    with transaction.atomic():
        actions.review(
            number, decision=decision, reason=reason, decided_by=who, salt=salt, actor=actor, now=now
        )
        following = _verdict(_record(policy, found, number, today)).due if decision == "keep" else None
        body: dict[str, object] = {
            "kind": found.name, "record": number, "decision": decision, "promises": list(rule.promises),
            "next": following.isoformat() if following else None,
            "reason": commit(reason.strip(), salt=salt), "by": commit(who, salt=salt),
        }  # fmt: skip
        entry = append(action="review", body=body, now=now, policy=policy.rules.version)
        replay.note(entry, sealed={"reason": reason.strip(), "by": who, "salt": salt.hex()})
    return Decided(found.name, number, decision, following, entry)


def decide_again(line: replay.Line, *, at: datetime) -> None:
    """The decision that a line of the list to replay tells of, on a restored database and in the caller's transaction;
    nothing where the older state has not the record. Raises Unreadable."""
    said, body = line.opened(), line.entry["body"]
    if not Relation.objects.filter(pk=body["record"]).exists():
        return
    actions.review(
        body["record"], decision=body["decision"], reason=said["reason"], decided_by=said["by"],
        salt=bytes.fromhex(said["salt"]), actor="system", now=at,
    )  # fmt: skip


def _under(
    executor: Executor, question: Question, policy: Policy, rules: Rules, today: Today, holds: Holds
) -> Iterator[Waiting]:
    """What one rule wants reviewed; nothing where it is no review."""
    if question.verb != "review":
        return
    kind, rule = question.kind, question.rule
    keys = keys_of(question, executor.dialect)
    asks = _asks(policy, rule)
    facts = _facts(kind, keys, asks, today) if own_kinds().get(kind.name) is kind else {}
    for record in looked_up_all(executor, kind, keys, rules, today, holds):
        yield _waiting(kind, rule, record, asks, facts.get(record.key, Facts()), today)


def _elsewhere(elsewhere: foreign.Foreign, policy: Policy, today: Today) -> list[Waiting]:
    holds = foreign.known_holds(today.day)
    with elsewhere.database() as database:
        return [
            one
            for question in elsewhere.asked(today, holds)
            for one in _under(database, question, policy, elsewhere.rules, today, holds)
        ]


def _waiting(
    kind: RecordKind, rule: Rule, record: Record, asks: tuple[str, ...], facts: Facts, today: Today
) -> Waiting:
    verdict = next(v for v in record.verdicts if v.rule.id == rule.id)
    since = verdict.due or today.day
    return Waiting(
        kind=kind.name, system=kind.system, key=str(record.key), since=since, late=since <= today.late,
        sooner=verdict.sooner, reviewed=record.dates.get("last review"), held=record.held,
        promises=rule.promises, asks=asks, facts=facts,
    )  # fmt: skip


def _now(policy: Running, kind: RecordKind, rule: Rule, record: Record, today: Today) -> Waiting | None:
    """The record as `waiting` would show it; None where its review is not due."""
    if _verdict(record).state != "due" or record.decided:
        return None
    source, asks = Source(kind), _asks(policy.policy, rule)
    facts = _facts(kind, select(source.key).where(source.key == record.key), asks, today)
    return _waiting(kind, rule, record, asks, facts.get(record.key, Facts()), today)


def _asks(policy: Policy, rule: Rule) -> tuple[str, ...]:
    piece = policy.piece(rule.place)
    return tuple(piece.asks) if isinstance(piece, Review) else ()


def _facts(kind: RecordKind, keys: Any, asks: tuple[str, ...], today: Today) -> dict[Any, Facts]:
    """What is asked about the records with these keys, in two statements; only CRM's relations have it."""
    if kind.table is not RELATION_TABLE or not asks:
        return {}
    rows = OwnDatabase().rows(compiled("keys", keys))
    contact, sales = LAST_CONTACT in asks, AGREEMENTS in asks
    found: dict[Any, Facts] = {}
    for one in Relation.objects.filter(pk__in=[row[0] for row in rows]).select_related("company"):
        company = one.company if sales else None
        found[one.pk] = Facts(
            last_contact=day_of(one.company_last_contact_at, today.zone) if contact else None,
            agreements_open=company.agreements_open if company else None,
            agreements_until=company.agreements_until if company else None,
            sales_open=one.sales_open if sales else None,
        )
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A record that may be decided on, its review, and the other database that has it (None: our own)."""

    kind: RecordKind
    rule: Rule
    key: Any
    record: Record
    elsewhere: foreign.Foreign | None


def _asked_for(policy: Running, word: str, key: str, decision: Decision, today: Today) -> _Asked:
    """What is to be decided on. Raises Unknown, NotReviewed; Refused where it was decided to erase already."""
    kind = kind_called(word, foreign.kinds_of(policy))
    elsewhere = foreign.of_kind(policy, kind.name)
    reviews = {r.kind: r for r in policy.rules.rules if r.action == "review"}
    reviews |= {r.kind: r for f in foreign.systems(policy) for r in f.rules.rules if r.action == "review"}
    rule = reviews.get(kind.name)
    if rule is None or (elsewhere is None and kind.table is not RELATION_TABLE):
        raise NotReviewed(
            _("The policy has no review of %(kind)s. It has of: %(reviewed)s. Nothing was changed.")
            % {"kind": kind.name, "reviewed": ", ".join(sorted(reviews)) or "–"}
        )
    number, record = _found(policy, kind, key, decision, elsewhere, today)
    if record is None:
        raise _not_there(kind, number, today)
    if decision == "erase" and record.decided:
        raise Refused("erasure_decided")
    return _Asked(kind, rule, number, record, elsewhere)


def _found(
    policy: Running,
    kind: RecordKind,
    key: str,
    decision: Decision,
    elsewhere: foreign.Foreign | None,
    today: Today,
) -> tuple[Any, Record | None]:
    """The record's key, and the record, wherever it is. Raises NotReviewed."""
    if elsewhere is None:
        number = key_of(kind, key)
        holds, rules = OwnHolds(), policy.rules
        return number, None if number is None else looked_up(OwnDatabase(), kind, number, rules, today, holds)
    from gallra.running import foreign_reviews

    foreign_reviews.refuse(elsewhere, kind, decision)
    try:
        return foreign.looked_up(elsewhere, kind, key, today)
    except foreign.TROUBLE as trouble:
        raise NotReviewed(_("%(why)s. Nothing was changed.") % {"why": foreign.said(trouble)}) from None


def _not_there(kind: RecordKind, number: Any, today: Today) -> Exception:
    """Why there is nothing to decide on."""
    receipt = receipt_of(kind.name, number) if number is not None else None
    if receipt is None:
        return Unknown(_("There is no such record of %(kind)s. Nothing was changed.") % {"kind": kind.name})
    return NotReviewed(
        _("It was erased on %(day)s, receipt %(receipt)d. There is nothing left to review.")
        % {"day": day_of(receipt.at, today.zone), "receipt": receipt.number}
    )


def _following(asked: _Asked, decision: Decision, today: Today) -> date | None:
    """The day of the next review, if it is kept now; None where its clock has not started."""
    since = _verdict(asked.record).since
    return asked.rule.period.after(max(today.day, since)) if decision == "keep" and since else None


def _decide_elsewhere(
    policy: Running,
    there: foreign.Foreign,
    asked: _Asked,
    decision: Decision,
    reason: str,
    by: str,
    today: Today,
) -> Decided:
    from gallra.running import foreign_reviews

    following = _following(asked, decision, today)
    body: dict[str, Any] = {
        "decision": decision, "promises": list(asked.rule.promises),
        "next": following.isoformat() if following else None,
    }  # fmt: skip
    entry = foreign_reviews.decide(
        policy, there, asked.kind, asked.key, body=body, reason=reason, by=by, now=today.now
    )
    return Decided(asked.kind.name, asked.key, decision, following, entry)


def _record(policy: Running, kind: RecordKind, key: int, today: Today) -> Record:
    """The record as it stands. Raises Unknown where it went meanwhile."""
    found = looked_up(OwnDatabase(), kind, key, policy.rules, today, OwnHolds())
    if found is None:
        raise Unknown(_("There is no such record of %(kind)s. Nothing was changed.") % {"kind": kind.name})
    return found


def _verdict(record: Record) -> Verdict:
    """What its review's rule says of the record."""
    return next(v for v in record.verdicts if v.rule.action == "review")
