"""The page as Markdown and as an HTML document that stands alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from gallra.policy.law import load_law
from gallra.policy.wording import LANGS, Lang, page, to_html, to_markdown
from gallra.policy.wording.structure import Page, Section, Sentence
from gallra.systems.own import kinds
from tests.policy.wording.goldens import POLICIES, policy, worded

VOID = {"meta"}


class Outline(HTMLParser):
    """Elements in order, ids, links, text; fails on an end tag that closes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(str(found["href"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    assert not found.open
    return found


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", POLICIES)
def test_the_document_is_whole_semantic_and_loads_nothing(name: str, lang: Lang) -> None:
    told = worded(name, lang)
    html = to_html(told)
    found = outline(html)
    assert html.startswith(f'<!doctype html>\n<html lang="{lang}">')
    assert len(set(found.ids)) == len(found.ids)
    assert found.seen.count("h1") == 1
    assert found.seen.count("h2") == len(told.sections)
    assert {"main", "nav", "title", "style"} <= set(found.seen)
    assert not {"script", "link", "img", "iframe"} & set(found.seen)
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)
    for said in told.sentences():
        assert said.text in found.text


@pytest.mark.parametrize("lang", LANGS)
def test_addresses_are_links_and_the_full_stop_is_not_part_of_them(lang: Lang) -> None:
    found = outline(to_html(worded("swinx-mended", lang)))
    assert "mailto:info@swinx.se" in found.links
    assert "https://www.imy.se" in found.links


def small(text: str, *, show: bool = True) -> Page:
    sentence = Sentence("x1", text, ("X1",), "controller", "Läst <så>.", "Inte <längre>.")
    gap = Sentence("x", "Det saknas.", gap=True)
    sections = (Section("a", "Om & <så>", (sentence, gap), prominent=True), Section("b", "Tom", ()))
    return Page(
        "sv",
        "Policy",
        "Bolaget <AB>",
        "Inledning.",
        sections,
        "f" * 64,
        show_promises=show,
        show_version=show,
    )


def test_whatever_the_file_says_is_text_and_never_markup() -> None:
    html = to_html(small('<script>alert("1")</script> & *fet* [länk](javascript:x).'))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "Bolaget &lt;AB&gt;" in html
    assert 'class="apart"' in html
    assert "Tom" not in html
    markdown = to_markdown(small("<b>*fet* [länk](x) `kod`."))
    assert r"\<b\>\*fet\* \[länk\](x) \`kod\`." in markdown


def test_promises_and_version_are_shown_unless_the_policy_says_no() -> None:
    shown, hidden = small("Ja."), small("Ja.", show=False)
    assert "[X1]" in to_markdown(shown)
    assert "`ffffffffffff`" in to_markdown(shown)
    assert "<code>ffffffffffff</code>" in to_html(shown)
    for told in (to_markdown(hidden), to_html(hidden)):
        assert "X1" not in told.replace("x1", "")
        assert "f" * 12 not in told


def test_what_is_outdated_or_missing_is_set_apart() -> None:
    markdown = to_markdown(small("Ja."))
    assert "> Det saknas." in markdown
    assert "> **Anmärkning.** Inte \\<längre\\>." in markdown
    assert '<p class="outdated">' in to_html(small("Ja."))
    assert 'class="sentence gap"' in to_html(small("Ja."))


@pytest.mark.parametrize(
    ("lang", "said"), [("sv", "Policyn gäller från 1 november 2026."), ("en", "1 November 2026")]
)
def test_the_day_of_adoption_is_printed(lang: Lang, said: str) -> None:
    told = page(policy("munkeby"), kinds=kinds(), law=load_law(), lang=lang, valid_from=date(2026, 11, 1))
    assert said in to_html(told)
    assert said in to_markdown(told)
    assert said not in to_html(replace(told, valid=None))


def test_sentences_of_one_table_are_one_paragraph_in_markdown() -> None:
    markdown = to_markdown(worded("swinx-mended", "sv"))
    assert "hålla reda på licenser" in markdown
    assert "[S6] Det gäller avtal och licenser. Den rättsliga grunden är avtalet" in markdown
    assert 'class="sentence more"' in to_html(worded("swinx-mended", "sv"))
