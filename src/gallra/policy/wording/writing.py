"""What the sections share: the policy they word, and the tying of sentences to promises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gallra.kinds import Kinds, Noun, RecordKind, Table, Text
from gallra.policy.law import Law, own_records
from gallra.policy.model import Policy
from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.words import RIGHTS

ASPECTS: Mapping[str, tuple[str, ...]] = {
    "S1": ("overview",),
    "S5": ("follows",),
    "S7": ("holds",),
    "S8": ("holds",),
    "S10": ("basis",),
    "S12": ("lead", "to"),
    "S15": ("access",),
    "S16": ("channels",),
    "S19": ("stop",),
    "S20": ("erase",),
    "S21": ("confirm",),
    "S22": ("asks",),
    "M7": ("used",),
    "M8": ("lead", "interest", "balance"),
    "M12": ("lead", "safeguard"),
    "M13": ("overview",),
    "M15": ("except",),
    "M17": ("sooner", "asks"),
    "M21": ("rectification", "erasure"),
    "M23": ("access",),
    "M24": ("channels",),
    "M25": ("authority",),
    "M26": ("contact",),
}
"""Which of the sentences that a table becomes makes which promise. Ids are stable, so this may name them; an id
that is not listed, or whose sentence this file does not lead to, stands at the table's leading sentence.
"""

FORMS: Mapping[str, str] = {"stop": "stop mailings", "others": "others"}
"""Sentences about a form that give a right, by their aspect; about rights that the policy does not name."""


SECTIONS = (
    "controller",
    "collected",
    "purposes",
    "systems",
    "sharing",
    "retention",
    "rights",
    "objection",
    "forms",
    "complaint",
    "own",
    "about",
)
"""The ids of the sections; no sentence has one of them as its anchor."""


@dataclass
class Writer:
    """Collects the sentences of one page, with unique anchors. Language, policy, kinds and law do not change
    meanwhile.
    """

    policy: Policy
    kinds: Kinds
    law: Law
    lang: Lang
    part: str = ""
    """The id of the section being written: sentences of no table take their anchors from it."""
    anchors: set[str] = field(default_factory=lambda: set(SECTIONS))
    readers: dict[str, str] = field(default_factory=dict)
    """By place, the anchor of the sentence at which the table's reading stands, where a section chose it."""

    def kind(self, name: str) -> RecordKind:
        """The declared kind; for a name that nobody declared (`check` finds it) one that is called by its name."""
        if name in self.kinds:
            return self.kinds[name]
        own = own_records().get(name)
        noun = Noun(own.one, own.many, own.many) if own else Noun(*(Text(name, name),) * 3)
        return RecordKind(name=name, system="", noun=noun, table=Table("", ()), people=(), events=())

    def all_kinds(self, names: Iterable[str]) -> tuple[RecordKind, ...]:
        """The kinds of those names, in their order."""
        return tuple(self.kind(name) for name in names)

    def pick(self, text: Text) -> str:
        """The phrase in the page's language."""
        return text[self.lang]

    def say(
        self,
        text: str,
        place: str | None = None,
        *,
        aspect: str | None = None,
        keeps: tuple[str, ...] = (),
        gap: bool = False,
        outdated: str | None = None,
        reading: bool = False,
    ) -> Sentence:
        """A sentence about the table at `place`.

        aspect: which of the table's sentences it is; it makes the promises of the table that `ASPECTS` puts there
        ("lead" those that it does not list), None makes none. keeps: promises of other tables that it makes as
        well. reading: the table's reading stands here, not at its first promise.
        """
        piece = self.policy.piece(place) if place and aspect else None
        own = tuple(id for id in piece.promises if aspect in ASPECTS.get(id, ("lead",))) if piece else ()
        promises = tuple(dict.fromkeys((*own, *keeps)))
        anchor = self._anchor(promises, place)
        if reading and place:
            self.readers[place] = anchor
        right = aspect if place == "rights" and aspect in RIGHTS else FORMS.get(aspect or "")
        return Sentence(anchor, text, promises, place, None, outdated, gap, right)

    def _anchor(self, promises: tuple[str, ...], place: str | None) -> str:
        wanted = (
            promises[0].lower()
            if promises
            else re.sub(r"[^\w]+", "-", place or f"{self.part}-general").strip("-").lower()
        )
        anchor, number = wanted, 1
        while anchor in self.anchors:
            number += 1
            anchor = f"{wanted}-{number}"
        self.anchors.add(anchor)
        return anchor

    def settle(self, sections: tuple[Section, ...]) -> tuple[Section, ...]:
        """Give every promise that no sentence makes yet to the first sentence of its table, and every reading a
        place: at the first sentence of its table that makes a promise, else at its first."""
        said = [sentence for section in sections for sentence in section.sentences]
        made = {(sentence.place, id) for sentence in said for id in sentence.promises}
        anywhere = {id for sentence in said for id in sentence.promises}
        changed: dict[str, Sentence] = {}
        for place, piece in self.policy.pieces():
            mine = [sentence for sentence in said if sentence.place == place]
            if not mine:
                continue
            loose = tuple(
                id for id in piece.promises if (place, id) not in made and not _elsewhere(id, anywhere)
            )
            first = mine[0]
            changed[first.anchor] = replace(first, promises=(*first.promises, *loose))
            if piece.reading:
                chosen = self.readers.get(place)
                promising = (s for s in mine if changed.get(s.anchor, s).promises)
                target = next((s for s in mine if s.anchor == chosen), None) or next(promising, first)
                changed[target.anchor] = replace(
                    changed.get(target.anchor, target), reading=self.pick(piece.reading)
                )
        return tuple(
            replace(section, sentences=tuple(changed.get(s.anchor, s) for s in section.sentences))
            for section in sections
        )


def _elsewhere(id: str, made: set[str]) -> bool:
    """Whether a promise that its table's own sentences do not make is made by another table's or by an overview."""
    return id in made and "lead" not in ASPECTS.get(id, ("lead",))
