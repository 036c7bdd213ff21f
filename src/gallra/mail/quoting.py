"""Text as people wrote it: without markup, without what they quote.

Cutting off quotations is pattern matching by a library, on text that a stranger chose: some of its patterns take the
cube of a line's length. So no line longer than `LINE` and no more than `ENOUGH` characters are shown to it, and no row
of empty lines.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from mailparser_reply.parser import EmailMessage as Quoting

ENOUGH = 10_000  # characters
LINE = 500  # characters
LANGUAGES = ["sv", "en"]
_FOR_LONG_LINES = "\ue000"  # of no alphabet
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_BLOCKS = re.compile(
    "address|article|blockquote|br|dd|div|dl|dt|footer|h[1-6]|header|hr|li|ol|p|pre|section|table|tr|ul"
)
_UNSEEN = frozenset(("head", "script", "style", "template", "title"))


def plain_text(text: str) -> str:
    """One kind of line end, and nothing that a database or a terminal takes amiss."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def said_in(body: str) -> str:
    """What the writer says, without the message they answer; the whole body where nothing else is left."""
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in body.strip().split("\n")))
    shown = tidy[:ENOUGH].replace(_FOR_LONG_LINES, "")
    lines = shown.split("\n")
    long = [line for line in lines if len(line) > LINE]
    short = [_FOR_LONG_LINES if len(line) > LINE else line for line in lines]
    found = (
        Quoting(text="\n".join(short), languages=list(LANGUAGES), keep_hyphen_lists=True).read().latest_reply
    )
    said = str(found or "").strip()
    if not said:
        return tidy
    for line in long:  # in their order; those of what was cut off are left over
        said = said.replace(_FOR_LONG_LINES, line, 1)
    said = said.strip()
    return said if len(tidy) <= ENOUGH or said != shown.strip() else tidy


def from_html(html: str) -> str:
    """The text of a page, a line for each block."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return re.sub(
        r"\n{3,}", "\n\n", "\n".join(line.strip() for line in "".join(reader.found).split("\n"))
    ).strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        elif _BLOCKS.fullmatch(tag):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif _BLOCKS.fullmatch(tag) and tag != "br":
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(re.sub(r"\s+", " ", data))
