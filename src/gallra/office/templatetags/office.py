"""Template filters of the office: ledger entries and counts in words."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from gallra.ledger.models import Entry
from gallra.office import entries
from gallra.running.report import KindCount

register = template.Library()


@register.filter
def action(name: str) -> str:
    return entries.action(name)


@register.filter
def done(name: str) -> str:
    return entries.done(name)


@register.filter
def summary(body: Mapping[str, object]) -> str:
    return entries.summary(body)


@register.filter
def records(body: Mapping[str, object]) -> int | None:
    return entries.records(body)


@register.filter
def rule(entry: Entry) -> str:
    """The rule an entry is about; a run as a whole is about none."""
    return "" if entry.rule in (None, "sweep", "check") else str(entry.rule)


@register.filter
def excepted(count: KindCount) -> int:
    """Records that would go but for a hold or a statute."""
    return count.held + count.obliged
