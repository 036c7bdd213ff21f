"""Mentions in other databases: their texts for staff, and blanking carried through to them, announced first. THIS
ERASES, through running/foreign_mentions.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from gallra.rights.models import Mention, Request
from gallra.rights.words import MentionVerdict
from gallra.running import foreign_mentions
from gallra.running.foreign_mentions import At
from gallra.running.installed import own_kinds


def is_elsewhere(mention: Mention) -> bool:
    """Whether it stands in another database, which may have a record kind by the name of one of ours."""
    kind = own_kinds().get(mention.kind)
    tables = {kind.table.name, *(part.table.name for part in kind.parts)} if kind is not None else set()
    return mention.table not in tables


def texts(found: Iterable[Mention]) -> dict[int, str | None]:
    """The texts of those that stand elsewhere, by number; None where one is gone, or its system does not answer."""
    wanted = {mention.pk: _at(mention) for mention in found if is_elsewhere(mention)}
    said = foreign_mentions.texts(wanted.values())
    return {number: said.get(at) for number, at in wanted.items()}


def announce(request: Request, terms: Sequence[str], *, now: datetime) -> None:
    """Announce every text elsewhere that is to be blanked, each once: what is announced is done in the end, whatever
    becomes of us."""
    rows = request.mentions.filter(verdict=MentionVerdict.BLANK, done_at=None).order_by("pk")
    for number in [mention.pk for mention in rows if is_elsewhere(mention)]:
        with transaction.atomic():
            mention = Mention.objects.select_for_update().get(pk=number)
            if mention.done_at is not None:
                continue
            foreign_mentions.announce(
                _at(mention), request=request.pk, terms=terms, address=request.address, by=mention.by,
                salt=bytes(request.salt), now=now,
            )  # fmt: skip
            mention.done_at = now
            mention.save(update_fields=["done_at"])


def carry_out(request: Request, *, now: datetime) -> tuple[int, dict[str, str]]:
    """Blank what is announced and not done: how many texts their system refused, and systems that do not answer, each
    with why."""
    rows = foreign_mentions.announced_for(request.pk)
    return foreign_mentions.carry_out(rows, now=now) if rows else (0, {})


def _at(mention: Mention) -> At:
    return At(mention.kind, mention.record, mention.table, mention.key, mention.column)
