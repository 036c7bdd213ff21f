"""Why somebody's records in other databases were kept, or are erased: reasons of reviews, which stand with us and are
theirs to read (Article 15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gallra.engine.person.extract import Extract, Item
from gallra.engine.person.redacting import Group, Values
from gallra.kinds import Column, Part, Table, Text
from gallra.running.models import Decision

REASONS = Part(
    Table(
        "running_decision",
        columns=(
            Column("at", Text("avgjort", "decided"), "timestamp", impersonal=True),
            Column("decision", Text("beslut", "decision"), impersonal=True),
            Column("reason", Text("skäl", "reason"), free_text=True),
        ),
    ),
    parent="key",
    title=Text("granskningar", "reviews"),
)
"""A person's reviews as part of the record they are about."""


def with_reasons(found: Extract) -> Extract:
    """What another database has of a person, and why reviews decided as they did about what is theirs."""
    wanted = {_name(item) for item in found.items if item.owner}
    if not wanted:
        return found
    rows: dict[tuple[str, str], list[Decision]] = {}
    asked = Decision.objects.filter(kind__in={kind for kind, _ in wanted}, key__in={key for _, key in wanted})
    for row in asked.order_by("pk"):
        rows.setdefault((row.kind, row.key), []).append(row)
    return replace(found, items=tuple(_with(item, rows.get(_name(item), ())) for item in found.items))


def _name(item: Item) -> tuple[str, str]:
    return item.kind.name, str(item.key)


def _with(item: Item, rows: Iterable[Decision]) -> Item:
    told = tuple(
        Values(REASONS.table, row.pk, {name: getattr(row, name) for name in ("at", "decision", "reason")})
        for row in rows
    )
    return replace(item, parts=(*item.parts, Group(REASONS, told))) if told and item.owner else item
