"""The running policy: the newest adopted version, its rules, and the record kinds of this installation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from gallra.engine.days import Today
from gallra.kinds import Kinds, RecordKind
from gallra.policy import Policy, read_policy
from gallra.policy.law import load_law
from gallra.policy.rules import Rules, rules
from gallra.running.models import Adoption


class NoPolicy(Exception):
    """No policy is adopted yet: nothing is due, nothing is erased."""

    def __str__(self) -> str:
        return _('No policy is adopted. Nothing was touched. Adopt one: gallra adopt FILE --reason "…"')


@dataclass(frozen=True, slots=True)
class Running:
    """The policy that runs, what the engine gets of it, and when it was adopted."""

    adoption: Adoption
    policy: Policy
    rules: Rules

    @property
    def kinds(self) -> Kinds:
        return own_kinds()


def own_kinds() -> Mapping[str, RecordKind]:
    """The record kinds of our own database: the registers', and Gallra's own."""
    from gallra.systems.own import every

    return every()


NEWEST = "SELECT * FROM running_adoption ORDER BY at DESC, id DESC LIMIT 1"
"""Asked by every operation on a person: written out, it takes a third of the time of a query that is built anew."""


@lru_cache(maxsize=16)
def parsed(version: str, text: str) -> tuple[Policy, Rules]:
    """A policy text as data; the version is part of the key so that memory does not compare long texts in vain."""
    policy = read_policy(text)
    elsewhere = {k for system in policy.system.values() if system.connector == "sql" for k in system.records}
    kinds = {name: kind for name, kind in own_kinds().items() if name not in elsewhere}
    return policy, rules(policy, law=load_law(), kinds=kinds)


_SETTLED: ContextVar[list[Running] | None] = ContextVar("settled", default=None)


@contextmanager
def settled() -> Iterator[None]:
    """What is done within goes by one policy, read when it is first asked for: a step of a request asks for it some ten
    times. For what takes less than a second; nothing within adopts one."""
    if _SETTLED.get() is not None:
        yield
        return
    token = _SETTLED.set([])
    try:
        yield
    finally:
        _SETTLED.reset(token)


def running() -> Running:
    """The newest adopted version; within `settled` the one that was there first. Raises NoPolicy."""
    known = _SETTLED.get()
    if known:
        return known[0]
    found = _read()
    if known is not None:
        known.append(found)
    return found


def _read() -> Running:
    adoption = next(iter(Adoption.objects.raw(NEWEST)), None)
    if adoption is None:
        raise NoPolicy
    policy, found = parsed(adoption.version, adoption.text)
    return Running(adoption, policy, found)


def newest() -> str | None:
    """The version that runs, for entries of what is done without asking it; None where none is adopted."""
    return Adoption.objects.order_by("-at", "-pk").values_list("version", flat=True).first()


def version(hash_: str) -> Running | None:
    """An earlier version by its hash, for what receipts tell of it."""
    adoption = Adoption.objects.filter(version=hash_).order_by("-at").first()
    if adoption is None:
        return None
    policy, found = parsed(adoption.version, adoption.text)
    return Running(adoption, policy, found)


def today(running: Running, now: datetime) -> Today:
    """The day of an operation in the controller's zone."""
    return Today.of(now, running.rules.timezone)
