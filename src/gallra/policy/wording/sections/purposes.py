"""What the data is used for: every purpose with its fields, audience, legal basis and what follows if one does not
give the data.
"""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.model import Purpose
from gallra.policy.wording.grammar import sentence
from gallra.policy.wording.sentences import purposes
from gallra.policy.wording.sentences.keeping import subjects
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.writing import Writer


def section(w: Writer) -> Section:
    """Every purpose, in the order of the file."""
    w.part = "purposes"
    said: list[Sentence] = []
    silent = bool(w.policy.purpose) and all(purpose.basis is None for purpose in w.policy.purpose.values())
    for key, purpose in w.policy.purpose.items():
        said += _purpose(w, f"purpose.{key}", purpose, silent=silent)
    if silent:
        said.append(w.say(purposes.no_basis_at_all(w.lang), gap=True))
    if not w.policy.purpose:
        said.append(w.say(purposes.none_stated(w.lang), gap=True))
    aimless = tuple(
        kind
        for kind in w.policy.records()
        if not any(kind in purpose.records for purpose in w.policy.purpose.values())
    )
    if aimless and w.policy.purpose:
        said.append(w.say(purposes.without_purpose(subjects(w.all_kinds(aimless), w.lang), w.lang), gap=True))
    if said and all(purpose.fields is not None for purpose in w.policy.purpose.values()) and w.policy.purpose:
        said.append(w.say(purposes.only_these(w.lang)))
    title = w.pick(Text("Vad uppgifterna används till", "What the data is used for"))
    return Section("purposes", title, tuple(said))


def _purpose(w: Writer, place: str, purpose: Purpose, *, silent: bool) -> Iterator[Sentence]:
    text = w.pick(purpose.text)
    yield w.say(purposes.why(text, purpose.fields, w.lang), place, aspect="lead")
    if purpose.fields is None:
        yield w.say(purposes.fields_missing(w.lang), place, gap=True)
    yield w.say(purposes.used_in(subjects(w.all_kinds(purpose.records), w.lang), w.lang), place)
    if purpose.to:
        yield w.say(purposes.audience(purpose.to, w.lang), place, aspect="to")
    yield from _basis(w, place, purpose, silent=silent)
    if purpose.giving:
        yield w.say(purposes.giving(purpose.giving, w.lang), place)
    if purpose.otherwise:
        yield w.say(sentence(w.pick(purpose.otherwise)), place)


def _basis(w: Writer, place: str, purpose: Purpose, *, silent: bool) -> Iterator[Sentence]:
    if purpose.basis is None:
        if not silent and purpose.fields != ():
            yield w.say(purposes.basis_missing(w.lang), place, gap=True)
        return
    yield w.say(purposes.basis(purpose.basis, w.lang), place, aspect="basis")
    if purpose.statute:
        yield w.say(purposes.statute(_statute(w, purpose.statute), w.lang), place)
    elif purpose.basis == "legal obligation":
        yield w.say(purposes.statute_missing(w.lang), place, gap=True)
    if purpose.interest:
        yield w.say(sentence(w.pick(purpose.interest.text)), place, aspect="interest")
        if purpose.interest.test:
            test = purposes.balancing(w.pick(purpose.interest.test), purpose.interest.tested, w.lang)
            yield w.say(test, place, aspect="balance")
        else:
            yield w.say(purposes.test_missing(w.lang), place, gap=True)
    elif purpose.basis == "legitimate interest":
        yield w.say(purposes.interest_missing(w.lang), place, gap=True)


def _statute(w: Writer, words: str) -> str:
    """The statute as the file names it, in Swedish; in English by the law's own words, where we know the act."""
    act = w.law.act(words)
    if w.lang == "sv" or act is None:
        return words
    whole = {w.law.obligation_acts[floor.id]: floor.statute_en for floor in w.law.obligations}
    return whole[act.id] if act.id in whole and "kap" in words else w.pick(act.title)
