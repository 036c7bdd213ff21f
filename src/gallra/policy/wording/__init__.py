"""The policy in words: the published page in Swedish and English, and one sentence per promise. Imports no Django."""

from __future__ import annotations

from gallra.policy.wording.grammar import LANGS, Lang
from gallra.policy.wording.page import outdated, page, reading_of, sentence_of
from gallra.policy.wording.render import to_html, to_markdown
from gallra.policy.wording.structure import Page, Section, Sentence

__all__ = [
    "LANGS", "Lang", "Page", "Section", "Sentence", "outdated", "page", "reading_of", "sentence_of", "to_html",
    "to_markdown",
]  # fmt: skip
