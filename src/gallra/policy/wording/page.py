"""The published policy, in Swedish or English, from the policy file: one source, so that the page and the rules
never differ.
"""

from __future__ import annotations

from datetime import date

from gallra.kinds import Kinds, Text
from gallra.policy.law import Law
from gallra.policy.model import Policy
from gallra.policy.wording.grammar import Lang, sentence
from gallra.policy.wording.sections import about, keeping, places, purposes, rights, sharing, sources, who
from gallra.policy.wording.sentences import who as sentences
from gallra.policy.wording.structure import Page, Sentence
from gallra.policy.wording.writing import Writer

BOARD = 240
"""Characters that the board has for a sentence."""

_TITLE = Text("Personuppgiftspolicy", "Privacy policy")


def page(policy: Policy, *, kinds: Kinds, law: Law, lang: Lang, valid_from: date | None = None) -> Page:
    """The whole page. kinds: every record kind that is declared; law: what `load_law` gives; valid_from: the day
    of adoption.

    Every promise of the policy is made by at least one sentence, every reading is printed, and what the policy
    leaves out is said to be left out.
    """
    w = Writer(policy, kinds, law, lang)
    sections = (
        who.section(w),
        sources.section(w),
        purposes.section(w),
        places.section(w),
        sharing.section(w),
        keeping.section(w),
        *rights.sections(w),
        *about.sections(w),
    )
    name = policy.controller.name
    return Page(
        lang=lang,
        title=w.pick(policy.page.title or _TITLE),
        controller=name,
        intro=sentence(w.pick(policy.page.intro)) if policy.page.intro else sentences.intro(name, lang),
        sections=w.settle(sections),
        version=policy.version,
        valid_from=valid_from,
        valid=sentences.valid_from(valid_from, lang) if valid_from else None,
        show_promises=policy.page.show_promises,
        show_version=policy.page.show_version,
    )


def sentence_of(policy: Policy, promise: str, *, kinds: Kinds, law: Law) -> Text:
    """What the page says of one promise, short, for the board: the first sentence that makes it, and as many more
    as stay within `BOARD` characters. KeyError for an id that the policy does not have.
    """
    return Text(*(_said(page(policy, kinds=kinds, law=law, lang=lang), promise) for lang in ("sv", "en")))


def reading_of(policy: Policy, promise: str) -> Text | None:
    """How the words of a promise are read, where they allow two; None where the policy gives no reading."""
    readings = [policy.piece(place).reading for place in policy.promises()[promise]]
    found = tuple(dict.fromkeys(reading for reading in readings if reading))
    if not found:
        return None
    return Text(" ".join(reading.sv for reading in found), " ".join(reading.en for reading in found))


def _said(page: Page, promise: str) -> str:
    made = page.of(promise)
    if not made:
        raise KeyError(promise)
    said = made[0].text
    for more in made[1:]:
        if more.text not in said and len(said) + len(more.text) < BOARD:
            said += f" {more.text}"
    return said


def outdated(page: Page) -> tuple[Sentence, ...]:
    """The sentences whose words no longer hold, each with what is so now."""
    return tuple(said for said in page.sentences() if said.outdated)
