"""The published page as data: sections of sentences, each with the promises it makes and its place in the policy
file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gallra.policy.wording.grammar import Lang


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the page, plain text without markup.

    anchor: unique on the page, the same in both languages: "m16", "retention-0-b". promises: the ids it keeps;
    place: its table in the file, "retention[0]", None for what the law or Gallra itself adds. reading: how the
    words are read where they allow two.
    outdated: what is no longer so in what the sentence says, and since when. gap: it says that the policy leaves
    something out. right: the right it gives, as the policy's word, which has a form in the portal; "others"
    for those that the policy does not name.
    """

    anchor: str
    text: str
    promises: tuple[str, ...] = ()
    place: str | None = None
    reading: str | None = None
    outdated: str | None = None
    gap: bool = False
    right: str | None = None

    @property
    def is_promise(self) -> bool:
        return bool(self.promises)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its sentences. id: unique, the same in both languages. prominent: set apart (Article 21.4)."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]
    prominent: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The published policy in one language. version: the hash of the file; valid_from: the day it was adopted, if
    it was.
    """

    lang: Lang
    title: str
    controller: str
    intro: str
    sections: tuple[Section, ...]
    version: str
    valid_from: date | None = None
    valid: str | None = None
    show_promises: bool = True
    show_version: bool = True

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence, in the order of the page."""
        for section in self.sections:
            yield from section.sentences

    def of(self, promise: str) -> tuple[Sentence, ...]:
        """The sentences that make a promise; () for an id the policy does not have."""
        return tuple(sentence for sentence in self.sentences() if promise in sentence.promises)
