"""How often something may be asked: per address and per source, so that nobody is flooded with mail in another's name.

Counted in the database, so that all web processes count together, by a keyed hash: neither address nor source can be
read out of it, and the table is unlogged, so that no replica and no backup of the files has it. A job forgets what has
run out (`forget_old`, every five minutes), whether or not anybody asks again. Counting is one statement, the same for
everybody.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from gallra.portal.models import Counted

FORGOTTEN_EVERY = timedelta(minutes=5)
"""By the job (jobs.py)."""
HOUR = timedelta(hours=1) - FORGOTTEN_EVERY
"""A limit's hour: with the job's five minutes nothing is kept for longer than one."""


class Limit:
    """At most `most` times within a span that begins with the first. name: unique; it tells the counts apart."""

    def __init__(
        self, name: str, *, most: int, within: timedelta, clock: Callable[[], datetime] | None = None
    ) -> None:
        if name in LIMITS:
            raise ValueError(f"two limits are called {name}")
        self.name, self.most, self.within = name, most, within
        self._clock = clock or (lambda: timezone.now())
        LIMITS[name] = self

    def spend(self, *whose: str) -> bool:
        """Count one for an address, a source or both together; whether it is within the limit."""
        now = self._clock()
        with connection.cursor() as cursor:
            cursor.execute(_SPEND, [self._hashed(whose), self.name, now + self.within, now, now])
            count = int(cursor.fetchone()[0])
        return count <= self.most

    def reached(self, *whose: str) -> bool:
        """Whether one more would be too many; counts nothing."""
        found = Counted.objects.filter(pk=self._hashed(whose), until__gt=self._clock())
        return (found.values_list("count", flat=True).first() or 0) >= self.most

    def forget(self) -> None:
        """Begin anew."""
        Counted.objects.filter(limit=self.name).delete()

    def _hashed(self, whose: tuple[str, ...]) -> bytes:
        key = sha256(b"gallra portal limits\n" + settings.SECRET_KEY.encode()).digest()
        return hmac.digest(key, "\n".join((self.name, *whose)).encode(errors="replace"), "sha256")


_SPEND = """
    INSERT INTO portal_counted AS known (key, "limit", count, until) VALUES (%s, %s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.until <= %s THEN 1 ELSE known.count + 1 END,
        until = CASE WHEN known.until <= %s THEN excluded.until ELSE known.until END
    RETURNING count
"""

LIMITS: dict[str, Limit] = {}
"""Every limit by its name."""
SOURCE = Limit("source", most=30, within=HOUR)
"""What one source may send: forms of every kind."""
ADDRESS = Limit("address", most=5, within=HOUR)
"""Mails that strangers may cause to one address: links and codes."""
CODE = Limit("code", most=20, within=HOUR)
"""Codes that one source may try."""
ANSWER = Limit("answer", most=5, within=HOUR)
"""Codes for one answer: with five tries each, nobody guesses eight digits."""


def forget_old(now: datetime) -> int:
    """Forget what has run out; how many."""
    return Counted.objects.filter(until__lte=now).delete()[0]


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
