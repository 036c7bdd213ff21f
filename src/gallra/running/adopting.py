"""A version of the policy becomes the running one: what changes is shown first, reason and hash go into the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from sqlalchemy import select

from gallra.engine.blank import dropped
from gallra.engine.compile import compiled
from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.plan import Plan, plan
from gallra.engine.tables import Source
from gallra.kinds import Kinds
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.policy import Policy, read_policy
from gallra.policy.rules import Rule, Rules
from gallra.registers.directory import fields
from gallra.running.installed import NoPolicy, own_kinds, parsed, running
from gallra.running.models import Adoption
from gallra.systems.connection import OwnDatabase


class NotEmpty(Exception):
    """The policy leaves out registers that are not empty: what is in them would have no purpose and no end."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(", ".join(self.kinds))

    def __str__(self) -> str:
        return _(
            "No system of this policy names %(kinds)s, and there are such records. Nothing was changed. Name them in a"
            " system, or erase them first."
        ) % {"kinds": ", ".join(self.kinds)}


@dataclass(frozen=True, slots=True)
class Change:
    """What a new version changes for one rule on one record kind.

    what: "added", "removed", "sooner" (a shorter period), "later", "changed" (event, flag or verb). days: by how many
    days the period differs, counted from the day of comparing; tonight: records due under the new version, before:
    under the running one.
    """

    kind: str
    promises: tuple[str, ...]
    what: str
    days: int
    tonight: int
    before: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What adopting would change: per rule, per promise, and which fields would be blanked from which tables."""

    version: str
    previous: str | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]
    fields: dict[str, tuple[str, ...]]
    plan: Plan


def running_policy() -> Policy | None:
    """The running policy, None before the first adoption."""
    try:
        return running().policy
    except NoPolicy:
        return None


def difference(text: str | Path, *, now: datetime) -> Difference:
    """What adopting `text` would change. Raises PolicyMistakes, NotEmpty."""
    policy, rules = read(text)
    _refuse_left_out(rules, own_kinds())
    executor = OwnDatabase()
    new = plan(executor, rules, own_kinds(), Today.of(now, rules.timezone), OwnHolds())
    old: Plan | None = None
    previous: Rules | None = None
    promised: set[str] = set()
    try:
        before = running()
        previous, promised = before.rules, set(before.policy.promises())
        old = plan(executor, previous, own_kinds(), Today.of(now, previous.timezone), OwnHolds())
    except NoPolicy:
        pass
    return Difference(
        version=rules.version,
        previous=previous.version if previous else None,
        added=tuple(p for p in policy.promises() if p not in promised),
        removed=tuple(sorted(promised - set(policy.promises()))),
        changes=tuple(_changes(rules, previous, new, old, now)),
        fields={table.name: words for table, words in dropped(rules, own_kinds()).items()},
        plan=new,
    )


def adopt(text: str | Path, *, reason: str, now: datetime, actor: str = "", by: str = "") -> Adoption:
    """Make a policy the running one, in one transaction; its hash and a commitment to the reason go into the ledger.

    text: the policy, or its file. actor (or by): "user 12" or "command line". Raises PolicyMistakes, NotEmpty.
    """
    policy, rules = read(text)
    told = difference(text, now=now)
    salt, who = new_salt(), actor or by or "command line"
    with transaction.atomic():
        made = Adoption.objects.create(
            version=rules.version, text=policy.text, reason=reason, by=who, at=now, salt=salt, blanked_at=None
        )
        fields.adopt(rules.fields, rules.kinds)
        append(
            action="adoption",
            body={
                "file": rules.version,
                "previous": told.previous,
                "added": list(told.added),
                "removed": list(told.removed),
                "changed": sorted({promise for change in told.changes for promise in change.promises}),
                "reason": commit(reason, salt=salt),
                "by": commit(who, salt=salt),
                "sooner": _counted(told.changes, "sooner"),
                "later": _counted(told.changes, "later"),
            },
            now=now,
            policy=rules.version,
        )
    return made


def read(text: str | Path) -> tuple[Policy, Rules]:
    """The policy and its rules. Raises PolicyMistakes."""
    content = text.read_text(encoding="utf-8") if isinstance(text, Path) else text
    return parsed(read_policy(content).version, content)


def _refuse_left_out(rules: Rules, kinds: Kinds) -> None:
    """A register that no system names is off and must be empty (design.md section 4)."""
    executor = OwnDatabase()
    there: list[str] = []
    for name, kind in kinds.items():
        if name in rules.kinds:
            continue
        source = Source(kind)
        some = select(source.key).where(*source.mine()).limit(1)
        if executor.rows(compiled("any", some)):
            there.append(name)
    if there:
        raise NotEmpty(there)


def _changes(
    rules: Rules, previous: Rules | None, new: Plan, old: Plan | None, now: datetime
) -> Iterable[Change]:
    day = now.date()
    after = {rule.id: rule for rule in rules.rules}
    before = {rule.id: rule for rule in previous.rules} if previous else {}
    for key in sorted(set(after) | set(before)):
        here, there = after.get(key), before.get(key)
        tonight = sum(s.count for s in new.steps if here and s.name == here.id)
        earlier = sum(s.count for s in old.steps if there and s.name == there.id) if old else 0
        what, days = _what(here, there, day)
        rule = here or there
        if what and rule is not None:
            yield Change(rule.kind, rule.promises, what, days, tonight, earlier)


def _what(here: Rule | None, there: Rule | None, day: date) -> tuple[str, int]:
    """How one rule became another, and by how many days its period differs."""
    if here is None or there is None:
        return ("removed" if here is None else "added"), 0
    days = (here.period.after(day) - there.period.after(day)).days
    if (here.event, here.when, here.unless, here.sooner) != (
        there.event,
        there.when,
        there.unless,
        there.sooner,
    ):
        return "changed", days
    return ("sooner" if days < 0 else "later" if days > 0 else ""), days


def _counted(changes: Iterable[Change], what: str) -> dict[str, int]:
    """Records due tonight, by kind, of the changes of one sort."""
    found: dict[str, int] = {}
    for change in changes:
        if change.what == what:
            found[change.kind] = found.get(change.kind, 0) + change.tonight
    return found
