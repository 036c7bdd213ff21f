"""How often something may be asked: per address and per source, so that nobody is flooded with mail in another's name.

Counted in memory, by a keyed hash whose key is made anew with each process and written nowhere: neither address nor
source can be read out of it. What has run out is forgotten by a timer, whether or not anybody asks again, so that a
source is kept no longer than its limit. Each web process counts for itself.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest

MOST_KEPT = 100_000
"""Counters in memory; beyond, the oldest are forgotten first."""


class Limit:
    """At most `most` times within a span that begins with the first."""

    def __init__(self, *, most: int, within: timedelta, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.within = most, within.total_seconds()
        self._clock = clock
        self._key = os.urandom(32)
        self._counts: dict[bytes, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        LIMITS.append(self)

    def spend(self, *whose: str) -> bool:
        """Count one for an address, a source or both together; whether it is within the limit."""
        now, key = self._clock(), self._hashed(whose)
        with self._lock:
            self._drop(now)
            count, until = self._counts.get(key, (0, now + self.within))
            self._counts[key] = count + 1, until
            self._wake(now)
        return count < self.most

    def reached(self, *whose: str) -> bool:
        """Whether one more would be too many; counts nothing."""
        with self._lock:
            self._drop(self._clock())
            return self._counts.get(self._hashed(whose), (0, 0.0))[0] >= self.most

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._counts.clear()

    def __len__(self) -> int:
        """How many are counted."""
        return len(self._counts)

    def _hashed(self, whose: tuple[str, ...]) -> bytes:
        return hmac.digest(self._key, "\n".join(whose).encode(errors="replace"), "sha256")

    def _drop(self, now: float) -> None:
        """Forget what has run out: a dict keeps its order, and every span is as long as the others."""
        while self._counts:
            first = next(iter(self._counts))
            if self._counts[first][1] > now and len(self._counts) <= MOST_KEPT:
                return
            del self._counts[first]

    def _wake(self, now: float) -> None:
        """Let a timer forget what nobody asks about again."""
        if self._timer is None and self._counts:
            until = next(iter(self._counts.values()))[1]
            self._timer = threading.Timer(max(until - now, 0.0) + 0.1, self._on_time)
            self._timer.daemon = True
            self._timer.start()

    def _on_time(self) -> None:
        with self._lock:
            self._timer = None
            now = self._clock()
            self._drop(now)
            self._wake(now)


LIMITS: list[Limit] = []
"""Every limit, for tests to begin anew."""
SOURCE = Limit(most=30, within=timedelta(hours=1))
"""What one source may send: forms of every kind."""
ADDRESS = Limit(most=5, within=timedelta(hours=1))
"""Mails that strangers may cause to one address: links and codes."""
CODE = Limit(most=20, within=timedelta(hours=1))
"""Codes that one source may try."""
ANSWER = Limit(most=5, within=timedelta(hours=1))
"""Codes for one answer: with five tries each, nobody guesses eight digits."""


def may_send(request: HttpRequest, address: str) -> bool:
    """Whether a form that leads to a mail may be sent once more, from here and to that address."""
    return SOURCE.spend(source(request)) and ADDRESS.spend(address.strip().lower())


def source(request: HttpRequest) -> str:
    """Where the visitor comes from: the address, of IPv6 the network. Behind a proxy the last one that it names."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(said)
    except ValueError:
        return "nowhere"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
