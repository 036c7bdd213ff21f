"""Erasing a person on this installation, and the erasures that wait for a statute or a hold to end (S20, M21).
THIS ERASES, through the engine.

What must be kept is recorded as open, per record kind and last day, with the moment it was asked for; a step of the
sweep completes it when the day has passed, and takes nothing that came after that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from gallra.engine.days import Today
from gallra.engine.execute import Executor, again
from gallra.engine.holds import OwnHolds
from gallra.engine.person import erase as engine
from gallra.engine.person.erase import Done, Erasure, Plan
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.registers import documents
from gallra.registers.directory.restricting import own_wish
from gallra.registers.newsletter import actions as newsletter
from gallra.running import foreign_persons, repeating, replay
from gallra.running.installed import running
from gallra.running.models import Hold, Intent, OpenErasure
from gallra.running.persons import (
    OWN,
    SignIn,
    address_of,
    forget_sign_in,
    own_people,
    sign_in,
    suppression_key,
)
from gallra.systems.connection import OwnDatabase

if TYPE_CHECKING:
    from gallra.running.replay import Line
    from gallra.running.steps import Sweep

NAME = "open erasures"
"""The rule under which the sweep writes their receipts."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What erasing would do, by system; the account goes with it unless it is a member of staff's."""

    systems: dict[str, Plan]
    sign_in: SignIn | None
    unreachable: dict[str, str] = field(default_factory=dict)
    """Systems that could not be asked, each with why."""

    @property
    def until(self) -> date | None:
        """The last day on which a statute keeps something, as far as it is known."""
        return max((plan.until for plan in self.systems.values() if plan.until), default=None)

    @property
    def nothing(self) -> bool:
        """Whether no system knows the address."""
        return not any(p.lines or p.contacts for p in self.systems.values()) and self.sign_in is None


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased. left: what is still found under the address now, but for what is kept and said (0 proves it).
    salt: by which the person can show that the receipt is theirs; it stays with us only while something is kept."""

    systems: dict[str, Done]
    account: dict[str, int]
    suppressed: bool
    receipt: int
    left: int
    salt: bytes = field(repr=False)
    unreachable: dict[str, str] = field(default_factory=dict)
    """Systems that did not answer, each with why: announced there, and taken up by every sweep until it is done."""

    @property
    def complete(self) -> bool:
        """Nothing waits for a statute, a hold, or a system that does not answer."""
        return not self.unreachable and not any(done.plan.waits for done in self.systems.values())


def plan_erasure(
    address: str,
    *,
    now: datetime,
    asked_at: datetime | None = None,
    kinds: frozenset[str] | None = None,
    despite: int | None = None,
) -> Planned:
    """What erasing the person would do now. asked_at, kinds, despite: as for `erase`. Raises NotAnAddress, NoPolicy."""
    policy, person = running(), address_of(address)
    wanted = Erasure(person, asked_at or now, policy.rules.obligations, kinds, despite)
    today = Today.of(now, policy.rules.timezone)
    elsewhere, unreachable = foreign_persons.erasures_planned(policy, wanted, today)
    own = engine.plan(OwnDatabase(), own_people(), wanted, holds=OwnHolds(despite), today=today)
    return Planned({OWN: own, **elsewhere}, sign_in(person), unreachable)


def erase(
    address: str,
    *,
    now: datetime,
    by: str,
    asked_at: datetime | None = None,
    stop_mailings: bool = False,
    request: int | None = None,
    kinds: frozenset[str] | None = None,
    account: bool = True,
    forget: bool = True,
    despite: int | None = None,
    salt: bytes | None = None,
    also: Callable[[Done, int], None] | None = None,
    executor: Executor | None = None,
) -> Erased:
    """Erase the person in every system, in one transaction with its receipt; what must be kept is recorded as open.

    asked_at: when the person asked (now, if not given): what came later is not touched. stop_mailings: the address is
    suppressed for good, by a keyed hash (S19). kinds: only records of these (None: of all). account: the one they
    sign in with goes too. forget: so does what is known of disclosures and openings. despite: the hold of the
    person's own restriction, which does not keep what they ask for. salt: of the receipt, where the caller keeps one.
    also: what else commits with it, by what was done in our own database and the number of the receipt. Raises
    NotAnAddress, NoPolicy.
    """
    policy, person, own = running(), address_of(address), executor or OwnDatabase()
    wanted = Erasure(person, asked_at or now, policy.rules.obligations, kinds, despite)
    today = Today.of(now, policy.rules.timezone)
    salt = salt or new_salt()

    def act() -> tuple[Done, dict[str, int], int, list[Intent]]:
        with own_wish() if despite is not None else nullcontext():
            done = engine.act(own, own_people(), wanted, holds=OwnHolds(despite), today=today)
        known = sign_in(person) if account else None
        gone = forget_sign_in(person) if account else {}
        if stop_mailings:
            newsletter.suppress_address(person, reason="erased", key=suppression_key(), now=now)
        _open(person, done.plan, wanted.asked_at, request, salt)
        extra: dict[str, object] = {"by": commit(by, salt=salt), "suppressed": stop_mailings}
        if request is not None:
            extra["request"] = request
        body = receipt(done, wanted, salt, account=gone) | extra
        number = append(action="erasure.receipt", body=body, now=now, policy=policy.rules.version)
        replay.note(
            number,
            keys=repeating.keys(done.touched, user=known.user if known else None, kinds=kinds),
            sealed=repeating.sealed(
                salt, newsletter.address_hash(person, key=suppression_key()), stop_mailings
            ),
        )
        rows = foreign_persons.announce(policy, wanted, today, by=by, request=request)
        if also is not None:
            also(done, number)
        if forget:
            _forget(person)
        return done, gone, number, rows

    done, gone, number, rows = again(own, act)
    unlink(done.files)
    elsewhere, unreachable = foreign_persons.erase(policy, wanted, today, rows)
    left = _left(own, wanted, today)
    return Erased({OWN: done, **elsewhere}, gone, stop_mailings, number, left, salt, unreachable)


def forgotten_by(act: Callable[[str], object]) -> None:
    """From now on whoever is erased is forgotten by `act(address)` too, in the transaction of the erasure and after
    what commits with it: for parts above this one, of which nothing here knows."""
    if act not in _forgetting:
        _forgetting.append(act)


_forgetting: list[Callable[[str], object]] = []


def _forget(person: str) -> None:
    for act in _forgetting:
        act(person)


def take_up(
    address: str, *, asked_at: datetime, now: datetime, despite: int | None = None
) -> tuple[dict[str, Done], dict[str, str]]:
    """Go on with one person's erasure that was cut off after it had committed in our own database: what was done in
    other systems now, and those that do not answer. Raises NotAnAddress, NoPolicy."""
    policy, person = running(), address_of(address)
    wanted = Erasure(person, asked_at, policy.rules.obligations, despite=despite)
    rows = foreign_persons.announced_for(person, asked_at)
    return foreign_persons.erase(policy, wanted, Today.of(now, policy.rules.timezone), rows)


def left(
    address: str,
    *,
    asked_at: datetime,
    now: datetime,
    kinds: frozenset[str] | None = None,
    despite: int | None = None,
) -> int:
    """Ask again: rows of our own database that should have gone and are still there. Raises NotAnAddress, NoPolicy."""
    policy = running()
    wanted = Erasure(address_of(address), asked_at, policy.rules.obligations, kinds, despite)
    return _left(OwnDatabase(), wanted, Today.of(now, policy.rules.timezone))


def receipt(
    done: Done, wanted: Erasure, salt: bytes, *, account: dict[str, int] | None = None
) -> dict[str, object]:
    """The body of the entry: numbers, names of declared things, a commitment to the person."""
    plan = done.plan
    kept = [line for line in plan.lines if line.state in ("kept", "needed")]
    statutes = sorted({line.statute.id for line in kept if line.statute is not None})
    return {
        "person": commit(wanted.address, salt=salt),
        "asked": wanted.asked_at.isoformat(),
        "erased": done.erased,
        "parts": {**done.parts, **(account or {})},
        "blanked": done.blanked,
        "kept": _by_kind(kept),
        "held": _by_kind(line for line in plan.lines if line.state == "held"),
        "contacts": done.contacts,
        "companies": done.companies,
        "files": len(done.files),
        "until": plan.until.isoformat() if plan.until else None,
        "statutes": statutes,
        "complete": not plan.waits,
    }


def open_erasures(sweep: Sweep) -> None:
    """A step of the sweep: complete what waited, where the statute or the hold has ended. One person, one transaction,
    one receipt."""
    after = 0
    while not sweep.stopped:
        row = _due(sweep.today.day).filter(pk__gt=after).order_by("pk").first()
        if row is None:
            return
        after = row.pk
        complete(sweep, row)
        sweep.stopped = sweep.stopped or sweep.stop()


def complete(sweep: Sweep, row: OpenErasure) -> Done | None:
    """Complete what can be of one person's open erasures that were asked for together; None where another did it."""

    def act() -> Done | None:
        rows = list(_together(row).select_for_update().order_by("pk"))
        if row.pk not in {each.pk for each in rows}:
            return None
        kinds = frozenset(each.kind for each in rows)
        wanted = Erasure(
            row.email, row.asked_at, sweep.running.rules.obligations, None if "" in kinds else kinds
        )
        done = engine.act(sweep.executor, own_people(), wanted, holds=OwnHolds(), today=sweep.today)
        salt = bytes(rows[0].salt)
        _close(rows, done.plan, sweep.today.now)
        _open(row.email, done.plan, row.asked_at, row.request, salt)
        if done.anything or not done.plan.waits:
            number = sweep.next_batch(NAME)
            sweep.journal(
                action="erasure.receipt", body=receipt(done, wanted, salt), rule=NAME, batch=number,
                keys=repeating.keys(done.touched, kinds=wanted.kinds),
            )  # fmt: skip
        return done

    done = again(sweep.executor, act)
    if done is not None:
        unlink(done.files)
    return done


def _due(day: date) -> Any:
    """Open erasures whose day has passed, or that wait for a hold, which has no day."""
    return OpenErasure.objects.filter(Q(until=None) | Q(until__lt=day), completed_at=None, email__gt="")


def _together(row: OpenErasure) -> Any:
    return OpenErasure.objects.filter(email=row.email, asked_at=row.asked_at, completed_at=None)


def _waiting(plan: Plan) -> set[tuple[str, date | None]]:
    """What an erasure waits for: record kinds, each with the last day on which it must be kept."""
    return {(line.kind, line.until) for line in plan.lines if line.state in ("kept", "held", "needed")}


def _open(person: str, plan: Plan, asked_at: datetime, request: int | None, salt: bytes) -> None:
    """Record what waits, once. A later request of the same person covers what came since the earlier one."""
    for kind, until in sorted(_waiting(plan), key=lambda each: (each[0], each[1] or date.min)):
        known = OpenErasure.objects.filter(email=person, kind=kind, until=until, completed_at=None)
        if not known.filter(asked_at__gte=asked_at).exists():
            known.delete()
            OpenErasure.objects.create(
                email=person, kind=kind, until=until, asked_at=asked_at, request=request, salt=salt
            )


def _close(rows: Iterable[OpenErasure], plan: Plan, now: datetime) -> None:
    """What no longer waits is complete: its address and its salt go."""
    waiting = _waiting(plan)
    for row in rows:
        if (row.kind, row.until) not in waiting:
            row.completed_at, row.email, row.salt = now, "", b""
            row.save(update_fields=["completed_at", "email", "salt"])


def erase_again(line: Line, *, now: datetime) -> Done:
    """What a line of the list to replay says was erased, on a restored database and in the caller's transaction: the
    same rows by key; then what the older state has of the same person beside them, by the same request."""
    policy, own, asked = running(), OwnDatabase(), datetime.fromisoformat(line.entry["body"]["asked"])
    today = Today.of(now, policy.rules.timezone)
    touched, addresses = repeating.touched(line.keys), repeating.addresses(line.keys, own_people())
    with own_wish():  # a restriction that is there again was no hindrance then
        done = engine.repeat(own, own_people(), touched, holds=OwnHolds(), today=today)
    kinds, known = line.keys.get("kinds"), line.opened()
    for address in addresses:
        wanted = Erasure(
            address, asked, policy.rules.obligations, None if kinds is None else frozenset(kinds)
        )
        rows = list(OpenErasure.objects.filter(email=address, asked_at=asked, completed_at=None))
        salt = bytes(rows[0].salt) if rows else bytes.fromhex(known.get("salt", "")) or new_salt()
        found = engine.act(own, own_people(), wanted, holds=OwnHolds(), today=today)
        if kinds is None:
            forget_sign_in(address)
        _forget(address)
        _close(rows, found.plan, now)
        _open(address, found.plan, asked, line.entry["body"].get("request"), salt)
        done = replace(done, files=(*done.files, *found.files))
    repeating.suppress(known, now)
    return done


def _left(executor: Executor, wanted: Erasure, today: Today) -> int:
    """Prove: find again. What is still there and should not be: rows by number."""
    plan = engine.plan(executor, own_people(), wanted, holds=OwnHolds(wanted.despite), today=today)
    rows = plan.count("erase") + plan.count("part")
    free = 0 if plan.lines else sum(plan.contacts.values())
    if free and Hold.objects.filter(in_force(today.day), email=wanted.address).exists():
        free = 0
    return rows + free


def in_force(day: date) -> Q:
    """A hold counts from its first to its last day, unless it was released."""
    return Q(released_at=None, begins__lte=day) & (Q(until=None) | Q(until__gte=day))


def _by_kind(lines: Iterable[engine.Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        found[line.kind] = found.get(line.kind, 0) + line.count
    return found


def unlink(files: Iterable[str]) -> None:
    """Remove documents whose keys are gone; one that stays is unreadable, and the nightly collection takes it."""
    for file in files:
        (documents.root() / file).unlink(missing_ok=True)
