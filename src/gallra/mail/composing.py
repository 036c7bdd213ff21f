"""A written row as a message of the Internet (RFC 5322)."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings

from gallra.mail.models import Outgoing

_LINES = policy.SMTP.clone(max_line_length=900)
"""Header lines as long as RFC 5322 allows: a number that stands on a line of its own is misread by some."""


def message(row: Outgoing, *, controller: str) -> bytes:
    """The message as it is handed over: plain text and HTML, and a header that asks machines not to answer (RFC
    3834). controller: whose name stands before the sender's address where the setting names nobody."""
    made = EmailMessage(policy=policy.SMTP)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    made["From"] = formataddr((name or controller, address))
    made["To"] = row.address
    made["Subject"] = row.subject
    made["Date"] = format_datetime(row.added_at)
    made["Message-ID"] = f"<{row.message_id}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    for header, value in row.headers.items():
        made[header] = value
    made.set_content(row.plain, cte="quoted-printable")
    if row.html:
        made.add_alternative(row.html, subtype="html", cte="quoted-printable")
    return made.as_bytes(policy=_LINES)
