"""Everything that Article 15 names, in the order in which people ask: what there is, what for, how long, who has it,
where it came from, what is decided by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from gallra.kinds import Text
from gallra.policy.wording.grammar import capital, listed
from gallra.policy.wording.register import COLUMNS
from gallra.policy.wording.sentences import rights as sentences
from gallra.policy.wording.sentences.keeping import subjects
from gallra.policy.wording.structure import Sentence
from gallra.rights.answer import copy_words, words
from gallra.rights.answer.blocks import Block, Grid, Heading, Items, Pairs, Para
from gallra.rights.answer.context import Context
from gallra.rights.answer.copying import called, system
from gallra.rights.answer.facts import Facts

OURS = "gallra."
"""Begins the kinds of Gallra's own records."""
NOWHERE = "–"
"""Stands where a record belongs to no one system."""
MOST_DAYS = 12
"""Records of one kind with the same fate that are named one by one; the rest is counted."""


def answer(context: Context, data: Mapping[str, Any], facts: Facts) -> Iterator[Block]:
    """The letter's body."""
    yield from briefly(context, data)
    if facts.proof_until:
        yield Para(context.say(words.REQUEST_TOO, until=context.day(facts.proof_until)))
    yield from _why(context, data)
    yield from _how_long(context, data)
    yield from _received(context, facts)
    yield from _sources(context, data)
    yield from _decisions(context)


def briefly(context: Context, data: Mapping[str, Any], *, copied: bool = True) -> Iterator[Block]:
    """What there is, by numbers. copied: the letter has a copy of it."""
    yield Heading(context.say(copy_words.BRIEFLY if copied else copy_words.TAKEN))
    text = copy_words.BRIEFLY_SAID if copied else copy_words.TAKEN_SAID
    yield Para(context.say(text, email=data["person"]["email"]))
    rows = []
    for contact in data["contacts"]:
        rows.append((system(context, contact["register"]), context.say(copy_words.CONTACTS), "1"))
    if data["companies"]:
        rows.append((NOWHERE, context.say(copy_words.COMPANIES), context.count(len(data["companies"]))))
    if data["account"]:
        rows.append((NOWHERE, context.say(copy_words.ACCOUNT), "1"))
    numbers: dict[str, int] = {}
    for record in data["records"]:
        numbers[record["kind"]] = numbers.get(record["kind"], 0) + 1
    for kind, count in numbers.items():
        title = data["kinds"][kind]["system"]
        rows.append((context.said(title) if title else NOWHERE, subjects((context.kinds[kind],), context.lang),
                     context.count(count)))  # fmt: skip
    rows.sort(key=lambda row: (row[0] == NOWHERE, row[0]))
    said = tuple((where, capital(what), count) for where, what, count in rows)
    yield Grid(tuple(head[context.lang] for head in copy_words.COUNT_HEAD), said, (5, 7, 2), (2,))


def _why(context: Context, data: Mapping[str, Any]) -> Iterator[Block]:
    """Purposes, bases, categories, recipients, transfers, periods (Article 15.1 a–d, 15.2), in the policy's words."""
    yield Heading(context.say(copy_words.WHY))
    held = _kinds(context, data)
    for purpose, activity in zip(context.policy.purpose.values(), context.register.activities, strict=False):
        if held & set(purpose.records):
            yield Heading(activity.purpose.rstrip("."), level=2)
            pairs = []
            for attribute, label in COLUMNS:
                value = getattr(activity, attribute)
                if attribute != "purpose" and value:
                    pairs.append((label[context.lang], value if isinstance(value, str) else " ".join(value)))
            yield Pairs(tuple(pairs))
    aimless = held - {kind for purpose in context.policy.purpose.values() for kind in purpose.records}
    ours = {kind for kind in aimless if kind.startswith(OURS)}
    for kinds, text in ((aimless - ours, copy_words.NO_PURPOSE), (ours, copy_words.OURS)):
        if kinds:
            what = subjects(tuple(context.kinds[kind] for kind in sorted(kinds)), context.lang)
            yield Para(capital(context.say(text, what=what)))


def _kinds(context: Context, data: Mapping[str, Any]) -> set[str]:
    """The kinds of the person's records; of registers that know them by contact alone, every kind of the register."""
    held = {record["kind"] for record in data["records"]}
    known = {kind.split(".", 1)[0] for kind in held}
    alone = {contact["register"] for contact in data["contacts"]} - known
    return held | {kind for kind in context.policy.records() if kind.split(".", 1)[0] in alone}


def _how_long(context: Context, data: Mapping[str, Any]) -> Iterator[Block]:
    """The day each record goes, and why it is kept until then (Article 15.1 d)."""
    mine = [record for record in data["records"] if record["goes"]]
    if not mine:
        return
    yield Heading(context.say(copy_words.GOES))
    yield Para(context.say(copy_words.GOES_SAID))
    groups: dict[tuple[str, str, str], list[str]] = {}
    for record in mine:
        day, why = fate(context, record)
        groups.setdefault((record["kind"], day, why), []).append(called(context, record))
    rows = []
    for (_, day, why), names in groups.items():
        rows += [(name, day, why) for name in names[:MOST_DAYS]]
        if len(names) > MOST_DAYS:
            rows.append(
                (context.say(copy_words.GOES_MORE, count=context.count(len(names) - MOST_DAYS)), day, "")
            )
    yield Grid(tuple(head[context.lang] for head in copy_words.GOES_HEAD), tuple(rows), (5, 4, 7))


def fate(context: Context, record: Mapping[str, Any]) -> tuple[str, str]:
    """A record's day and reason, in words."""
    goes = record["goes"]
    day, why = copy_words.STATES[goes["state"]]
    when = context.day(goes["day"]) if goes["day"] else context.say(words.UNKNOWN_DAY)
    kept = goes["kept_by"]
    if kept and (goes["state"] == "obliged" or _the_statute_decides(goes)):
        statute = context.said(kept["statute"])
        through = kept["through"]
        reason = (
            context.say(copy_words.BY_STATUTE, statute=statute, day=context.day(through))
            if through
            else context.say(copy_words.BY_STATUTE_UNKNOWN, statute=statute)
        )
        return when, reason
    rule = _rule(context, record) if goes["state"] == "waiting" else ""
    return context.say(day, day=when), rule or context.say(why)


def _the_statute_decides(goes: Mapping[str, Any]) -> bool:
    """Whether the record goes the day after the statute lets it: else the policy's own period is the longer one."""
    through = goes["kept_by"]["through"]
    if goes["day"] is None or through is None:
        return bool(goes["state"] == "waiting")
    return date.fromisoformat(goes["day"]) <= date.fromisoformat(through) + timedelta(days=1)


def _rule(context: Context, record: Mapping[str, Any]) -> str:
    """The policy's sentence that sets the day, where it is plain which one it is."""
    for promise in record["goes"]["promises"]:
        for sentence in context.page.of(promise):
            if sentence.place and sentence.place.startswith("retention["):
                return sentence.text
    rules = [
        f"retention[{n}]" for n, rule in enumerate(context.policy.retention) if record["kind"] in rule.records
    ]
    if len(rules) == 1:
        return next((s.text for s in context.page.sentences() if s.place == rules[0] and not s.gap), "")
    return ""


def _section(context: Context, id: str) -> tuple[Sentence, ...]:
    return next((section.sentences for section in context.page.sections if section.id == id), ())


def _received(context: Context, facts: Facts) -> Iterator[Block]:
    """Recipients by name, disclosures, who has opened the card (Article 15.1 c)."""
    yield Heading(context.say(copy_words.RECEIVED))
    yield from _recipients(context)
    if facts.disclosed:
        yield Para(context.say(copy_words.DISCLOSED_SAID))
        rows = tuple(
            (
                each.recipient,
                context.day(each.on),
                "; ".join(part for part in (each.what, each.ground) if part),
            )
            for each in facts.disclosed
        )
        yield Grid(tuple(head[context.lang] for head in copy_words.DISCLOSED_HEAD), rows, (5, 4, 7))
    elif facts.disclosed is not None:
        yield Para(context.say(copy_words.DISCLOSED_NONE))
    if facts.opened is None:
        return
    yield Heading(context.say(copy_words.OPENED), level=2)
    if not facts.opened:
        yield Para(context.say(copy_words.OPENED_NONE))
        return
    rows_of = tuple((each.role[context.lang], context.day(each.on)) for each in facts.opened)
    yield Grid(tuple(head[context.lang] for head in copy_words.OPENED_HEAD), rows_of, (1, 1))


def _recipients(context: Context) -> Iterator[Block]:
    """Who may receive data by the policy: what holds for all, then each by name."""
    general, by_name = [], dict[str, list[str]]()
    for sentence in _section(context, "sharing"):
        if sentence.place and sentence.place.startswith("recipient."):
            by_name.setdefault(sentence.place, []).append(sentence.text)
        else:
            general.append(sentence.text)
    yield Para(" ".join(general))
    if by_name:
        yield Items(tuple(" ".join(said) for said in by_name.values()))


def _sources(context: Context, data: Mapping[str, Any]) -> Iterator[Block]:
    """Article 15.1 g."""
    yield Heading(context.say(copy_words.SOURCES))
    yield Para(" ".join(sentence.text for sentence in _section(context, "collected")))
    known = []
    for contact in data["contacts"]:
        sources = context.value(None, contact["values"].get("sources"))
        if sources:
            known.append((system(context, contact["register"]), sources))
    if known:
        yield Para(context.say(copy_words.SOURCES_SAID))
        yield Pairs(tuple(known))


def _decisions(context: Context) -> Iterator[Block]:
    """Article 15.1 h."""
    yield Heading(context.say(copy_words.DECISIONS))
    stated = context.policy.rights.automated_decisions if context.policy.rights else None
    if isinstance(stated, Text):
        text = stated[context.lang]
        yield Para(capital(text if text.endswith(".") else f"{text}."))
    else:
        yield Para(sentences.decisions_missing(context.lang))


def files(
    context: Context, *, documents: int, receipts: bool, unreadable: tuple[str, ...]
) -> Iterator[Block]:
    """What is in the package."""
    yield Heading(context.say(copy_words.FILES))
    items = [copy_words.FILES_LETTER, copy_words.FILES_DATA, copy_words.FILES_TABLES]
    said = [context.say(item) for item in items]
    if documents:
        said.append(context.say(copy_words.FILES_DOCUMENTS, count=context.count(documents)))
    if receipts:
        said.append(context.say(copy_words.FILES_RECEIPT))
    yield Items(tuple(said))
    if unreadable:
        yield Para(
            context.say(copy_words.UNREADABLE, names=listed(unreadable, context.lang)), style="set apart"
        )
