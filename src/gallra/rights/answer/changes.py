"""What was done: erased and kept, corrected, restricted, stopped, and whom we told of it (Articles 16–19, 21; S20)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gallra.kinds import Text
from gallra.policy.wording.grammar import capital
from gallra.policy.wording.sentences import rights as sentences
from gallra.policy.wording.words import BASES, word
from gallra.rights.answer import words
from gallra.rights.answer.blocks import Block, Grid, Heading, Items, Para
from gallra.rights.answer.context import Context
from gallra.rights.answer.facts import Facts, Kept, Told, Why

BY_ITSELF: tuple[Why, ...] = ("statute", "hold", "needed", "proof")
"""What stays for these reasons goes by itself when they have passed."""


def erasure(context: Context, facts: Facts) -> Iterator[Block]:
    """Erased, kept by what and until when, suppressed (S20)."""
    if facts.gone or facts.account:
        yield from _gone(context, facts)
    yield from kept(context, facts)
    if facts.suppressed:
        yield Para(context.say(words.SUPPRESSED))
    yield from proved(context, facts)
    yield from told(context, facts)
    yield from backups(context)


def _gone(context: Context, facts: Facts) -> Iterator[Block]:
    yield Heading(context.say(words.GONE))
    rows = []
    for each in facts.gone:
        what = each.what[context.lang]
        said = context.say(words.EMPTIED, what=what) if each.emptied else what
        rows.append((capital(said), context.count(each.count)))
    if rows:
        yield Grid(_head(context, words.GONE_HEAD), tuple(rows), (7, 2), (1,))
    if facts.account:
        yield Para(context.say(words.ACCOUNT_GONE))


def kept(context: Context, facts: Facts) -> Iterator[Block]:
    """What stays, by which statute or for which other reason, until when (Article 17.3)."""
    if not facts.kept:
        return
    yield Heading(context.say(words.KEPT))
    yield Para(context.say(words.KEPT_SAID))
    rows = tuple(
        (
            capital(each.what[context.lang]),
            context.count(each.count),
            _why(context, each),
            _until(context, each),
        )
        for each in facts.kept
    )
    yield Grid(_head(context, words.KEPT_HEAD), rows, (5, 2, 9, 5), (1,))
    if any(each.why in BY_ITSELF for each in facts.kept):
        wished = f" {context.say(words.KEPT_TOLD)}" if facts.tell_when_complete else ""
        yield Para(context.say(words.KEPT_ITSELF) + wished)


def _why(context: Context, each: Kept) -> str:
    statute = each.statute[context.lang] if each.statute else context.say(words.GROUNDS["statute"])
    said = context.say(words.WHYS[each.why], statute=statute)
    return f"{said}: {each.reason}" if each.reason else said


def _until(context: Context, each: Kept) -> str:
    if each.until is not None:
        return context.day(each.until)
    return context.say(words.UNKNOWN_DAY) if each.why in ("statute", "hold") else "–"


def proved(context: Context, facts: Facts) -> Iterator[Block]:
    """What asking again gave."""
    if facts.left:
        yield Para(context.say(words.LEFT, count=context.count(facts.left)), style="set apart")
    else:
        yield Para(context.say(words.ASKED_AGAIN if facts.kept else words.ASKED_AGAIN_NOTHING))


def told(context: Context, facts: Facts) -> Iterator[Block]:
    """Article 19; nothing where it is not known who has received the data."""
    if facts.told is None:
        return
    yield Heading(context.say(words.TOLD))
    if not facts.told:
        yield Para(context.say(words.TOLD_NOBODY))
        return
    yield Para(context.say(words.TOLD_SAID))
    yield Items(tuple(_told(context, each) for each in facts.told))


def _told(context: Context, each: Told) -> str:
    text = words.TOLD_ON if each.on else words.TOLD_NEVER if each.impossible else words.TOLD_LATER
    return context.say(text, recipient=each.recipient, day=context.day(each.on))


def backups(context: Context) -> Iterator[Block]:
    """How long what was erased is still in backups, as the policy says."""
    said = [s.text for s in context.page.sentences() if s.place == "backups" and not s.gap]
    if said:
        yield Para(" ".join(said), style="quiet")


def rectification(context: Context, facts: Facts) -> Iterator[Block]:
    """What was corrected where, and who was told."""
    if facts.corrected:
        rows = tuple(
            (
                capital(each.what[context.lang]),
                each.where[context.lang],
                words.CORRECTED[each.state][context.lang] if each.state in words.CORRECTED else each.state,
            )
            for each in facts.corrected
        )
        yield Grid(_head(context, words.CORRECTED_HEAD), rows, (4, 5, 7))
        yield Para(context.say(words.BOOKED), style="quiet")
    yield from told(context, facts)


def restriction(context: Context, facts: Facts) -> Iterator[Block]:
    """Article 18."""
    yield Para(context.say(words.RESTRICTED, day=context.day(facts.since or facts.received)))
    yield Para(f"{context.say(words.RESTRICTED_HOW)} {context.say(words.RESTRICTED_LIFT)}")
    yield from told(context, facts)


def lifting(context: Context, facts: Facts) -> Iterator[Block]:
    """Article 18.3: told before it ends."""
    since, day = context.day(facts.since or facts.received), context.day(facts.effective)
    yield Para(context.say(words.LIFTING, since=since, day=day))
    if facts.reason:
        yield Para(context.say(words.BECAUSE))
        yield Para(facts.reason, style="set apart")


def objection(context: Context, facts: Facts) -> Iterator[Block]:
    """Article 21: marketing at once, else purpose by purpose; what went for it, what stays and on which grounds, and
    when the restriction ends that held while it was examined."""
    if facts.marketing:
        yield Para(context.say(words.STOPPED_MARKETING))
    if facts.suppressed:
        yield Para(context.say(words.SUPPRESSED))
    ended = _purposes(context, facts.purposes)
    if ended:
        yield Para(context.say(words.STOPPED_PURPOSES))
        yield Items(tuple(text for text, _ in ended))
    elif not facts.kept:
        yield Para(context.say(words.NOTHING_CONTESTED))
    if facts.gone:
        yield from _gone(context, facts)
        again = words.LEFT if facts.left else words.ASKED_AGAIN_OBJECTED
        yield Para(context.say(again, count=context.count(facts.left)), "set apart" if facts.left else "")
    yield from kept(context, facts)
    going_on = _purposes(context, facts.remaining)
    if going_on:
        yield Heading(context.say(words.GOES_ON))
        yield Para(context.say(words.GOES_ON_SAID))
        yield Items(tuple(f"{text}: {basis}" if basis else text for text, basis in going_on))
    if facts.effective:
        yield Heading(context.say(words.EXAMINED))
        said = words.EXAMINED_KINDS if facts.only_stored else words.EXAMINED_SAID
        yield Para(context.say(said, day=context.day(facts.effective), kinds=", ".join(facts.only_stored)))
    if facts.gone:
        yield from told(context, facts)
        yield from backups(context)


def _purposes(context: Context, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Purposes of the policy with their bases, in words."""
    found = [context.policy.purpose[key] for key in keys if key in context.policy.purpose]
    lang = context.lang
    return [(each.text[lang], word(BASES, each.basis, lang) if each.basis else "") for each in found]


def asking(context: Context, facts: Facts) -> Iterator[Block]:
    """What there is of somebody whom no system knows: the request itself, and the mail about it."""
    if facts.proof_until:
        yield Para(context.say(words.ASKING, until=context.day(facts.proof_until)))


def withheld(context: Context, facts: Facts) -> Iterator[Block]:
    """What a copy lacks, by decision, and why (Articles 12.4 and 15.4)."""
    if not facts.withheld:
        return
    yield Heading(context.say(words.WITHHELD))
    yield Para(context.say(words.WITHHELD_SAID))
    rows = tuple(
        (capital(each.what[context.lang]), context.count(each.count), each.reason) for each in facts.withheld
    )
    yield Grid(_head(context, words.WITHHELD_HEAD), rows, (5, 2, 9), (1,))


def stop(context: Context, facts: Facts) -> Iterator[Block]:
    """S19."""
    yield Para(context.say(words.MAILINGS_STOPPED, day=context.day(facts.received)))
    if facts.suppressed:
        yield Para(context.say(words.SUPPRESSED))


def completed(context: Context, facts: Facts) -> Iterator[Block]:
    """What was kept has gone (S20)."""
    yield Para(context.say(words.COMPLETED, day=context.day(facts.received)))
    if facts.gone or facts.account:
        yield from _gone(context, facts)
    yield from kept(context, facts)
    yield from proved(context, facts)
    yield from backups(context)


def ways(context: Context) -> str:
    """How rights are used: by the policy's channels, or by what there is of the controller."""
    controller, stated = context.policy.controller, context.policy.rights
    channels = stated.channels if stated and stated.channels else tuple(
        channel for channel, there in (("email", controller.email), ("phone", controller.phone),
        ("letter", controller.address)) if there
    )  # fmt: skip
    if not channels:
        return ""
    return sentences.channels(
        channels, context.lang, email=controller.email, phone=controller.phone, address=controller.address
    )


def _head(context: Context, titles: tuple[Text, ...]) -> tuple[str, ...]:
    return tuple(title[context.lang] for title in titles)
