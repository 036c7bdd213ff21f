"""A no, a delay, and what one can do about either: reasons, the authority, the court (Articles 12.3, 12.4, 77, 79)."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.policy.wording.sentences import rights as sentences
from gallra.policy.words import RIGHTS_OF_LAW
from gallra.rights.answer import words
from gallra.rights.answer.blocks import Block, Heading, Items, Para, Together
from gallra.rights.answer.changes import ways
from gallra.rights.answer.context import Context
from gallra.rights.answer.facts import Facts, Right


def refused(context: Context, right: Right, facts: Facts) -> Iterator[Block]:
    """The decision, and its reasons."""
    text = words.REFUSED_OBJECTION if right == "objection" else words.REFUSED
    yield Para(context.say(text, day=context.day(facts.received), asked=words.ASKED[right][context.lang]))
    yield Heading(context.say(words.REASONS))
    yield from reasons(context, facts)


def not_done(context: Context, facts: Facts) -> Iterator[Block]:
    """What a granted request leaves out, and why."""
    if facts.grounds or facts.reason:
        yield Heading(context.say(words.NOT_DONE))
        yield from reasons(context, facts)


def reasons(context: Context, facts: Facts) -> Iterator[Block]:
    """The grounds in law, then what whoever decided wrote."""
    for ground in facts.grounds:
        yield Para(context.say(words.GROUNDS[ground]))
    if facts.reason:
        yield Para(facts.reason, style="set apart")


def extended(context: Context, right: Right, facts: Facts) -> Iterator[Block]:
    """Told with reasons within the first month (Article 12.3)."""
    filled = {
        "day": context.day(facts.received), "asked": words.ASKED[right][context.lang],
        "was": context.day(facts.was_due), "due": context.day(facts.due),
    }  # fmt: skip
    yield Para(context.say(words.EXTENDED, **filled))
    said = [context.say(words.CAUSES[cause]) for cause in facts.causes]
    if said:
        yield Para(" ".join(said))
    if facts.reason:
        yield Para(context.say(words.BECAUSE))
        yield Para(facts.reason, style="set apart")
    yield Para(context.say(words.EXTENDED_BY), style="quiet")


def complaint(context: Context, facts: Facts, *, ask_us: bool = False) -> Iterator[Block]:
    """The authority and the court, named (Articles 12.4, 77, 79). ask_us: that one can turn to us first, too."""
    named = context.policy.controller.authority
    known = (
        context.law.authority(named) or context.law.renamed(named) if named else context.law.authorities[0]
    )
    said = [sentences.complaint(known.title[context.lang] if known else named, context.lang)]
    if known:
        said.append(
            sentences.authority_reached(known.short, known.address, known.email, known.url, context.lang)
        )
    stated = context.policy.rights.court if context.policy.rights else None
    court = context.say(words.COURT, court=facts.court or (stated or context.law.court)[context.lang])
    controller = context.policy.controller
    contact = controller.email or controller.phone
    first = (Para(context.say(words.ASK_US, contact=contact)),) if ask_us and contact else ()
    yield Together((Heading(context.say(words.COMPLAINT)), Para(" ".join(said)), Para(court), *first))


def rights(context: Context) -> Iterator[Block]:
    """Every right that the law gives, whatever the policy offers (Article 15.1 e)."""
    yield Heading(context.say(words.RIGHTS))
    listed = [sentences.right(name, context.lang) for name in RIGHTS_OF_LAW if name != "access"]
    if any(purpose.basis == "consent" for purpose in context.policy.purpose.values()):
        listed.append(sentences.right("withdrawal", context.lang))
    yield Items(tuple(listed))
    yield Para(" ".join(part for part in (ways(context), sentences.answer(context.lang)) if part))
