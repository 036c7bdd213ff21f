"""A version of the policy becomes the running one: what changes is shown first, reason and hash go into the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Count
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
from gallra.policy.compare import Change, compare
from gallra.policy.rules import Rules
from gallra.registers.directory import fields
from gallra.running import foreign, replay
from gallra.running.installed import NoPolicy, own_kinds, parsed, running
from gallra.running.models import Adoption, Intent
from gallra.systems import own
from gallra.systems.connection import OwnDatabase
from gallra.systems.sql.beside import declarations_beside


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


class NotDone(Exception):
    """The policy leaves out other databases in which something is announced and has not been done: whoever asked for
    it would wait for ever."""

    def __init__(self, owed: Mapping[str, int]) -> None:
        self.owed = dict(owed)
        super().__init__(", ".join(self.owed))

    def __str__(self) -> str:
        return _(
            "This policy leaves out %(systems)s, where what people asked for has not been done yet. Nothing was"
            " changed. Let a sweep do it first: gallra sweep. If the database is gone for good, say so: %(option)s"
        ) % {
            "systems": ", ".join(f"{name} ({count})" for name, count in self.owed.items()),
            "option": " ".join(f"--gone {name}" for name in self.owed),
        }


class NotOwed(Exception):
    """A database is said to be gone in which nothing waits, or which the policy still names."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(", ".join(sorted(names)))

    def __str__(self) -> str:
        return _(
            "Nothing waits to be done in a database %(names)s that this policy leaves out. Nothing was changed."
        ) % {"names": self.args[0]}


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many records one rule of the new version takes tonight, and how many the running one's of the same name
    does.
    """

    rule: str
    promises: tuple[str, ...]
    kind: str
    verb: str
    tonight: int
    before: int

    @property
    def more(self) -> int:
        """Records that go tonight because of the new version; negative: that stay."""
        return self.tonight - self.before


@dataclass(frozen=True, slots=True)
class Difference:
    """What adopting would change: in words per promise, in records per rule, and which fields would be blanked.

    changes: of the two files (gallra.policy.compare), empty at the first adoption. counts: the rules of either
    version. fields: by table, the words that no purpose names any more. plan: everything that would be due.
    """

    version: str
    previous: str | None
    changes: tuple[Change, ...]
    counts: tuple[RuleCount, ...]
    fields: dict[str, tuple[str, ...]]
    plan: Plan
    declared: bool = False
    """Whether the files that declare other databases differ from the running ones."""
    owed: dict[str, int] = field(default_factory=dict)
    """What is announced in other databases and has not been done, by those that the new version leaves out."""

    def promises(self, *whats: str) -> list[str]:
        """The promises with a change of these sorts, all sorts where none is named."""
        return sorted({c.promise for c in self.changes if c.promise and (not whats or c.what in whats)})


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
    declarations = declarations_beside(policy, _folder(text))
    new = _due(rules, now)
    others = foreign.systems_of(policy, declarations)
    elsewhere = foreign.due_in(others, Today.of(now, rules.timezone))
    new = replace(
        new, steps=new.steps + tuple(step for each in elsewhere for step in each.steps),
        unreachable=tuple(each.trouble for each in elsewhere if each.trouble),
    )  # fmt: skip
    try:
        before = running()
    except NoPolicy:
        before = None
    old = (
        foreign.planned(before, Today.of(now, before.rules.timezone), _due(before.rules, now))
        if before
        else None
    )
    return Difference(
        version=rules.version,
        previous=before.rules.version if before else None,
        changes=tuple(compare(before.policy, policy, kinds=own.every())) if before else (),
        counts=tuple(_counts(new, old)),
        fields={table.name: words for table, words in dropped(rules, own_kinds()).items()}
        | {f"{each.name}.{table}": words for each in others for table, words in each.dropped.items()},
        plan=new,
        declared=before is not None and before.adoption.declarations != declarations,
        owed=_owed(each.name for each in others),
    )


def _due(rules: Rules, now: datetime) -> Plan:
    return plan(OwnDatabase(), rules, own_kinds(), Today.of(now, rules.timezone), OwnHolds())


def _counts(new: Plan, old: Plan | None) -> Iterable[RuleCount]:
    here = {step.name: step for step in new.steps}
    there = {step.name: step for step in old.steps} if old else {}
    for name, step in {**there, **here}.items():
        tonight = here[name].count if name in here else 0
        before = there[name].count if name in there else 0
        yield RuleCount(name, step.promises, step.kind, step.verb, tonight, before)


def _folder(text: str | Path) -> Path | None:
    return text.parent if isinstance(text, Path) else None


def adopt(
    text: str | Path,
    *,
    reason: str,
    now: datetime,
    actor: str = "",
    by: str = "",
    gone: Collection[str] = (),
) -> Adoption:
    """Make a policy the running one, in one transaction; its hash and a commitment to the reason go into the ledger.

    text: the policy, or its file. actor (or by): "user 12" or "command line". gone: other databases that it leaves out
    and that are no more: what is announced there is written off. Raises PolicyMistakes, NotEmpty, NotDone, NotOwed.
    """
    policy, rules = read(text)
    told = difference(text, now=now)
    if strange := set(gone) - set(told.owed):
        raise NotOwed(strange)
    if waiting := {name: count for name, count in told.owed.items() if name not in gone}:
        raise NotDone(waiting)
    declarations = declarations_beside(policy, _folder(text))
    salt, who = new_salt(), actor or by or "command line"
    with transaction.atomic():
        Intent.objects.filter(system__in=told.owed).delete()
        made = Adoption.objects.create(
            version=rules.version,
            text=policy.text,
            reason=reason,
            by=who,
            at=now,
            salt=salt,
            blanked_at=None,
            declarations=declarations,
        )
        fields.adopt(rules.fields, rules.kinds)
        number = append(
            action="adoption",
            body={
                "file": rules.version,
                "previous": told.previous,
                "added": told.promises("promise new") if told.previous else list(policy.promises()),
                "removed": told.promises("promise gone"),
                "declarations": {
                    name: hashlib.sha256(file.encode()).hexdigest() for name, file in declarations.items()
                },
                "changed": told.promises(),
                "reason": commit(reason, salt=salt),
                "by": commit(who, salt=salt),
                "sooner": {count.rule: count.more for count in told.counts if count.more > 0},
                "later": {count.rule: -count.more for count in told.counts if count.more < 0},
                "gone": told.owed,
            },
            now=now,
            policy=rules.version,
        )
        text_of = {"text": policy.text, "reason": reason, "by": who, "salt": salt.hex()}
        replay.note(number, sealed=text_of | {"declarations": declarations})
    return made


def adopt_again(line: replay.Line, *, at: datetime) -> None:
    """The version that a line of the list to replay tells of, running on a restored database, in the caller's
    transaction. What is in its registers is not asked again. Raises Unreadable, PolicyMistakes."""
    said, version = line.opened(), line.entry["body"]["file"]
    if Adoption.objects.filter(version=version, at=at).exists():
        return
    Intent.objects.filter(system__in=line.entry["body"].get("gone", ())).delete()
    rules = parsed(version, said["text"])[1]
    Adoption.objects.create(
        version=version, text=said["text"], reason=said["reason"], by=said["by"], at=at,
        salt=bytes.fromhex(said["salt"]), blanked_at=None, declarations=said["declarations"],
    )  # fmt: skip
    fields.adopt(rules.fields, rules.kinds)


def read(text: str | Path) -> tuple[Policy, Rules]:
    """The policy and its rules. Raises PolicyMistakes."""
    if isinstance(text, Path):
        read_policy(text)  # says in words why a file cannot be read
        text = text.read_text(encoding="utf-8")
    content = text
    return parsed(read_policy(content).version, content)


def _owed(systems: Iterable[str]) -> dict[str, int]:
    """What is announced and has no receipt, by systems other than these."""
    owed = Intent.objects.exclude(system__in=list(systems)).values_list("system").annotate(Count("pk"))
    return dict(owed.order_by("system"))


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
