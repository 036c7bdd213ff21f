"""Numbers of our messages: nobody can guess one, and each tells, to us only, which request it belongs to.

`<random.request.mark@host>`: the mark is a keyed hash of the rest, so that an answer finds its request long after our
own message has gone by its period, and a made-up number finds nothing.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from hashlib import sha256
from secrets import token_hex

from django.conf import settings

_OURS = re.compile(r"<?([0-9a-f]{32})\.([0-9]{1,18})\.([a-z2-7]{16})@[^<>@\s]+>?")
NO_REQUEST = 0


def new_id(request: int | None, *, host: str) -> str:
    """A new number, without brackets. request: the one that the message belongs to."""
    begin = f"{token_hex(16)}.{request or NO_REQUEST}"
    return f"{begin}.{_mark(begin)}@{host}"


def request_of(message_id: str) -> int | None:
    """The request that a message of ours belonged to; None for none, and for a number that we did not make."""
    found = _OURS.fullmatch(message_id.strip())
    if found is None or not hmac.compare_digest(_mark(f"{found[1]}.{found[2]}"), found[3]):
        return None
    return int(found[2]) or None


def is_ours(message_id: str) -> bool:
    """Whether we made the number."""
    found = _OURS.fullmatch(message_id.strip())
    return found is not None and hmac.compare_digest(_mark(f"{found[1]}.{found[2]}"), found[3])


def bare(message_id: str) -> str:
    """The number without brackets and spaces."""
    return message_id.strip().strip("<>").strip()


def _mark(begin: str) -> str:
    digest = hmac.digest(b"mail\n" + settings.SECRET_KEY.encode(), begin.encode(), sha256)
    return b32encode(digest[:10]).decode().lower()
