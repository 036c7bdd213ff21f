"""The demo's outbox: mail that went to files instead of a mail server."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path

from django.conf import settings

DIVIDER = b"-" * 79 + b"\n"
"""Django's file backend writes it after every message."""
MOST = 50


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it was written: when, to whom, about what, and its plain text."""

    at: datetime | None
    to: str
    subject: str
    text: str


def messages() -> list[Mail]:
    """The newest messages of the outbox, newest first; at most `MOST`."""
    return list(islice(_read(Path(settings.EMAIL_FILE_PATH)), MOST)) if settings.EMAIL_FILE_PATH else []


def _read(folder: Path) -> Iterator[Mail]:
    files = (
        sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
        if folder.is_dir()
        else []
    )
    for file in files:
        raw = file.read_bytes().replace(b"\r\n", b"\n")
        for one in reversed([part for part in raw.split(DIVIDER) if part.strip()]):
            message = email.message_from_bytes(one.lstrip(b"\n"), policy=policy.default)
            assert isinstance(message, EmailMessage)  # noqa: S101 - what the default policy makes
            yield _mail(message)


def _mail(message: EmailMessage) -> Mail:
    body = message.get_body(preferencelist=("plain", "html"))
    date = message["Date"]
    return Mail(
        at=parsedate_to_datetime(str(date)) if date else None,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=str(body.get_content()).strip() if body else "",
    )
