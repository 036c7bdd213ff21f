"""Writing to a person: one row in the caller's transaction, and a job that hands it over once that has committed.

What is rolled back is never sent; what has committed is sent, by whichever worker is alive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from email_validator import EmailNotValidError, validate_email

from gallra.mail import ids, rendering
from gallra.mail.models import Outgoing
from gallra.registers.errors import Refused

HEADERS = frozenset(
    {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Reply-To", "In-Reply-To", "References"}
)
"""What a message may say in its header besides what every message says."""


def post(
    *,
    to: str,
    text: str,
    language: str,
    context: Mapping[str, Any],
    now: datetime,
    request: int | None = None,
    about: str = "",
    headers: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
) -> Outgoing:
    """Write the message called `text` (mail/rendering.py) to one address, in the caller's transaction.

    request: the request it belongs to: an answer to this message finds it. about: the record it belongs to
    ("newsletter.subscription 12"). headers: of `HEADERS`. secrets: codes and links in the text that only the reader may
    have; they leave our copy when the message has been sent. Raises Refused for what is no address.
    """
    said = rendering.render(text, language=language, context=context)
    return write(
        to=to, text=text, language=language, said=said, now=now, request=request, about=about, headers=headers,
        secrets=secrets,
    )  # fmt: skip


def write(
    *,
    to: str,
    text: str,
    language: str,
    said: rendering.Rendered,
    now: datetime,
    request: int | None = None,
    about: str = "",
    headers: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
) -> Outgoing:
    """The same for words that are written already."""
    given = dict(headers or {})
    if unknown := set(given) - HEADERS:
        raise ValueError(f"no header of ours: {', '.join(sorted(unknown))}")
    if any(not value.isprintable() for value in given.values()):
        raise ValueError("a header is one line")
    row = Outgoing(
        address=address_of(to), text=text, language=language, subject=said.subject, plain=said.plain,
        html=said.html, headers=given, secrets=[secret for secret in secrets if secret],
        message_id=ids.new_id(request, host=sender_host()), request=request, about=about,
        added_at=now, next_at=now,
    )  # fmt: skip
    if settings.SMTP_SERVER is None:
        row.state, row.fate, row.sent_at = Outgoing.State.OUTBOX, Outgoing.Fate.SENT, now
    with transaction.atomic():
        row.save(force_insert=True)
        if row.fate == Outgoing.Fate.UNDERWAY:
            from gallra.mail import jobs

            jobs.deliver.defer(mail=row.pk)
    return row


def address_of(given: str) -> str:
    """The address as every table stores it: lower case, one Unicode form. Raises Refused("not_an_address")."""
    try:
        return validate_email(
            given.strip(), check_deliverability=False, test_environment=True
        ).normalized.lower()
    except EmailNotValidError:
        raise Refused("not_an_address", "email") from None


def sender_host() -> str:
    """The host in the sender's address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
