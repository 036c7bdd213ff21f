"""Handing one message over to the mail server, and what came of it. Never says an address or a server's words: those
quote addresses."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from gallra.mail.servers import Server
from gallra.site.egress import EgressRefused

_ENHANCED = re.compile(rb"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ASKS_FOR_SIGN_IN = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. status: the server's code ("250", "5.1.1"), or a word: "unreachable", "tls", "dropped",
    "sign-in", "undeclared", "sender"."""

    kind: Literal["sent", "later", "never"]
    status: str


def hand_over(
    server: Server, message: bytes, *, sender: str, recipient: str, envelope: str, local: str
) -> Outcome:
    """Give the message to the server for one recipient. What may be otherwise tomorrow (a server that is away or full,
    a password, a certificate) is "later"; what is refused for this recipient or this message for good is "never".

    sender: where bounces go. envelope: what they tell us again, where the server knows how (RFC 3461). local: what we
    call ourselves.
    """
    try:
        with _connected(server, local) as client:
            return _handed(client, message, sender, recipient, envelope)
    except EgressRefused:
        return Outcome("later", "undeclared")
    except smtplib.SMTPNotSupportedError:
        return Outcome("later", "tls")
    except smtplib.SMTPAuthenticationError:
        return Outcome("later", "sign-in")
    except smtplib.SMTPServerDisconnected:
        return Outcome("later", "dropped")
    except smtplib.SMTPResponseException as answer:
        return Outcome("later", _status(answer.smtp_code, answer.smtp_error))
    except ssl.SSLError:
        return Outcome("later", "tls")
    except (OSError, smtplib.SMTPException):
        return Outcome("later", "unreachable")


@contextmanager
def _connected(server: Server, local: str) -> Iterator[smtplib.SMTP]:
    """Signed in, and encrypted where it is not this machine. A bad good-bye changes nothing."""
    trusted = ssl.create_default_context()
    client: smtplib.SMTP
    if server.tls:
        client = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=local, timeout=server.timeout, context=trusted
        )
    else:
        client = smtplib.SMTP(server.host, server.port, local_hostname=local, timeout=server.timeout)
    try:
        client.ehlo_or_helo_if_needed()
        if server.starttls:
            client.starttls(context=trusted)
            client.ehlo()
        if server.user:
            client.login(server.user, server.password)
        yield client
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.quit()
        client.close()


def _handed(client: smtplib.SMTP, message: bytes, sender: str, recipient: str, envelope: str) -> Outcome:
    to_sender, to_recipient = [], []
    if client.has_extn("dsn"):
        to_sender, to_recipient = ["RET=HDRS", f"ENVID={envelope}"], ["NOTIFY=FAILURE"]
    if not f"{sender}{recipient}".isascii():
        if not client.has_extn("smtputf8"):
            return Outcome("never", "5.6.7")
        to_sender.append("SMTPUTF8")
    try:
        client.sendmail(sender, [recipient], message, to_sender, to_recipient)
    except smtplib.SMTPRecipientsRefused as refused:
        return _refused(*next(iter(refused.recipients.values())))
    except smtplib.SMTPSenderRefused:
        return Outcome("later", "sender")  # our own address: not this reader's doing
    except smtplib.SMTPDataError as refused:
        return _refused(refused.smtp_code, refused.smtp_error)
    return Outcome("sent", "250")


def _refused(code: int, words: bytes | str) -> Outcome:
    if code in _ASKS_FOR_SIGN_IN:
        return Outcome("later", "sign-in")
    return Outcome("never" if 500 <= code < 600 else "later", _status(code, words))


def _status(code: int, words: bytes | str) -> str:
    said = words.encode("ascii", "replace") if isinstance(words, str) else words
    found = _ENHANCED.search(said)
    return found[1].decode() if found else str(code)
