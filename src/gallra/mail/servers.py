"""The servers that mail goes to and comes from, read from their addresses. No Django, no network: settings read it.

What is sent over a network is encrypted, always: `smtps` and `imaps` from the first byte; `smtp` and `imap` by
STARTTLS, without which nothing is said. On this machine itself neither is asked for.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from gallra.site.environment import Misconfigured
from gallra.site.terminal import gettext as _

SUBMISSION, SMTPS, IMAP, IMAPS = 587, 465, 143, 993


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. tls: from the first byte; starttls: asked for before anything is said. timeout: seconds for each
    answer. password is never shown."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool = False
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder of a mail server, by IMAP."""

    server: Server
    folder: str = "INBOX"


def smtp_server(address: str, *, timeout: float = 30.0) -> Server | None:
    """The server of `smtp://user:password@host:587` or `smtps://…`; None for an empty address. Raises Misconfigured."""
    read = _read(address, ("smtp", "smtps"), "GALLRA_SMTP_URL", "smtp://user:password@host:587")
    if read is None:
        return None
    if read.path not in ("", "/"):
        raise _wrong("GALLRA_SMTP_URL", "smtp://user:password@host:587")
    return _server(read, tls=read.scheme == "smtps", usual=SMTPS if read.scheme == "smtps" else SUBMISSION,
                   timeout=timeout)  # fmt: skip


def mailbox(address: str, *, timeout: float = 30.0) -> Mailbox | None:
    """The mailbox of `imaps://user:password@host/INBOX` or `imap://…`; None for an empty address. Raises
    Misconfigured."""
    example = "imaps://user:password@host/INBOX"
    read = _read(address, ("imap", "imaps"), "GALLRA_MAILBOX_URL", example)
    if read is None:
        return None
    if not read.username or not read.password:
        raise _wrong("GALLRA_MAILBOX_URL", example)
    server = _server(read, tls=read.scheme == "imaps", usual=IMAPS if read.scheme == "imaps" else IMAP,
                     timeout=timeout)  # fmt: skip
    return Mailbox(server, unquote(read.path.strip("/")) or "INBOX")


def on_this_machine(host: str) -> bool:
    """Whether a host is this machine: what is said to it leaves nothing."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _server(read: SplitResult, *, tls: bool, usual: int, timeout: float) -> Server:
    host = read.hostname or ""
    return Server(
        host=host,
        port=read.port or usual,
        user=unquote(read.username or ""),
        password=unquote(read.password or ""),
        tls=tls,
        starttls=not tls and not on_this_machine(host),
        timeout=timeout,
    )


def _read(address: str, schemes: tuple[str, ...], variable: str, example: str) -> SplitResult | None:
    if not address:
        return None
    try:
        read = urlsplit(address)
        known = read.scheme in schemes and bool(read.hostname) and (read.port or 1) > 0
    except ValueError:  # a port that is no number, a bracket that never closes
        known = False
    if not known or read.query or read.fragment:
        raise _wrong(variable, example)
    return read


def _wrong(variable: str, example: str) -> Misconfigured:
    return Misconfigured(
        _("%(variable)s is not a mail server's address. Set it to %(example)s.")
        % {"variable": variable, "example": example}
    )
