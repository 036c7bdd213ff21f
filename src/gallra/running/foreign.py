"""Other databases under the running policy: which there are, what is due in them, and their side of a sweep's ledger.

A system that cannot be reached, or whose tables are not as declared, stops nothing else: its promises are
broken, with the
reason, until it answers again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import get_language
from sqlalchemy import select

from gallra.engine.brake import Brake
from gallra.engine.compile import POSTGRESQL, Statement, compiled
from gallra.engine.days import Today
from gallra.engine.plan import Plan, Step, brakes, questions, step
from gallra.engine.question import Question
from gallra.engine.tables import clause
from gallra.engine.why import Record
from gallra.engine.why import looked_up as look_up
from gallra.kinds import Kinds, RecordKind, Text
from gallra.policy.law import load_law
from gallra.policy.model import Policy, System
from gallra.policy.rules import Rules, rules
from gallra.running.installed import Running, own_kinds, parsed
from gallra.running.models import Adoption, Hold
from gallra.site import egress
from gallra.systems.connection import OwnDatabase
from gallra.systems.sql import sweeping
from gallra.systems.sql.blanking import blankings
from gallra.systems.sql.database import Failed, ForeignDatabase, Unreachable, address, opened
from gallra.systems.sql.holds import LIST, KnownHolds, typed
from gallra.systems.sql.reading import Declaration, read_kinds
from gallra.systems.sql.verify import NotVerified, verified

if TYPE_CHECKING:
    from gallra.running.counts import Counts
    from gallra.running.report import ForecastCell

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

    @property
    def dropped(self) -> dict[str, tuple[str, ...]]:
        """By table, the words that no purpose names: what stands there is to be blanked."""
        return {each.table.name: each.words for each in blankings(self.rules, self.declaration)}

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
        return compiled("due", sweeping.picked(self.question, None, LIST), dialect)

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
    found = [("pick", sweeping.picked(question, None, LIST))]
    if question.verb != "review":
        found += [(f"lock {name}", query) for name, query in sweeping.hop_locks(question, listed)]
        found += [
            ("lock", sweeping.locking(question.kind, listed)),
            ("ask", sweeping.asking(question, listed)),
        ]
        found += [(f"{e.verb} {e.table}", e.change) for e in sweeping.changes(question, listed)]  # type: ignore[misc]
    return tuple(compiled(name, clause, dialect) for name, clause in found)


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


Declared = tuple[tuple[str, str], ...]
"""The files that declare other databases, as they were adopted: systems and texts. The same policy can be adopted anew
with other files, so that whatever follows from them is remembered under them, never under the policy alone."""


def declared(adoption: Adoption) -> Declared:
    """The files that were adopted with a policy."""
    return tuple(sorted(adoption.declarations.items()))


def systems(policy: Running) -> tuple[Foreign, ...]:
    """The other databases of the running policy."""
    files = declared(policy.adoption)
    return _systems(policy.adoption.version, policy.adoption.text, files) if files else ()


@lru_cache(maxsize=4)
def _systems(version: str, text: str, declared: Declared) -> tuple[Foreign, ...]:
    return systems_of(parsed(version, text)[0], dict(declared))


def kinds_declared(version: str, text: str, declared: Declared) -> Kinds:
    """Every record kind of a policy with these files; those elsewhere take the place of ours of that name."""
    found: dict[str, RecordKind] = dict(own_kinds())
    for foreign in _systems(version, text, declared) if declared else ():
        found |= foreign.kinds
    return found


@lru_cache(maxsize=16)
def _declaration(text: str) -> Declaration:
    return read_kinds(text)


def kinds_of(policy: Running) -> Kinds:
    """Every record kind of the running policy, wherever it is."""
    return kinds_declared(policy.adoption.version, policy.adoption.text, declared(policy.adoption))


def kinds_for(version: str) -> Kinds:
    """Every record kind of an adopted version, wherever it is."""
    adoption = Adoption.objects.filter(version=version).order_by("-at", "-pk").first()
    return own_kinds() if adoption is None else kinds_declared(version, adoption.text, declared(adoption))


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


def known_holds(day: date, *, despite: int | None = None) -> KnownHolds:
    """The holds in force on that day, as lists; without the one of that number."""
    rows = Hold.objects.filter(Q(until=None) | Q(until__gte=day), released_at=None, begins__lte=day)
    rows = rows if despite is None else rows.exclude(pk=despite)
    found = list(rows.values_list("kind", "key", "email", "kinds"))
    return KnownHolds(
        frozenset((kind, key) for kind, key, _, _ in found if key),
        frozenset(email for _, _, email, kinds in found if email and kinds is None),
        frozenset((kind, email) for _, _, email, kinds in found if email for kind in kinds or ()),
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
            return Due(foreign, steps, tuple(brakes(database, steps)))
    except TROUBLE as trouble:
        return Due(foreign, trouble=said(trouble))


def said(trouble: Exception) -> str:
    """Why a system could not be asked, in one line and the reader's language."""
    return said_in_both(trouble)["sv" if (get_language() or "").startswith("sv") else "en"]


def said_in_both(trouble: Exception) -> Text:
    """The same as it is kept: who reads it later may have another language."""
    if isinstance(trouble, NotVerified):
        sv, en = (f"{trouble.system}: {fault}" for fault in (trouble.told("sv"), trouble.told("en")))
    elif isinstance(trouble, Unreachable | Failed):
        sv, en = trouble.told("sv"), trouble.told("en")
    else:
        sv = en = str(trouble)
    return Text(*(" ".join(each.split())[:300] for each in (sv, en)))


def _foreign_step(of: Step) -> Step:
    return ForeignStep(
        of.name, of.promises, of.kind, of.verb, of.event, of.cutoff, of.count, of.decision, of.question
    )


def planned(policy: Running, today: Today, own: Plan) -> Plan:
    """The plan of our own database joined with those of the others; a system that could not be asked is said."""
    found = due(policy, today)
    return replace(
        own,
        steps=own.steps + tuple(step for each in found for step in each.steps),
        brakes=own.brakes + tuple(brake for each in found for brake in each.brakes),
        unreachable=tuple(each.trouble for each in found if each.trouble),
    )


def counts(
    policy: Running, today: Today, *, last: Counts | None
) -> tuple[list[Counts], dict[Text, tuple[str, ...]]]:
    """What a check counts in each other database; and, of those that could not be asked, why, with the promises that
    are broken by it."""
    from gallra.running.counts import counted

    found: list[Counts] = []
    troubles: dict[Text, tuple[str, ...]] = {}
    for foreign in systems(policy):
        try:
            with foreign.database() as database:
                found.append(counted(foreign, database, today, known_holds(today.day), last=last))
        except TROUBLE as trouble:
            troubles[said_in_both(trouble)] = foreign.promises
    return found, troubles


def coming(policy: Running, today: Today, *, months: int) -> list[ForecastCell]:
    """The forecast of every other database that can be asked."""
    from gallra.running.counts import coming as cells

    found: list[ForecastCell] = []
    for foreign in systems(policy):
        try:
            with foreign.database() as database:
                found += cells(foreign, database, today, known_holds(today.day), months=months)
        except TROUBLE as trouble:
            log.error("forecast: %s could not be reached (%s)", foreign.name, type(trouble).__name__)
    return found


def key_of(foreign: Foreign, kind: RecordKind, word: str) -> Any:
    """The key of the record that people know by `word` there: its number where the kind has one, or `key:` and its key;
    None where there is none. Raises what is in TROUBLE."""
    with foreign.database() as database:
        return _key_of(database, kind, word)


def looked_up(foreign: Foreign, kind: RecordKind, word: str, today: Today) -> tuple[Any, Record | None]:
    """The key of that record, and what the rules say of it. Raises what is in TROUBLE."""
    with foreign.database() as database:
        key = _key_of(database, kind, word)
        if key is None:
            plain = word.removeprefix("key:")
            return typed(kind.table, plain) if plain != word or kind.number is None else None, None
        holds = known_holds(today.day)
        return key, look_up(database, kind, key, foreign.rules, today, holds)


def _key_of(database: ForeignDatabase, kind: RecordKind, word: str) -> Any:
    base = clause(kind.table)
    plain = word.removeprefix("key:")
    by_key = kind.number is None or plain != word
    column = kind.table.key if by_key or kind.number is None else kind.number
    of = next((c.type for c in kind.table.columns if c.name == column), "integer")
    if of == "integer" and not plain.isdigit():
        return None
    value = typed(kind.table, plain) if by_key else int(plain) if of == "integer" else plain
    if value is None:
        return None
    query = select(base.c[kind.table.key]).where(
        base.c[column] == value, *(base.c[name] == given for name, given in kind.where)
    )
    rows = database.rows(compiled("number", query, database.dialect))
    return rows[0][0] if rows else None
