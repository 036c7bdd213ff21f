"""The plain text of a document, so that it can be searched: text, HTML, mail, PDF, and the office formats that are
zipped XML. What the bytes begin with decides, not the name. Bounded in size and time; nothing is written anywhere.
"""

from __future__ import annotations

import html
import io
import os
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

LARGEST = 25 * 2**20  # bytes of a file that is read
MOST = 2_000_000  # characters of text that are kept
DEPTH = 4  # mails within mails, archives within mails
SECONDS = 10  # for a PDF, which another process reads
_PDF = Path(__file__).with_name("pdf_text.py")
_MAIL = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)*?"
    rb"(?:From|To|Subject|Message-ID|Received|Return-Path):", re.IGNORECASE,
)  # fmt: skip
_MARKUP = re.compile(r"\s*<(?:!doctype\s+html|html|\?xml)", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_OFFICE = re.compile(
    r"(?:word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)|xl/(?:sharedStrings|comments\d*|worksheets/"
    r"[^/]+)|ppt/(?:slides|notesSlides)/[^/]+|content|docProps/core|meta)\.xml"
)
_BREAK = re.compile(
    r"</(?:w:p|a:p|si|is|c|row|text:p|text:h|table:table-cell|dc:\w+|cp:\w+)>"
    r"|<(?:w:br|w:tab|a:br|text:tab|text:s|text:line-break)\b[^>]*>"
)


def text_of(data: bytes, *, depth: int = 0) -> str | None:
    """The text of a file; None where there is none that can be read (a picture, a password)."""
    if len(data) > LARGEST or depth > DEPTH:
        return None
    if data.lstrip()[:5] == b"%PDF-":
        return _pdf(data)
    if data[:4] == b"PK\x03\x04":
        return _office(data)
    if _MAIL.match(data[:4096]):
        return _mail(data, depth)
    return _plain(data)


def _plain(data: bytes) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    elif b"\0" in data[:8192]:
        return None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return (_visible(text) if _MARKUP.match(text) else text)[:MOST]


def _visible(markup: str) -> str:
    """What a reader of a page sees; a name that is half in bold stays whole."""
    return html.unescape(_TAG.sub(" ", _INLINE.sub("", _UNSEEN.sub(" ", markup))))


def _mail(data: bytes, depth: int) -> str:
    mail = message_from_bytes(data, policy=policy.default)
    said = [str(mail.get(name, "")) for name in ("From", "To", "Cc", "Reply-To", "Subject")]
    for part in mail.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            said.append(part.get_filename() or "")
            said.append(_part(part, content, depth) or "")
    return "\n".join(said)[:MOST]


def _part(part: EmailMessage, content: bytes, depth: int) -> str | None:
    if part.get_content_maintype() != "text":
        return text_of(content, depth=depth + 1)
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "strict")
    except (LookupError, UnicodeDecodeError):
        return _plain(content)
    return _visible(text) if part.get_content_subtype() == "html" else text


def _office(data: bytes) -> str | None:
    """Word, Excel, PowerPoint and OpenDocument; of any other archive nothing."""
    said, left = [], LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            for name in sorted(zipped.namelist()):
                if left > 0 and _OFFICE.fullmatch(name):
                    with zipped.open(name) as member:  # no more than this, whatever its header says
                        content = member.read(left)
                    left -= len(content)
                    said.append(_TAG.sub("", _BREAK.sub(" ", content.decode("utf-8", "replace"))))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return None
    return html.unescape("\n".join(said))[:MOST] if said else None


def _pdf(data: bytes) -> str | None:
    """By a process of its own, with bounds on time and memory: a PDF can be made to keep its reader busy for ever."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PDF), str(MOST)], input=data, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=SECONDS, check=False, env={"PATH": os.defpath},
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
