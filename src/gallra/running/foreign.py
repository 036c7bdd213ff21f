"""Other databases under the running policy: which there are, what is due in them, and their side of a sweep's ledger.

A system that cannot be reached, or whose tables are not as declared, stops nothing else: its promises are broken, with the
reason, until it answers again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from gallra.engine.act import Taken
from gallra.engine.brake import Brake
from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.days import Today
from gallra.engine.plan import Step, brakes, questions, step
from gallra.engine.work import HOLDS_LOCK, Question
from gallra.kinds import Kinds, RecordKind, Text
from gallra.ledger.append import append
from gallra.ledger.commitments import commit_all, new_salt
from gallra.policy.law import load_law
from gallra.policy.mistakes import Mistake, PolicyMistakes, way_out
from gallra.policy.model import Policy, System
from gallra.policy.rules import Rules, rules
from gallra.running.installed import Running, own_kinds, parsed
from gallra.running.models import Hold, Intent
from gallra.site import egress
from gallra.systems.connection import OwnDatabase
from gallra.systems.sql import sweeping
from gallra.systems.sql.database import Failed, ForeignDatabase, Unreachable, address, opened
from gallra.systems.sql.holds import KnownHolds
from gallra.systems.sql.reading import Declaration, read_kinds
from gallra.systems.sql.verify import NotVerified, verified

log = logging.getLogger(__name__)
TROUBLE = (Unreachable, NotVerified, Failed, egress.EgressRefused)
"""What keeps a system from being asked. Their texts hold no values."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """One system of the policy in another database. rules, kinds: the engine's, of this system only."""

    name: str
    system: System
    declaration: Declaration = field(repr=False)
    rules: Rules

    @property
    def kinds(self) -> Kinds:
        return {name: self.declaration.kinds[name] for name in self.rules.kinds}

    @property
    def promises(self) -> tuple[str, ...]:
        """The sentences that rules on this system keep."""
        return tuple(dict.fromkeys(promise for rule in self.rules.rules for promise in rule.promises))

    @contextmanager
    def database(self, *, verify: bool = True) -> Iterator[ForeignDatabase]:
        """The system's database, verified against its declaration. Raises what is in TROUBLE."""
        found = opened(
            address(self.system.url_env or "", self.name), system=self.name, zone=ZoneInfo(self.declaration.times),
            check_host=self._check, alone=OwnDatabase().alone,
        )  # fmt: skip
        try:
            if verify:
                verified(found, self.declaration)
            yield found
        finally:
            found.close()

    def _check(self, host: str) -> None:
        """Only the host that the policy names for this system, and this machine."""
        declared = self.system.host
        if declared is not None and declared.lower() == host.lower():
            egress.allow([declared])
        egress.check(host)

    def asked(self, today: Today, holds: KnownHolds) -> tuple[Question, ...]:
        """Every question of a sweep in this system."""
        return questions(self.rules, self.kinds, today, holds)


@dataclass(frozen=True, slots=True)
class ForeignStep(Step):
    """A step of a plan in another database: its statements are what is sent there, for no keys."""

    def keys(self, dialect: Any = POSTGRESQL) -> Statement:
        return compiled("due", sweeping.picked(self.question, None, sweeping.LIST), dialect)

    def statements(self, dialect: Any = POSTGRESQL) -> tuple[Statement, ...]:
        return statements(self.question, dialect)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in one other database, or why it could not be asked."""

    foreign: Foreign
    steps: tuple[Step, ...] = ()
    brakes: tuple[Brake, ...] = ()
    trouble: str = ""


def statements(question: Question, dialect: Any) -> tuple[Statement, ...]:
    """What a batch sends there, in its order, for no keys: what `--sql` shows."""
    listed: list[Any] = []
    found = [("pick", sweeping.picked(question, None, sweeping.LIST))]
    if question.verb != "review":
        found += [(f"lock {name}", query) for name, query in sweeping.hop_locks(question, listed)]
        found += [
            ("lock", sweeping.locking(question.kind, listed)),
            ("ask", sweeping.asking(question, listed)),
        ]
        found += [(f"{e.verb} {e.table}", e.change) for e in sweeping.changes(question, listed)]  # type: ignore[misc]
    return tuple(compiled(name, clause, dialect) for name, clause in found)


def declarations_beside(policy: Policy, folder: Path | None) -> dict[str, str]:
    """The text of every file of record kinds that the policy names, by system. Raises PolicyMistakes, with the mistakes
    of all files."""
    found: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for name, system in policy.system.items():
        if system.connector != "sql":
            continue
        place = f"system.{name}"
        for key in ("kinds", "url_env"):
            if getattr(system, key) is None:
                said = Text('saknas; connector = "sql" behöver det', 'is missing; connector = "sql" needs it')
                mistakes.append(Mistake(f"{place}.{key}", policy.line(place), "", said))
        if system.kinds is None:
            continue
        if folder is None:
            said = Text(f"”{system.kinds}” söks bredvid policyns fil; ange filen", f'"{system.kinds}" is looked for beside the policy\'s file; give the file')  # fmt: skip
            mistakes.append(Mistake(f"{place}.kinds", policy.line(f"{place}.kinds"), system.kinds, said))
            continue
        try:
            declaration = read_kinds(folder / system.kinds)
            found[name] = declaration.text
            mistakes += _unknown(policy, place, system, declaration)
        except PolicyMistakes as wrong:
            mistakes += [
                replace(m, place=f"{system.kinds}: {m.place}" if m.place else system.kinds)
                for m in wrong.mistakes
            ]
    if mistakes:
        raise PolicyMistakes(mistakes)
    return found


def _unknown(policy: Policy, place: str, system: System, declaration: Declaration) -> Iterator[Mistake]:
    for kind in system.records:
        if kind not in declaration.kinds:
            ending, near = way_out(kind, declaration.kinds)
            said = Text(f"”{kind}” är ingen posttyp i {system.kinds}{ending.sv}",
                        f'"{kind}" is not a record kind in {system.kinds}{ending.en}')  # fmt: skip
            yield Mistake(f"{place}.records", policy.line(f"{place}.records"), kind, said, near)


def systems_of(policy: Policy, declarations: Mapping[str, str]) -> tuple[Foreign, ...]:
    """The other databases of a policy with the files that declare them. Raises PolicyMistakes, for an event that the
    kinds do not have too."""
    read = {name: _declaration(text) for name, text in declarations.items() if name in policy.system}
    foreign: dict[str, RecordKind] = {}
    for name, declaration in read.items():
        records = policy.system[name].records
        foreign |= {kind: declaration.kinds[kind] for kind in records if kind in declaration.kinds}
    if not read:
        return ()
    every = rules(policy, law=load_law(), kinds={**own_kinds(), **foreign})
    return tuple(
        Foreign(name, policy.system[name], declaration, _only(every, policy.system[name].records))
        for name, declaration in read.items()
    )


def systems(policy: Running) -> tuple[Foreign, ...]:
    """The other databases of the running policy."""
    declared = tuple(sorted(policy.adoption.declarations.items()))
    return _systems(policy.adoption.version, policy.adoption.text, declared) if declared else ()


@lru_cache(maxsize=4)
def _systems(version: str, text: str, declared: tuple[tuple[str, str], ...]) -> tuple[Foreign, ...]:
    return systems_of(parsed(version, text)[0], dict(declared))


@lru_cache(maxsize=16)
def _declaration(text: str) -> Declaration:
    return read_kinds(text)


def kinds_of(policy: Running) -> Kinds:
    """Every record kind of the running policy, wherever it is; those elsewhere take the place of ours of that name."""
    found: dict[str, RecordKind] = dict(own_kinds())
    for foreign in systems(policy):
        found |= foreign.kinds
    return found


def of_kind(policy: Running, kind: str) -> Foreign | None:
    """The other database that has this record kind."""
    return next((foreign for foreign in systems(policy) if kind in foreign.kinds), None)


def _only(every: Rules, records: Sequence[str]) -> Rules:
    return replace(
        every,
        rules=tuple(rule for rule in every.rules if rule.kind in records),
        fields={kind: words for kind, words in every.fields.items() if kind in records},
        kinds=tuple(kind for kind in every.kinds if kind in records),
    )


def known_holds(day: date) -> KnownHolds:
    """The holds in force on that day, as lists."""
    rows = Hold.objects.filter(Q(until=None) | Q(until__gte=day), released_at=None, begins__lte=day)
    found = list(rows.values_list("kind", "key", "email"))
    return KnownHolds(
        frozenset((kind, key) for kind, key, _ in found if key),
        frozenset(email for _, _, email in found if email),
    )


def due(policy: Running, today: Today) -> list[Due]:
    """What is due in every other database."""
    return [_due(foreign, today) for foreign in systems(policy)]


def due_in(found: Sequence[Foreign], today: Today) -> list[Due]:
    """The same under systems of a policy that does not run yet."""
    return [_due(foreign, today) for foreign in found]


def _due(foreign: Foreign, today: Today) -> Due:
    try:
        with foreign.database() as database:
            asked = foreign.asked(today, known_holds(today.day))
            steps = tuple(_foreign_step(step(database, question)) for question in asked)
            return Due(foreign, steps, tuple(brakes(database, asked)))
    except TROUBLE as trouble:
        return Due(foreign, trouble=said(trouble))


def said(trouble: Exception) -> str:
    """Why a system could not be asked, in one line."""
    return " ".join(str(trouble).split())[:300]


def _foreign_step(of: Step) -> Step:
    return ForeignStep(
        of.name, of.promises, of.kind, of.verb, of.event, of.cutoff, of.count, of.decision, of.question
    )


class LedgerBook:
    """Our side of a sweep in another database (gallra.systems.sql.sweeping.Book)."""

    def __init__(self, policy: Running, foreign: Foreign, today: Today, *, run: Any, next_batch: Any) -> None:
        self.policy, self.foreign, self.today = policy, foreign, today
        self.run, self.next_batch = run, next_batch

    @contextmanager
    def batch(self) -> Iterator[KnownHolds]:
        with _holds_stand_still():
            yield known_holds(self.today.day)

    def intend(self, question: Question, keys: Sequence[Any], parts: dict[str, int]) -> sweeping.Intent:
        body = self._body(question, len(keys), parts, keys)
        rule, batch = question.name, self.next_batch(question.name)
        with transaction.atomic():
            made = Intent.objects.create(
                system=self.foreign.name, run=self.run, rule=rule, batch=batch, policy=self.policy.rules.version,
                keys=[_plain(key) for key in keys], body=body, at=self.today.now,
            )  # fmt: skip
            append(
                action="sweep.intent", body=body, now=self.today.now, policy=self.policy.rules.version, run=self.run,
                rule=rule, batch=batch,
            )  # fmt: skip
        return sweeping.Intent(
            made.pk, rule, question.kind.name, question.verb, tuple(keys), parts, self.today.now
        )

    def receive(self, intent: sweeping.Intent, question: Question | None, taken: Taken) -> None:
        with transaction.atomic():
            row = Intent.objects.select_for_update().filter(pk=intent.id).first()
            if row is None:
                return
            body = {**row.body, "records": taken.records, "parts": taken.parts}
            row.delete()
            append(
                action="sweep.receipt", body=body, now=self.today.now, policy=row.policy, run=row.run, rule=row.rule,
                batch=row.batch,
            )  # fmt: skip

    def open(self) -> Iterator[sweeping.Intent]:
        """Batches that were announced in this system and cut off, whatever run they were of."""
        for row in Intent.objects.filter(system=self.foreign.name, email="").order_by("pk"):
            kind = self.foreign.declaration.kinds.get(str(row.body["kind"]))
            if kind is not None:
                keys = tuple(_typed(kind, key) for key in row.keys)
                parts = dict(row.body.get("parts", {}))
                yield sweeping.Intent(row.pk, row.rule, kind.name, str(row.body["verb"]), keys, parts, row.at)

    def _body(
        self, question: Question, records: int, parts: dict[str, int], keys: Sequence[Any]
    ) -> dict[str, Any]:
        plain = [_plain(key) for key in keys]
        says_nothing = question.kind.table.key in {
            c.name for c in question.kind.table.columns if c.impersonal
        } and all(isinstance(key, int) for key in plain)
        return {
            "verb": question.verb, "kind": question.kind.name, "system": self.foreign.name,
            "promises": list(question.rule.promises), "records": records, "parts": parts,
            "cutoff": question.rule.period.cutoff(question.today.day).isoformat(),
            "as_of": question.today.day.isoformat(),
            "keys": plain if says_nothing else commit_all([str(key) for key in plain], salt=new_salt()),
        }  # fmt: skip


def _plain(key: Any) -> int | str:
    return key if isinstance(key, int) else str(key)


def _typed(kind: RecordKind, key: Any) -> Any:
    from gallra.systems.sql.holds import typed

    return key if isinstance(key, int) else typed(kind.table, key)


@contextmanager
def _holds_stand_still() -> Iterator[None]:
    """The lock that whoever sets a hold takes alone, shared for as long as a batch elsewhere lasts. It is the session's,
    for a batch spans several of our transactions, and ends with it if we are killed."""
    own = OwnDatabase()
    own.rows(Statement("guard", f"SELECT pg_advisory_lock_shared({HOLDS_LOCK})", {}))
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            own.rows(Statement("release", f"SELECT pg_advisory_unlock_shared({HOLDS_LOCK})", {}))
