"""Django's way of sending mail, which sign-in uses: every message goes the way of `gallra.mail.sending`.

Whoever makes a message may say which text it is (`message.text_name`) and what of it only the reader may have
(`message.secrets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from gallra.mail.models import Outgoing
from gallra.mail.rendering import Rendered, tidy
from gallra.mail.sending import HEADERS, write


class EmailBackend(BaseEmailBackend):
    """Writes each message down, one row for each address; returns how many messages those were."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        with transaction.atomic():
            for message in email_messages:
                for address in message.recipients():
                    write(
                        to=parseaddr(address)[1], text=text_of(message), language=_language(), now=now,
                        said=_words(message), secrets=getattr(message, "secrets", ()),
                        headers={name: str(message.extra_headers[name]) for name in message.extra_headers
                                 if name in HEADERS},
                    )  # fmt: skip
        return len(email_messages)


def text_of(message: EmailMessage) -> str:
    """Which text it is, where whoever made the message said so; never what it says."""
    return str(getattr(message, "text_name", "") or "message")[: Outgoing._meta.get_field("text").max_length]


def _words(message: EmailMessage) -> Rendered:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = next((str(part[0]) for part in alternatives if part[1] == "text/html"), "")
    return Rendered(" ".join(str(message.subject).split()), tidy(str(message.body)), html)


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "sv"
