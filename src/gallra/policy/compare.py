"""What differs between two versions of a policy, per promise, in words: the pure part of `gallra adopt`.

Nothing is counted here; how many records go tonight is the engine's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from gallra.kinds import Kinds, Text
from gallra.policy.model import Piece, Policy, Retention, Review
from gallra.policy.resolving import timed
from gallra.policy.spelling import Span

What = Literal[
    "period longer", "period shorter", "rule new", "rule gone", "field new", "field dropped",
    "promise new", "promise gone", "wording changed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. promise: the sentence it concerns, "" for what no sentence carries. kind: the record
    kind or "". place: where it stands in the new file, or in the old one for what is gone. erases_more: more
    records, or more of a record, can go than before: what a person adopting must look at first."""

    what: What
    promise: str
    kind: str
    place: str
    sentence: Text
    erases_more: bool = False


_Timed = Retention | Review
_Key = tuple[str, str, str, str | None, str | None]


def compare(old: Policy, new: Policy, *, kinds: Kinds | None = None) -> list[Change]:
    """Every difference, by promise (S2 before S10; what no sentence carries last). The same policy gives [].

    kinds: the record kinds, for their events in Swedish words; without them the words are the file's.
    """
    found = [*_rules(old, new, kinds or {}), *_fields(old, new), *_promises(old, new)]
    told = {change.promise for change in found}
    found += [change for change in _wording(old, new) if change.promise not in told]
    return sorted(
        found, key=lambda c: (not c.promise, c.promise[:1], int(c.promise[1:] or 0), c.kind, c.place, c.what)
    )


def _by_key(policy: Policy) -> Mapping[_Key, tuple[str, _Timed]]:
    """Each rule for each kind by what makes it that rule: kind, verb, event and conditions; the earliest
    wins."""
    found: dict[_Key, tuple[str, _Timed]] = {}
    for place, rule in timed(policy):
        for kind in rule.records:
            key = _key(kind, rule)
            if key not in found or _span(rule).longest_days < _span(found[key][1]).longest_days:
                found[key] = (place, rule)
    return found


def _key(kind: str, rule: _Timed) -> _Key:
    if isinstance(rule, Review):
        return (kind, "review", rule.after, rule.sooner, None)
    return (kind, rule.then, rule.after, rule.when, rule.unless)


def _span(rule: _Timed) -> Span:
    return rule.every if isinstance(rule, Review) else rule.keep


def _rules(old: Policy, new: Policy, kinds: Kinds) -> Iterator[Change]:
    before, after = _by_key(old), _by_key(new)
    for key in before.keys() & after.keys():
        yield from _period(key, before[key][1], after[key], kinds)
    for key in after.keys() - before.keys():
        place, rule = after[key]
        what = Text(
            f"Ny regel för {_said(key, rule, 'sv', kinds)}.", f"New rule for {_said(key, rule, 'en', kinds)}."
        )
        yield from _each(rule, "rule new", key[0], place, what, erases_more=key[1] != "review")
    for key in before.keys() - after.keys():
        place, rule = before[key]
        what = Text(
            f"Regeln för {_said(key, rule, 'sv', kinds)} upphör; utan regel sparas posterna tills vidare.",
            f"The rule for {_said(key, rule, 'en', kinds)} ends; without a rule the records are kept "
            "until further notice.",
        )
        yield from _each(rule, "rule gone", key[0], place, what)


def _period(key: _Key, was: _Timed, now: tuple[str, _Timed], kinds: Kinds) -> Iterator[Change]:
    place, rule = now
    before, after = _span(was), _span(rule)
    if before.period == after.period:
        return
    shorter = (after.longest_days, after.period.months) < (before.longest_days, before.period.months)
    what: What = "period shorter" if shorter else "period longer"
    sentence = Text(
        f"{_said(key, rule, 'sv', kinds)}: {_spoken(after, 'sv')} i stället för {_spoken(before, 'sv')}.",
        f"{_said(key, rule, 'en', kinds)}: {_spoken(after, 'en')} instead of {_spoken(before, 'en')}.",
    )
    yield from _each(rule, what, key[0], place, sentence, erases_more=shorter and key[1] != "review")


def _each(
    rule: Piece, what: What, kind: str, place: str, sentence: Text, *, erases_more: bool = False
) -> Iterator[Change]:
    """The same change for every sentence that the rule keeps."""
    for promise in rule.promises or ("",):
        yield Change(what, promise, kind, place, sentence, erases_more)


_VERBS = {
    "archive": Text("arkivering", "archiving"),
    "erase": Text("radering", "erasure"),
    "review": Text("utvärdering", "review"),
}
_WHEN, _UNLESS, _SOONER = Text("när", "when"), Text("utom när", "unless"), Text("genast när", "sooner")


def _said(key: _Key, rule: _Timed, lang: Literal["sv", "en"], kinds: Kinds) -> str:
    """ "support.case, archiving (the case was closed)": in English the names as the file has them, in Swedish what they
    mean."""
    kind, verb, event, when, unless = key
    conditions = [(_WHEN, when), (_UNLESS, unless)]
    if isinstance(rule, Review):
        conditions = [(_SOONER, rule.sooner)]
    said = "".join(f", {word[lang]}: {_named(kind, name, lang, kinds)}" for word, name in conditions if name)
    return f"{kind}, {_VERBS[verb][lang]} ({_named(kind, event, lang, kinds)}{said})"


def _named(kind: str, name: str, lang: Literal["sv", "en"], kinds: Kinds) -> str:
    """An event or a flag of the kind."""
    if lang == "en" or kind not in kinds:
        return name
    of = kinds[kind]
    clauses = {event.name: event.clause for event in of.events} | {
        flag.name: flag.clause for flag in of.flags
    }
    return clauses[name][lang] if name in clauses else name


_UNITS = {
    "day": (Text("dag", "day"), Text("dagar", "days")),
    "week": (Text("vecka", "week"), Text("veckor", "weeks")),
    "month": (Text("månad", "month"), Text("månader", "months")),
    "year": (Text("år", "year"), Text("år", "years")),
}


def _spoken(span: Span, lang: Literal["sv", "en"]) -> str:
    if span.at_once:
        return "genast" if lang == "sv" else "at once"
    return {"sv": " och ", "en": " and "}[lang].join(f"{n} {_UNITS[u][n != 1][lang]}" for n, u in span.parts)


def _wanted(policy: Policy) -> Mapping[tuple[str, str], str]:
    """(record kind, field) → the first purpose that needs it; a kind with a silent purpose has none."""
    silent = {kind for p in policy.purpose.values() if p.fields is None for kind in p.records}
    found: dict[tuple[str, str], str] = {}
    for key, purpose in policy.purpose.items():
        for kind in set(purpose.records) - silent:
            for field in purpose.fields or ():
                found.setdefault((kind, field), key)
    return found


def _limited(policy: Policy) -> set[str]:
    """The record kinds whose fields are limited at all: named by a purpose, and every purpose says which."""
    named = {kind for p in policy.purpose.values() for kind in p.records}
    return named - {kind for p in policy.purpose.values() if p.fields is None for kind in p.records}


def _fields(old: Policy, new: Policy) -> Iterator[Change]:
    before, after = _wanted(old), _wanted(new)
    was_limited, limited = _limited(old), _limited(new)
    for kind, field in after.keys() - before.keys():
        if kind in was_limited:
            key = after[kind, field]
            sentence = Text(f"{kind} får nu innehålla ”{field}”.", f'{kind} may now hold "{field}".')
            yield from _each(new.purpose[key], "field new", kind, f"purpose.{key}", sentence)
    for kind, field in before.keys() - after.keys():
        if kind in limited:
            key = before[kind, field]
            sentence = Text(
                f"Inget ändamål behöver längre ”{field}” i {kind}; fältet töms.",
                f'No purpose needs "{field}" in {kind} any more; the field is blanked.',
            )
            yield from _each(
                old.purpose[key], "field dropped", kind, f"purpose.{key}", sentence, erases_more=True
            )
    for kind in (limited - was_limited) & old.records().keys():
        key = next(key for key, purpose in new.purpose.items() if kind in purpose.records)
        sentence = Text(
            f"Nu sägs vilka fält {kind} behöver; alla andra töms.",
            f"It is now said which fields {kind} needs; all others are blanked.",
        )
        yield from _each(
            new.purpose[key], "field dropped", kind, f"purpose.{key}", sentence, erases_more=True
        )


def _promises(old: Policy, new: Policy) -> Iterator[Change]:
    before, after = old.promises(), new.promises()
    for promise in after.keys() - before.keys():
        sentence = Text(f"Nytt löfte: {promise}.", f"New promise: {promise}.")
        yield Change("promise new", promise, "", after[promise][0], sentence)
    for promise in before.keys() - after.keys():
        sentence = Text(f"Löftet {promise} ges inte längre.", f"The promise {promise} is no longer given.")
        yield Change("promise gone", promise, "", before[promise][0], sentence)


def _wording(old: Policy, new: Policy) -> Iterator[Change]:
    """Promises whose tables say something else, of which no other change tells."""
    before, after = old.promises(), new.promises()
    for promise in before.keys() & after.keys():
        tables = [new.piece(place) for place in after[promise]]
        if [old.piece(place) for place in before[promise]] != tables:
            sentence = Text(
                f"Det som står bakom {promise} är ändrat.", f"What stands behind {promise} has changed."
            )
            yield Change("wording changed", promise, "", after[promise][0], sentence)
