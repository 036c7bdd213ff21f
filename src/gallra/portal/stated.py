"""What the policy page says of record kinds, in its own sentences, for whoever fills in a form or looks for a record
(Article 13): what for, with which fields, on which basis; how long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gallra.policy.tables import Retention
from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.sentences import purposes as sentences
from gallra.policy.wording.structure import Page
from gallra.running.installed import Running, running
from gallra.site.adopted import page_in

ARCHIVE = "archive"


def purposes(kind: str, lang: Lang) -> tuple[str, ...]:
    """Sentences about each purpose that records of the kind serve."""
    said: list[str] = []
    for purpose in running().policy.purpose.values():
        if kind in purpose.records:
            said.append(sentences.why(purpose.text[lang], purpose.fields, lang))
            said.append(
                sentences.basis(purpose.basis, lang) if purpose.basis else sentences.basis_missing(lang)
            )
    return tuple(said)


def periods(found: Running, page: Page, kinds: Collection[str]) -> tuple[str, ...]:
    """Sentences about how long records of the kinds are kept; none where the policy is silent."""
    rules = [(f"retention[{n}]", rule.records) for n, rule in enumerate(found.policy.retention)]
    rules += [(f"review[{n}]", rule.records) for n, rule in enumerate(found.policy.review)]
    return tuple(_said(page, {place for place, records in rules if set(records) & set(kinds)}))


def archived(lang: Lang) -> tuple[str, ...]:
    """Sentences about records that are archived: everything personal goes from them, and with it whose they were, so
    that no list shows them any more (M16). None where the policy archives nothing of ours."""
    found = running()
    rules = {f"retention[{n}]" for n, rule in enumerate(found.policy.retention) if _archives(found, rule)}
    return tuple(_said(page_in(lang, found), rules))


def _archives(found: Running, rule: Retention) -> bool:
    records, systems = found.policy.records(), found.policy.system
    ours = (kind for kind in rule.records if kind in records and systems[records[kind]].connector == "own")
    return rule.then == ARCHIVE and any(ours)


def _said(page: Page, places: Collection[str]) -> Iterator[str]:
    return (sentence.text for sentence in page.sentences() if sentence.place in places and not sentence.gap)
