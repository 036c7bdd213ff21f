"""A letter for every right and every outcome, in Swedish or English: who writes to whom, what was asked, what was
decided and done, what one can do if one is not satisfied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gallra.policy.wording.grammar import capital, listed
from gallra.rights.answer import access, changes, copy_words, copying, refusing, words
from gallra.rights.answer.blocks import Block, Letter, Para
from gallra.rights.answer.context import Context
from gallra.rights.answer.facts import Facts, Outcome, Right


def letter(
    context: Context,
    *,
    right: Right,
    outcome: Outcome = "granted",
    facts: Facts,
    data: Mapping[str, Any] | None = None,
    unreadable: tuple[str, ...] = (),
    documents: int = 0,
) -> Letter:
    """The letter as data. data: of the extract, for access and portability; documents: how many are enclosed;
    unreadable: names of those that could not be read. ValueError where a copy is to be answered without data."""
    copied = outcome == "granted" and right in ("access", "portability")
    if copied and data is None:
        raise ValueError(f"a letter of {right} needs the data")
    enclosed: tuple[Block, ...] = ()
    there = copied and data is not None and not empty(data)
    files = access.files(context, documents=documents, receipts=bool(facts.receipts), unreadable=unreadable)
    if copied and data is not None and not facts.nothing and (there or facts.withheld):
        enclosed = tuple(copying.copy(context, data, facts)) if right == "access" else ()
        body = (*_copied(context, right, data, facts), *files, *_closing(context, right, facts))
    else:
        body = (*_body(context, right, outcome, facts, data), *(files if there else ()))
    return Letter(
        language=context.lang,
        title=_title(context, right, outcome, facts),
        sender=_sender(context),
        to=tuple(line for line in (facts.name, facts.address) if line),
        meta=tuple(_meta(context, facts)),
        blocks=(
            *_greeting(context, facts),
            *body,
            *_receipts(context, facts),
            *refusing.complaint(context, facts, ask_us=outcome == "refused"),
        ),
        ending=(context.say(words.REGARDS), context.policy.controller.name),
        enclosed=enclosed,
        foot=context.say(words.FOOT, sender=context.policy.controller.name, number=facts.request),
        page=words.PAGE[context.lang],
        unseen=context.say(words.UNSEEN),
    )


def empty(data: Mapping[str, Any]) -> bool:
    """Whether there is nothing to give a copy of."""
    return not (data["contacts"] or data["records"] or data["account"])


def _title(context: Context, right: Right, outcome: Outcome, facts: Facts) -> str:
    asked = words.ASKED[right][context.lang]
    if outcome == "refused" and right == "objection":
        return context.say(words.REFUSED_OBJECTION_TITLE)
    if outcome != "granted":
        return context.say(words.OUTCOMES[outcome], asked=asked)
    if facts.nothing or facts.grounds or (right == "erasure" and not facts.gone):
        return context.say(words.PARTLY, asked=asked)
    return context.say(words.TITLES[right])


def _sender(context: Context) -> tuple[str, ...]:
    who = context.policy.controller
    return tuple(
        part
        for part in (who.name, who.organisation_number, who.address, who.phone, who.email, who.website)
        if part
    )


def _meta(context: Context, facts: Facts) -> Iterator[tuple[str, str]]:
    yield words.META["date"][context.lang], context.day(context.today.day)
    yield words.META["request"][context.lang], str(facts.request)
    yield words.META["received"][context.lang], context.day(facts.received)
    if facts.decided_by:
        yield words.META["decided by"][context.lang], facts.decided_by[context.lang]


def _greeting(context: Context, facts: Facts) -> Iterator[Block]:
    yield Para(context.say(words.HELLO_NAME, name=facts.name) if facts.name else context.say(words.HELLO))


def _opening(context: Context, right: Right, facts: Facts) -> Para:
    text = words.OBJECTED_ON if right == "objection" else words.ASKED_ON
    return Para(context.say(text, day=context.day(facts.received), asked=words.ASKED[right][context.lang]))


def _copied(context: Context, right: Right, data: Mapping[str, Any], facts: Facts) -> Iterator[Block]:
    """Access and portability, where there is something."""
    yield _opening(context, right, facts)
    yield from _unasked(context, data)
    if right == "access":
        yield from access.answer(context, data, facts)
    else:
        yield Para(context.say(copy_words.PORTABLE))
        if any(purpose["basis"] is None for about in data["kinds"].values() for purpose in about["purposes"]):
            yield Para(context.say(copy_words.PORTABLE_UNSAID))
        yield Para(context.say(copy_words.PORTABLE_LESS))
        yield from access.briefly(context, data, copied=False)
    yield from changes.withheld(context, facts)


def _unasked(context: Context, data: Mapping[str, Any]) -> Iterator[Block]:
    """Systems that did not answer."""
    if data.get("not_asked"):
        named = [
            context.policy.system[key].title[context.lang] if key in context.policy.system else key
            for key in data["not_asked"]
        ]
        yield Para(context.say(words.NOT_ASKED, names=listed(named, context.lang)), style="set apart")


def _body(
    context: Context, right: Right, outcome: Outcome, facts: Facts, data: Mapping[str, Any] | None
) -> Iterator[Block]:
    """Everything else than a copy of data."""
    if outcome == "refused":
        yield from refusing.refused(context, right, facts)
    elif outcome == "extended":
        yield from refusing.extended(context, right, facts)
    elif outcome == "lifting":
        yield from changes.lifting(context, facts)
    elif outcome == "completed":
        yield from changes.completed(context, facts)
    elif right == "stop":
        yield from changes.stop(context, facts)
    else:
        yield _opening(context, right, facts)
        yield from _unasked(context, data or {})
        yield from _done(context, right, facts)
        yield from refusing.not_done(context, facts)


def _done(context: Context, right: Right, facts: Facts) -> Iterator[Block]:
    if right in ("access", "portability") or facts.nothing:
        portable = right == "portability" and not facts.nothing
        yield Para(
            context.say(copy_words.PORTABLE_NOTHING if portable else words.NOTHING, email=facts.address)
        )
        if not portable:
            yield from changes.asking(context, facts)
            yield Para(context.say(words.NOTHING_ELSE))
        if facts.suppressed:
            yield Para(context.say(words.SUPPRESSED))
    elif right == "erasure":
        yield from changes.erasure(context, facts)
    elif right == "rectification":
        yield from changes.rectification(context, facts)
    elif right == "restriction":
        yield from changes.restriction(context, facts)
    elif right == "objection":
        yield from changes.objection(context, facts)


def _closing(context: Context, right: Right, facts: Facts) -> Iterator[Block]:
    """After a copy: the rights (Article 15.1 e)."""
    if right == "access":
        yield from refusing.rights(context)
    yield from refusing.not_done(context, facts)


def _receipts(context: Context, facts: Facts) -> Iterator[Block]:
    if facts.receipts:
        numbers = listed((str(receipt.number) for receipt in facts.receipts), context.lang)
        one = words.RECEIPT_ONE if len(facts.receipts) == 1 else words.RECEIPT_MANY
        said = context.say(words.RECEIPT, numbers=context.say(one, number=numbers))
        yield Para(capital(said), style="quiet")
