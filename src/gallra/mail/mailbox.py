"""The privacy mailbox over IMAP: what is new, what we have taken in, and what is to go. Knows no database.

A message that was taken in gets a mark and moves to a folder of its own; whoever looks into the mailbox by hand sees
which those are. Only what carries the mark is ever removed: what people move about themselves is theirs.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from gallra.mail.servers import Mailbox
from gallra.site.egress import EgressRefused

FOLDER = "Gallra"
MARK = "$Gallra"
"""A keyword; on servers that keep none of ours, the flag for "important" stands for it."""
FLAG = r"\Flagged"


class Trouble(Exception):
    """The mailbox cannot be looked into. code: "refused" (the password), "tls", "unreachable", "undeclared" (the guard
    on connections), "failed" (it does not do what it should). Never the server's words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """A message in the folder: its number there, its header, its size in bytes, and when the mailbox got it."""

    uid: str
    header: bytes
    size: int
    received_at: datetime


class Box:
    """An open mailbox."""

    def __init__(self, box: BaseMailBox, folder: str) -> None:
        self._box, self._folder = box, folder
        self._keywords = True
        self._ours_is = ""
        # asked anew: before signing in a server says less of what it can do
        self._can = b" ".join(box.client.capability()[1]).decode("ascii", "replace").upper().split()

    def new(self, most: int) -> Iterator[Found]:
        """The messages of the folder, oldest first, at most so many."""
        self._select(self._folder)
        for uid in self._box.uids("ALL")[:most]:
            if (found := self._header(uid)) is not None:
                yield found

    def contents(self, uid: str) -> bytes:
        """All of a message."""
        return self._fetched(uid, "(BODY.PEEK[])")[1]

    def put_away(self, uid: str) -> None:
        """Mark a message as taken in, and move it to our folder. Killed in between, the mark stays."""
        self._box.flag([uid], self._mark, True)
        self._move(uid)

    def taken_in(self) -> Iterator[Found]:
        """The messages in our folder that carry our mark."""
        self._select(self._ours())
        for uid in self._box.uids(f"KEYWORD {MARK}" if self._keywords else "FLAGGED"):
            if (found := self._header(uid)) is not None:
                yield found

    def remove(self, uids: Sequence[str]) -> None:
        """Remove messages from the folder that was asked last, and those only."""
        if uids:
            self._remove(uids)

    @property
    def _mark(self) -> str:
        return MARK if self._keywords else FLAG

    def _select(self, folder: str) -> None:
        self._box.folder.set(folder)
        self._keywords = self._keeps_keywords()

    def _keeps_keywords(self) -> bool:
        allowed = self._box.client.untagged_responses.get("PERMANENTFLAGS", [b""])[-1] or b""
        return rb"\*" in allowed or MARK.encode() in allowed

    def _move(self, uid: str) -> None:
        if "MOVE" in self._can:
            said, _ = self._box.client.uid("MOVE", uid, encode_folder(self._ours()))  # type: ignore[arg-type]
            if said != "OK":
                raise Trouble("failed")
            return
        self._box.copy([uid], self._ours())
        self._remove([uid])

    def _ours(self) -> str:
        """Our folder, made where it is missing."""
        self._ours_is = self._ours_is or self._found_or_made()
        return self._ours_is

    def _found_or_made(self) -> str:
        """Below the inbox on servers that want everything there."""
        here = {folder.name: folder.delim for folder in self._box.folder.list()}
        below = f"INBOX{next(iter(here.values()), '/')}{FOLDER}"
        for name in (FOLDER, below):
            if name in here:
                return name
        try:
            self._box.folder.create(FOLDER)
        except ImapToolsError:
            self._box.folder.create(below)
            return below
        return FOLDER

    def _remove(self, uids: Sequence[str]) -> None:
        """Only these: what others have marked as deleted is theirs. A server without UIDPLUS keeps ours marked."""
        client = self._box.client
        client.uid("STORE", ",".join(uids), "+FLAGS", r"(\Deleted)")
        if "UIDPLUS" in self._can:
            client.uid("EXPUNGE", ",".join(uids))

    def _header(self, uid: str) -> Found | None:
        try:
            about, header = self._fetched(uid, "(RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])")
        except LookupError:  # gone meanwhile
            return None
        size = re.search(rb"RFC822\.SIZE (\d+)", about)
        at = imaplib.Internaldate2tuple(about)
        received = datetime(*at[:6]).astimezone(UTC) if at else None
        if size is None or received is None:
            raise Trouble("failed")
        return Found(uid, header, int(size[1]), received)

    def _fetched(self, uid: str, what: str) -> tuple[bytes, bytes]:
        """What the server says about the message, in one line, and the piece that was asked for."""
        status, answer = self._box.client.uid("FETCH", uid, what)
        pieces = [part for part in answer or () if isinstance(part, tuple)]
        if status != "OK" or not pieces:
            raise LookupError(uid)
        about = b" ".join([pieces[0][0], *(part for part in answer if isinstance(part, bytes))])
        return about, pieces[0][1]


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Box]:
    """The mailbox, signed in. Raises Trouble, also for what goes wrong inside the block with the mailbox."""
    server, trusted = mailbox.server, ssl.create_default_context()
    try:
        made: BaseMailBox
        if server.tls:
            made = MailBox(server.host, server.port, timeout=server.timeout, ssl_context=trusted)
        elif server.starttls:
            made = MailBoxStartTls(server.host, server.port, timeout=server.timeout, ssl_context=trusted)
        else:
            made = MailBoxUnencrypted(server.host, server.port, timeout=server.timeout)
        try:
            made.login(server.user, server.password, initial_folder=None)
        except BaseException:
            made.client.shutdown()
            raise
        with made:
            yield Box(made, mailbox.folder)
    except MailboxLoginError:
        raise Trouble("refused") from None
    except EgressRefused:
        raise Trouble("undeclared") from None
    except ssl.SSLError:
        raise Trouble("tls") from None
    except (ImapToolsError, imaplib.IMAP4.error):
        raise Trouble("failed") from None
    except OSError:
        raise Trouble("unreachable") from None
