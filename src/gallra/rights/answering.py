"""The answer: a package made of what the request came to, encrypted at rest, its hash in the ledger, a link by mail.

The file is written first; row, entry, link, mail and the request's end commit together. A kill before that leaves a
file that no row names and nobody can read, and the job makes the answer again; after it nothing is left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from gallra.ledger.checkpoint import LedgerBroken, make_checkpoint
from gallra.rights import book, links
from gallra.rights.answer import facts as said
from gallra.rights.answer import package, storing
from gallra.rights.copies import copied, withheld
from gallra.rights.models import Answer, Request
from gallra.rights.telling import facts_of
from gallra.rights.words import COPIES, Right
from gallra.rights.words import State as RequestState
from gallra.running import extracts
from gallra.running.installed import running

log = logging.getLogger(__name__)


def answer(request: Request, *, now: datetime, left: int = 0) -> None:
    """Make and store the answer, close the request, and write to the person; once. A stop of mailings needs no file:
    the mail says it. left: rows that were still found."""
    if request.right == Right.STOP:
        _close(request, now=now, text="stopped", context={})
        return
    policy = running()
    given, out = copied(request, now) if request.right in COPIES else (None, ())
    nothing = given.nothing and not withheld(request) if given else None
    facts = facts_of(request, policy, today=book.today(now), left=left, nothing=nothing, out=out)
    try:
        make_checkpoint(now)
    except LedgerBroken:
        log.error("request %d: the ledger does not hold; the answer has no proof", request.pk)
    draft = storing.draft()
    built = package.build(
        given, language=request.language, right=cast(said.Right, request.right), facts=facts, policy=policy,
        now=now, out=draft,
    )  # fmt: skip
    stored = draft.finish()
    with transaction.atomic():
        made = Answer.objects.create(
            request=request, file=stored.file, secret=stored.secret, size=stored.size, digest=built.digest,
            made_at=now, expires_at=now + links.VALID[links.ANSWER],
        )  # fmt: skip
        if given is not None:
            extracts.record(
                given, address=request.address, digest=built.digest, now=now,
                by=request.approved_by or "request", request=request.pk,
            )  # fmt: skip
        link = links.issue(request, links.ANSWER, now=now)
        context = {"link": link, "until": book.today(made.expires_at)}
        _close(request, now=now, text="answered", context=context, secrets=[link], digest=built.digest)


def _close(
    request: Request, *, now: datetime, text: str, context: Mapping[str, Any], secrets: Iterable[str] = (),
    digest: str = "",
) -> None:  # fmt: skip
    """The request's end, its entry and its mail, in one transaction."""
    with transaction.atomic():
        locked = book.locked(request.pk)
        locked.state, locked.closed_at = RequestState.ANSWERED, now
        locked.save(update_fields=["state", "closed_at"])
        told: dict[str, Any] = {"file": digest} if digest else {}
        book.entered(locked, "answered", now=now, by=locked.approved_by, automatic=locked.automatic, **told)
        book.post(locked, text, now=now, context=context, secrets=secrets)
    request.state, request.closed_at = locked.state, locked.closed_at
