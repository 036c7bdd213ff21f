"""A message as bytes becomes data: who writes, what, in answer to what, with which documents. Pure; nothing is
trusted.

Whatever arrives is read: a header that breaks its rules, an unknown alphabet, a part that lies about itself. What
cannot be read is empty or stands as it came; nothing here raises for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from typing import Literal

from gallra.mail.quoting import from_html, plain_text, said_in

Kind = Literal["message", "automatic", "bounce"]

LONGEST = 200_000  # characters of text
LARGEST = 10 * 2**20  # bytes of one document
MOST = 20  # documents
_AUTOMATIC_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """A document that came with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery status notification says (RFC 3464) of one recipient. names: numbers of the message it is about,
    as far as it tells; envelope: what we told the server to call it (RFC 3461)."""

    action: str
    status: str
    names: tuple[str, ...]
    envelope: str


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """A message, read. Its fields are those of models.Incoming. reports: only of a bounce."""

    digest: bytes
    kind: Kind
    address: str
    name: str
    subject: str
    body: str
    said: str
    message_id: str
    references: tuple[str, ...]
    written_at: datetime | None
    documents: tuple[Piece, ...]
    left_out: int
    reports: tuple[Report, ...]


def digest_of(raw: bytes) -> bytes:
    """By what a message is known again: SHA-256 of its header as the mailbox has it."""
    header = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    return sha256(header.replace(b"\r\n", b"\n").strip()).digest()


def read(raw: bytes) -> Read:
    """The message in `raw`: its header, and its body where that is there."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what the default policy makes
    leaves = list(_leaves(message))
    kind = _kind(message, leaves)
    body = _body(leaves)
    documents, left_out = _documents(leaves) if kind != "bounce" else ((), 0)
    name, address = _sender(message)
    return Read(
        digest=digest_of(raw),
        kind=kind,
        address=address,
        name=name,
        subject=_line(message, "Subject", 1000),
        body=body,
        said=said_in(body),
        message_id=next(iter(_numbers(_header(message, "Message-ID"))), ""),
        references=_references(message),
        written_at=_date(_header(message, "Date")),
        documents=documents,
        left_out=left_out,
        reports=tuple(_reports(message, leaves)) if kind == "bounce" else (),
    )


def _kind(message: EmailMessage, leaves: list[EmailMessage]) -> Kind:
    """By RFC 3834 and what is in use besides: a machine's words are told apart, never thrown away."""
    if any(leaf.get_content_type() == "message/delivery-status" for leaf in leaves):
        return "bounce"
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    automatic = (
        submitted not in ("", "no")
        or _header(message, "Precedence").strip().lower() in _AUTOMATIC_PRECEDENCE
        or _header(message, "Return-Path").strip() == "<>"
        or any(message.get(name) is not None for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
    )
    return "automatic" if automatic else "message"


def _leaves(part: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that have contents of their own. A message within a message is one document."""
    inside = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inside, list):
        for each in inside:
            if isinstance(each, EmailMessage):
                yield from _leaves(each)
    else:
        yield part


def _body(leaves: list[EmailMessage]) -> str:
    for wanted in ("text/plain", "text/html"):
        for leaf in leaves:
            if leaf.get_content_type() == wanted and not _is_document(leaf):
                text = _decoded(leaf)
                if text.strip():
                    return plain_text(from_html(text) if wanted == "text/html" else text)[:LONGEST]
    return ""


def _documents(leaves: list[EmailMessage]) -> tuple[tuple[Piece, ...], int]:
    """The documents, as many and as large as are taken, and how many were left."""
    found: list[Piece] = []
    left_out = 0
    for leaf in leaves:
        if not _is_document(leaf):
            continue
        content = _content(leaf)
        if len(found) >= MOST or len(content) > LARGEST:
            left_out += 1
            continue
        name = " ".join(str(leaf.get_filename() or "").replace("\0", "").split())[-200:]
        found.append(Piece(name, leaf.get_content_type(), content))
    return tuple(found), left_out


def _is_document(leaf: EmailMessage) -> bool:
    if leaf.get_content_maintype() != "text":
        return True
    try:
        return leaf.get_content_disposition() == "attachment" or bool(leaf.get_filename())
    except (ValueError, IndexError, AttributeError):  # a header that cannot be read
        return False


def _content(leaf: EmailMessage) -> bytes:
    inside = leaf.get_payload()
    if isinstance(inside, list):  # a message within a message
        return b"".join(each.as_bytes() for each in inside if isinstance(each, EmailMessage))
    content = leaf.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(leaf: EmailMessage) -> str:
    raw = _content(leaf)
    for charset in (leaf.get_content_charset() or "utf-8", "utf-8"):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def _header(message: EmailMessage, name: str) -> str:
    """The header, unfolded; as it came where the library cannot read it, empty where there is none."""
    try:
        return str(message.get(name, "") or "")
    except Exception:  # the library's own mistakes on headers that break the rules: many kinds
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
        return " ".join(str(raw).split())


def _line(message: EmailMessage, name: str, most: int) -> str:
    return " ".join(plain_text(_header(message, name)).split())[:most]


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Who writes: name, and address in lower case; the sender's where there are several."""
    found = getaddresses([_header(message, "From")]) or [("", "")]
    name, address = found[0]
    clean = plain_text(address).strip().lower()
    return " ".join(plain_text(name).split())[:200], clean[:320] if "@" in clean else ""


def _numbers(header: str) -> list[str]:
    """Numbers of messages, without brackets."""
    return [plain_text(found)[:300] for found in re.findall(r"<([^<>\s]{1,900})>", header[:20_000])]


def _references(message: EmailMessage) -> tuple[str, ...]:
    """What the message answers: the last of them is the nearest."""
    found = [*_numbers(_header(message, "References")), *_numbers(_header(message, "In-Reply-To"))[:1]]
    return tuple(dict.fromkeys(found))[-50:]


def _date(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _reports(message: EmailMessage, leaves: list[EmailMessage]) -> Iterator[Report]:
    names = tuple(dict.fromkeys([*_returned(leaves), *_references(message)]))
    for leaf in leaves:
        blocks = leaf.get_payload()
        if leaf.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
            continue
        fields = [{key.lower(): str(value).strip() for key, value in block.raw_items()}
                  for block in blocks if isinstance(block, EmailMessage)]  # fmt: skip
        envelope = next(
            (each["original-envelope-id"] for each in fields if "original-envelope-id" in each), ""
        )
        for each in fields:
            if "action" in each:
                status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", each.get("status", ""))
                yield Report(each["action"].lower(), status[0] if status else "", names, envelope)


def _returned(leaves: list[EmailMessage]) -> Iterator[str]:
    """The number of the message that came back, from what is left of it."""
    for leaf in leaves:
        if leaf.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            header = message_from_bytes(_content(leaf).lstrip(), policy=policy.compat32)
            yield from _numbers(str(header.get("Message-ID") or ""))
