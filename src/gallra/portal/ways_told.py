"""What a form says of itself beside its fields (Article 13): who is responsible, what for and on which basis, how long,
who receives it, which rights there are. In the policy page's own sentences, so that form, page and rules never differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gallra.policy.model import Purpose
from gallra.policy.wording.grammar import Lang, capital
from gallra.policy.wording.sentences import keeping, purposes
from gallra.policy.wording.sentences.keeping import subjects
from gallra.policy.wording.structure import Page
from gallra.portal import offered
from gallra.portal.stated import periods
from gallra.portal.ways import NEWSLETTER, WayIn
from gallra.running.installed import Running
from gallra.site.adopted import page_in

CONTACT = 2
"""Sentences that begin the section on the controller: who it is, how it is reached."""
UNCONFIRMED = "gallra.signup"


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences, by what they tell of. rights: those with a form here."""

    controller: tuple[str, ...]
    purposes: tuple[tuple[str, ...], ...]
    periods: tuple[str, ...]
    recipients: tuple[str, ...]
    objection: tuple[str, ...]
    rights: tuple[offered.Way, ...]
    complaint: tuple[str, ...]


def told(found: Running, way: WayIn, lang: Lang) -> Told:
    """What the form of a way in says."""
    page = page_in(lang, found)
    served = {
        f"purpose.{key}": purpose
        for key, purpose in found.policy.purpose.items()
        if set(purpose.records) & set(way.serves)
    }
    weighed = any(purpose.basis == "legitimate interest" for purpose in served.values())
    return Told(
        controller=_section(page, "controller")[:CONTACT],
        purposes=tuple(_purpose(found, page, place, purpose) for place, purpose in served.items())
        or ((purposes.without_purpose(_subjects(found, way, lang), lang),),),
        periods=tuple(_periods(found, page, way)),
        recipients=tuple(
            s.text
            for section in page.sections
            if section.id == "sharing"
            for s in section.sentences
            if not (s.place or "").startswith("recipient.") and not s.gap
        ),
        objection=_section(page, "objection") if weighed else (),
        rights=offered.ways(found.policy, lang),
        complaint=_section(page, "complaint"),
    )


def _purpose(found: Running, page: Page, place: str, purpose: Purpose) -> tuple[str, ...]:
    """What for, with which fields, on which basis, and what follows if nothing is given; the balancing test stands on
    the page."""
    kinds = tuple(found.kinds[kind] for kind in purpose.records if kind in found.kinds)
    left_out = {purposes.used_in(subjects(kinds, page.lang), page.lang)} if kinds else set()
    if purpose.interest and purpose.interest.test:
        left_out.add(purposes.balancing(purpose.interest.test[page.lang], purpose.interest.tested, page.lang))
    said = [s.text for s in page.sentences() if s.place == place and s.text not in left_out]
    if purpose.basis is None and not any(each.basis for each in found.policy.purpose.values()):
        said.append(purposes.no_basis_at_all(page.lang))
    return tuple(said)


def _periods(found: Running, page: Page, way: WayIn) -> Iterator[str]:
    """How long; where the policy is silent, that it is."""
    if way is NEWSLETTER:
        begins = capital(found.kinds[UNCONFIRMED].noun.one[page.lang])
        yield from (s.text for s in page.sentences() if s.text.startswith(begins))
    said = periods(found, page, way.serves)
    yield from said
    if not said:
        kinds = tuple(found.kinds[kind] for kind in way.serves if kind in found.policy.records())
        yield keeping.no_period(kinds, page.lang)


def _subjects(found: Running, way: WayIn, lang: Lang) -> str:
    return subjects(tuple(found.kinds[kind] for kind in way.serves), lang)


def _section(page: Page, id_: str) -> tuple[str, ...]:
    return tuple(s.text for section in page.sections if section.id == id_ for s in section.sentences)
