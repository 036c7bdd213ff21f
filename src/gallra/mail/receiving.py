"""Taking in a message from the privacy mailbox, once (M24)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from gallra.mail import bounces, ids, signals
from gallra.mail.models import Attachment, Incoming, Outgoing
from gallra.mail.reading import Read, read
from gallra.registers import documents


def known(digest: bytes) -> bool:
    """Whether the message has been taken in."""
    return Incoming.objects.filter(digest=digest).exists()


def take_in(
    raw: bytes, *, size: int, received_at: datetime, now: datetime, whole: bool = True
) -> Incoming | None:
    """Store a message with its documents and tell `signals.received`, in one transaction; None where it is stored
    already. A report of a bounce marks the message that came back, and keeps nothing of it that we have.

    raw: the message, or where `whole` is False its header only. size: bytes of the message. received_at: when the
    mailbox got it, which starts the clock of a request.
    """
    said = read(raw)
    with transaction.atomic():
        row = _row(said, size, received_at, now)
        row.whole = whole
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return None
        if marked := bounces.take_back(said.reports, now=now):
            row.body = row.said = ""
            row.answers, row.request = marked[0].pk, marked[0].request
            row.save(update_fields=["body", "said", "answers", "request"])
        for piece in said.documents:
            kept = documents.store([piece.content])
            Attachment.objects.create(
                message=row, name=piece.name or None, media_type=piece.media_type, size=kept.size,
                file=kept.file, secret=kept.secret, words=kept.words, added_at=now,
            )  # fmt: skip
        signals.received.send(Incoming, message=row, now=now)
    return row


def _row(said: Read, size: int, received_at: datetime, now: datetime) -> Incoming:
    answers = _answered(said)
    return Incoming(
        digest=said.digest, kind=said.kind, address=said.address, name=said.name, subject=said.subject,
        body=said.body, said=said.said, message_id=said.message_id, references=list(said.references),
        answers=answers.pk if answers else None,
        request=next(filter(None, map(ids.request_of, reversed(said.references))), None),
        size=size, left_out=said.left_out, written_at=said.written_at, received_at=received_at, stored_at=now,
    )  # fmt: skip


def _answered(said: Read) -> Outgoing | None:
    """The nearest message of ours that it answers, while we have it."""
    ours = [name for name in said.references if ids.is_ours(name)]
    rows = {row.message_id: row for row in Outgoing.objects.filter(message_id__in=ours)} if ours else {}
    return next((rows[name] for name in reversed(ours) if name in rows), None)
