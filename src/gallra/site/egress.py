"""The guard on outgoing connections: nothing is sent to a host that is not declared (promises S9, S13, M13).

It stands in Python's own audit hook, which no library can go around or take away: every connection, and every look-up
of a name, in web, worker and command line. What speaks from outside Python (libpq to a database) never comes by here,
so such addresses are checked when they are read: `check(host)`.

Open are this machine itself (loopback, sockets in the file system), the installation's own database and mail server,
and the hosts that the connectors of the adopted policy declare (`allow`).
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
import threading
from collections.abc import Iterable
from typing import Any

from gallra.site.terminal import gettext as _

log = logging.getLogger(__name__)

_WATCHED = frozenset(
    {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
)
_LOOPBACK_NAMES = frozenset({"localhost", "ip6-localhost", "localhost.localdomain"})


class EgressRefused(Exception):
    """A connection to a host that is not declared. Not an OSError: nobody should take it for a bad line and retry."""

    def __init__(self, host: str) -> None:
        super().__init__(
            _(
                "The connection to %(host)s was refused: the policy declares no system or recipient there. Nothing was "
                "sent. If it is meant, declare the recipient in the policy and adopt it; if not, find out what tried."
            )
            % {"host": host}
        )
        self.host = host


class _Guard:
    """Which hosts are open, and which addresses their names led to."""

    def __init__(self) -> None:
        self.hosts: frozenset[str] = frozenset()
        self.addresses: frozenset[str] = frozenset()
        self.installed = False
        self.lock = threading.Lock()
        self.inside = threading.local()

    def permits(self, host: str) -> bool:
        host = _plain(host)
        if host in self.hosts or host in self.addresses or host in _LOOPBACK_NAMES:
            return True
        if any(known.startswith("*.") and host.endswith(known[1:]) for known in self.hosts):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


_guard = _Guard()


def allow(hosts: Iterable[str]) -> None:
    """Open these hosts, besides those open already: names, addresses, or `*.name` for every name below one."""
    with _guard.lock:
        _guard.hosts |= {_plain(host) for host in hosts if host}


def only(hosts: Iterable[str]) -> None:
    """Open these hosts and no others: what another version of the policy no longer declares is closed at once."""
    with _guard.lock:
        _guard.hosts = frozenset(_plain(host) for host in hosts if host)
        _guard.addresses = frozenset()


def allowed() -> frozenset[str]:
    """The hosts that are open besides this machine."""
    return _guard.hosts


def check(host: str) -> None:
    """Raise EgressRefused unless `host` is open. For addresses that are spoken to from outside Python; an empty one,
    or a path, is a socket on this machine."""
    if host and not host.startswith(("/", "@")):
        _refuse_unless_open(host)


def install() -> None:
    """Set the guard up in this process, once and for good."""
    with _guard.lock:
        if _guard.installed:
            return
        _guard.installed = True
        _remember_answers()
        sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _WATCHED:  # called for every import and every opened file as well: be quick
        return
    if getattr(_guard.inside, "busy", False):  # what logging does about a refusal
        return
    host = _host_of(event, arguments)
    if host is not None:
        _refuse_unless_open(host)


def _host_of(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The host that an audited call is about; None when it does not leave the machine."""
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        sock, address = arguments[0], arguments[1]
        if address is None or getattr(sock, "family", None) not in {socket.AF_INET, socket.AF_INET6}:
            return None
        host = address[0]
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("ascii", "replace")
    return host or None


def _refuse_unless_open(host: str) -> None:
    if _guard.permits(host):
        return
    _guard.inside.busy = True
    try:
        log.error("refused a connection to the undeclared host %s", _plain(host))
    finally:
        _guard.inside.busy = False
    raise EgressRefused(_plain(host))


def _remember_answers() -> None:
    """A connection is made to an address, not to a name: keep the addresses that open names were resolved to."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> list[Any]:
        found = resolve(host, *arguments, **named)
        if host:
            with _guard.lock:
                _guard.addresses |= {_plain(str(answer[4][0])) for answer in found}
        return found

    socket.getaddrinfo = getaddrinfo


def _plain(host: str) -> str:
    """One form per host: lower case, no final dot, no brackets or zone."""
    return host.lower().strip("[]").split("%", 1)[0].rstrip(".")
