"""Fetching an answer: the link leads to it, and a fresh code mailed to the address opens it.

A link that was forwarded, or read over a shoulder, is not enough. A code works once, for fifteen minutes; after five
wrong ones a new one is needed. Looking at the link changes nothing.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from gallra.ledger.proof import NoProof, prove
from gallra.ledger.signing import load_signer
from gallra.rights import book, links
from gallra.rights.answer import storing
from gallra.rights.book import entered, locked, post
from gallra.rights.errors import Refused
from gallra.rights.models import Answer, Request

DIGITS = 8
LIVES, PAUSE = timedelta(minutes=15), timedelta(minutes=1)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """The zip, piece by piece, decrypted as it is read. size: in bytes."""

    request: int
    size: int
    pieces: Iterator[bytes]


def look(token: str, *, now: datetime) -> Answer:
    """The answer behind a link, if it can be fetched now; changes nothing. Refused("link_unknown", "link_expired",
    "answer_gone")."""
    return _answer(links.look(token, links.ANSWER, now=now), now)


def send_code(token: str, *, now: datetime) -> None:
    """Mail a fresh code to the request's address; the one before it no longer works. Refused as `look`, and
    "code_just_sent"."""
    with transaction.atomic():
        request = locked(look(token, now=now).request_id, closed=True)
        answer = _answer(request, now)
        if answer.code_at is not None and now - answer.code_at < PAUSE:
            raise Refused("code_just_sent")
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        answer.code, answer.code_at, answer.tries = _hashed(request, code), now, 0
        answer.save(update_fields=["code", "code_at", "tries"])
        post(request, "code", now=now, context={"code": code}, secrets=[code])


def fetch(token: str, code: str, *, now: datetime) -> Fetched:
    """The answer, for the right code; it can be fetched again with another. A wrong code is counted, whatever the
    caller does with the refusal. Refused as `look`, and "code_wrong"."""
    number = look(token, now=now).request_id
    with transaction.atomic():
        request = locked(number, closed=True)
        answer = _answer(request, now)
        right = _matches(request, answer, code, now)
        if right:
            answer.code, answer.tries, answer.fetched_at = None, 0, now
            entered(request, "fetched", now=now, file=answer.digest)
        else:
            answer.tries += 1
        answer.save(update_fields=["code", "tries", "fetched_at"])
    if not right:
        raise Refused("code_wrong")
    return Fetched(number, answer.size, storing.read(answer.file, bytes(answer.secret)))


def hand_over(number: int, *, address: str, now: datetime) -> Fetched:
    """The same for somebody who has just shown the address to be theirs in another way (a code for their own data).
    Refused("unknown", "answer_gone"): somebody else's request is as unknown as none."""
    with transaction.atomic():
        request = locked(number, closed=True)
        if not address or request.address != address:
            raise Refused("unknown")
        answer = _answer(request, now)
        answer.fetched_at = now
        answer.save(update_fields=["fetched_at"])
        entered(request, "fetched", now=now, file=answer.digest)
    return Fetched(number, answer.size, storing.read(answer.file, bytes(answer.secret)))


def receipt(token: str, *, now: datetime) -> tuple[int, bytes]:
    """The ledger's entry that the answer was given, with the hash of its file, and the proof that it stands there
    (Article 5(2)); and the number of the request. Nothing personal is in it: the link alone shows it. Refused as
    `look`, and "not_signed" until the ledger is signed again, within the hour."""
    number = look(token, now=now).request_id
    entry = book.receipts(number).filter(action="request", body__event="answered").last()
    try:
        return number, prove(entry.number if entry else 0, load_signer().key)
    except NoProof:
        raise Refused("not_signed") from None


def _answer(request: Request, now: datetime) -> Answer:
    found = Answer.objects.filter(request=request).first()
    if found is None or now >= found.expires_at:
        raise Refused("answer_gone")
    return found


def _matches(request: Request, answer: Answer, code: str, now: datetime) -> bool:
    if answer.code is None or answer.code_at is None:
        return False
    fresh = now - answer.code_at < LIVES and answer.tries < TRIES
    return hmac.compare_digest(bytes(answer.code), _hashed(request, code)) and fresh


def _hashed(request: Request, code: str) -> bytes:
    """What is written with spaces is read without."""
    said = "".join(code.split())[: 2 * DIGITS]
    return hmac.digest(bytes(request.salt), b"code\n" + said.encode(errors="replace"), sha256)
