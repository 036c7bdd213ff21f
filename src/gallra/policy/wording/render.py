"""The page as Markdown and as one HTML document that stands alone: its style inside, no script, nothing loaded."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.structure import Page, Section, Sentence

_LINK = re.compile(r"https?://[^\s;,]*[^\s;,.]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OUTDATED = Text("Anmärkning", "Finding")
_READING = Text("Så läser vi det", "How we read it")
_VERSION = Text("Version", "Version")
_CONTENTS = Text("Innehåll", "Contents")
_PROMISE = Text("löfte", "promise")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")


def text_of(words: str) -> str:
    """The words escaped for the text of an element; not for an attribute."""
    return escape(words, quote=False)


def to_markdown(page: Page) -> str:
    """The page as Markdown: a paragraph per sentence, promises in brackets, readings in italics, what is outdated
    quoted.
    """
    lines = [f"# {_plain(page.title)}", "", _plain(page.intro), ""]
    if page.valid:
        lines += [_plain(page.valid), ""]
    for section in page.sections:
        lines += [f"## {_plain(section.title)}", ""]
        for paragraph in paragraphs(section):
            told = [_markdown(page, sentence) for sentence in paragraph]
            joint = "  \n" if (paragraph[0].place or "").startswith("system.") else " "
            lines += [
                joint.join(first for first, *_ in told),
                *(more for _, *rest in told for more in rest),
                "",
            ]
    if page.show_version and page.version:
        lines += [f"{_VERSION[page.lang]}: `{page.version[:12]}`", ""]
    return "\n".join(lines)


def paragraphs(section: Section) -> list[list[Sentence]]:
    """The sentences of a section, those together that tell of one table and have nothing to add beside them."""
    found: list[list[Sentence]] = []
    for sentence in section.sentences:
        if found and _continues(found[-1][-1], sentence):
            found[-1].append(sentence)
        else:
            found.append([sentence])
    return found


def _continues(before: Sentence, sentence: Sentence) -> bool:
    plain = not any(s.reading or s.outdated or s.gap for s in (before, sentence))
    return plain and sentence.place is not None and sentence.place == before.place


def _markdown(page: Page, sentence: Sentence) -> list[str]:
    text = _plain(sentence.text)
    if sentence.promises and page.show_promises:
        text += f" [{', '.join(sentence.promises)}]"
    lines = [f"> {text}" if sentence.gap else text]
    if sentence.reading:
        lines += ["", f"*{_READING[page.lang]}: {_plain(sentence.reading)}*"]
    if sentence.outdated:
        lines += ["", f"> **{_OUTDATED[page.lang]}.** {_plain(sentence.outdated)}"]
    return lines


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def to_html(page: Page) -> str:
    """The page as a whole HTML document with its own style, in the page's language; addresses are links."""
    contents = "\n".join(
        f'<li><a href="#{section.id}">{text_of(section.title)}</a></li>'
        for section in page.sections
        if section.sentences
    )
    version = ""
    if page.show_version and page.version:
        version = f"<footer><p>{_VERSION[page.lang]} <code>{page.version[:12]}</code></p></footer>\n"
    return (
        document_head(page.lang, f"{page.title} · {page.controller}")
        + f'<main class="policy">\n<h1>{text_of(page.title)}</h1>\n<p>{_linked(page.intro)}</p>\n'
        + (f'<p class="muted">{text_of(page.valid)}</p>\n' if page.valid else "")
        + f'<nav aria-label="{_CONTENTS[page.lang]}">\n<ul>\n{contents}\n</ul>\n</nav>\n'
        + "".join(_section(page, section) for section in page.sections if section.sentences)
        + f"{version}</main>\n</body>\n</html>\n"
    )


def document_head(lang: Lang, title: str) -> str:
    """The beginning of a stand-alone document, down to `<body>`."""
    style = files("gallra.policy.wording").joinpath("page.css").read_text("utf-8").strip()
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text_of(title)}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n"
    )


def _section(page: Page, section: Section) -> str:
    sentences = "".join(
        _sentence(page, sentence, more=number > 0)
        for paragraph in paragraphs(section)
        for number, sentence in enumerate(paragraph)
    )
    mark = ' class="apart"' if section.prominent else ""
    return (
        f'<section id="{section.id}"{mark} aria-labelledby="{section.id}-title">\n'
        f'<h2 id="{section.id}-title">{text_of(section.title)}</h2>\n{sentences}</section>\n'
    )


def _sentence(page: Page, sentence: Sentence, *, more: bool) -> str:
    text = _linked(sentence.text)
    ids = ""
    if sentence.promises and page.show_promises:
        named = ", ".join(sentence.promises)
        ids = (
            f' <a class="id" href="#{sentence.anchor}" aria-label="{_PROMISE[page.lang]} {named}">{named}</a>'
        )
    html = (
        f'<div class="sentence{" gap" if sentence.gap else " more" if more else ""}"'
        f' id="{sentence.anchor}">\n<p>{text}{ids}</p>\n'
    )
    if sentence.reading:
        html += f'<p class="reading">{_READING[page.lang]}: {_linked(sentence.reading)}</p>\n'
    if sentence.outdated:
        html += (
            f'<p class="outdated"><strong>{_OUTDATED[page.lang]}.</strong> {_linked(sentence.outdated)}</p>\n'
        )
    return f"{html}</div>\n"


def _linked(text: str) -> str:
    """The text escaped, with its e-mail and web addresses as links."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = found.group()
        target = address if address.startswith("http") else f"mailto:{address}"
        parts.append(f'{text_of(text[end : found.start()])}<a href="{escape(target)}">{text_of(address)}</a>')
        end = found.end()
    return "".join([*parts, text_of(text[end:])])
