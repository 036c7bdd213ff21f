"""How long: every retention and review in the order of the file, what stands above them, and what has no period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gallra.kinds import Event, Flag, RecordKind, Text
from gallra.policy.model import Retention, Review
from gallra.policy.rules import Obligation
from gallra.policy.wording.sentences import keeping
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.writing import Writer

OWN = "gallra."
"""Kinds of Gallra's own records begin so; they have a section of their own."""


def section(w: Writer) -> Section:
    """Periods first, then reviews, statutes, holds, the routine; at the end what no period covers."""
    w.part = "retention"
    said: list[Sentence] = []
    for number, retention in enumerate(w.policy.retention):
        said += _retention(w, f"retention[{number}]", retention)
    if any(retention.then == "archive" for retention in w.policy.retention):
        said.append(w.say(keeping.archiving(w.lang)))
    for number, review in enumerate(w.policy.review):
        said += _review(w, f"review[{number}]", review)
    if _overlapping(w.policy.retention):
        said.append(w.say(keeping.earliest_wins(w.lang)))
    said += _exceptions(w)
    if w.policy.routine:
        at = w.policy.routine.at.strftime("%H:%M")
        said.append(w.say(keeping.routine(at, w.lang), "routine", aspect="lead"))
    said += _silence(w)
    return Section("retention", w.pick(Text("Hur länge vi sparar", "How long we keep the data")), tuple(said))


def _retention(w: Writer, place: str, rule: Retention) -> Iterator[Sentence]:
    kinds = w.all_kinds(name for name in rule.records if not name.startswith(OWN))
    for group, event in _grouped(kinds, rule.after):
        text = keeping.retention(
            group,
            event,
            rule.keep,
            rule.then,
            w.lang,
            when=_flag(group, rule.when),
            unless=_flag(group, rule.unless),
        )
        yield w.say(text, place, aspect="lead")
    if kinds and rule.floor:
        yield w.say(keeping.floor(_statute(w, rule.floor), w.lang), place)
    alone = tuple(kind for kind in kinds if _rules_for(w, kind.name) == 1)
    beyond = keeping.uncovered(alone, rule.after, w.lang) if alone else None
    if beyond:
        yield w.say(beyond, place, gap=True)


def _review(w: Writer, place: str, rule: Review) -> Iterator[Sentence]:
    kinds = w.all_kinds(rule.records)
    yield w.say(keeping.review(kinds, rule.every, w.lang), place, aspect="lead")
    for _, event in _grouped(kinds, rule.after):
        yield w.say(keeping.review_begins(event, rule.every, w.lang), place)
    if rule.sooner:
        for _, event in _grouped(kinds, rule.sooner):
            yield w.say(keeping.review_sooner(event, w.lang), place, aspect="sooner")
    yield w.say(keeping.review_asks(rule.asks, w.lang), place, aspect="asks")


def _overlapping(rules: tuple[Retention, ...]) -> bool:
    """Whether two rules can reach the same record; `when` and `unless` of one flag never do."""
    for number, one in enumerate(rules):
        for other in rules[number + 1 :]:
            apart = ({one.when, other.when} - {None}) & {one.unless, other.unless}
            if set(one.records) & set(other.records) and not apart:
                return True
    return False


def _grouped(kinds: Iterable[RecordKind], after: str) -> Iterator[tuple[tuple[RecordKind, ...], Event]]:
    """The kinds by how they say the event: one sentence each. A kind without the event (a finding) says its bare
    words.
    """
    groups: dict[Text, list[RecordKind]] = {}
    events: dict[Text, Event] = {}
    for kind in kinds:
        event = next(
            (event for event in kind.events if event.name == after), Event(after, Text(after, after))
        )
        groups.setdefault(event.clause, []).append(kind)
        events.setdefault(event.clause, event)
    for clause, group in groups.items():
        yield tuple(group), events[clause]


def _flag(kinds: tuple[RecordKind, ...], name: str | None) -> Flag | None:
    if name is None:
        return None
    return next((flag for flag in kinds[0].flags if flag.name == name), Flag(name, Text(name, name)))


def _all(w: Writer) -> list[Retention | Review]:
    return [*w.policy.retention, *w.policy.review]


def _rules_for(w: Writer, kind: str) -> int:
    return sum(kind in rule.records for rule in _all(w))


def _statute(w: Writer, words: str) -> str:
    act = w.law.act(words)
    whole = {w.law.obligation_acts[floor.id]: floor for floor in w.law.obligations}
    if act is None:
        return words
    if act.id in whole:
        return w.pick(Text(whole[act.id].statute_sv, whole[act.id].statute_en))
    return words if w.lang == "sv" else w.pick(act.title)


def _exceptions(w: Writer) -> Iterator[Sentence]:
    """The statutory floor for what is declared accounting, the file's own additions to it, and holds."""
    accounting = tuple(kind for kind in w.all_kinds(w.policy.records()) if kind.accounting)
    if accounting:
        for floor in w.law.obligations:
            yield w.say(keeping.obligation(floor, accounting, w.lang))
        for number, duty in enumerate(w.policy.obligation):
            place = f"obligation[{number}]"
            more = Obligation(place, duty.statute.sv, duty.statute.en, duty.years)
            yield w.say(keeping.obligation(more, accounting, w.lang), place, aspect="lead")
    yield w.say(keeping.holds(w.lang))


def _silence(w: Writer) -> Iterator[Sentence]:
    """What a system holds of people and no rule names."""
    ruled = {kind for rule in _all(w) for kind in rule.records}
    open_ended = tuple(
        kind
        for kind in w.all_kinds(w.policy.records())
        if kind.name not in ruled and (kind.people or kind.table.personal)
    )
    if open_ended:
        yield w.say(keeping.no_period(open_ended, w.lang), gap=True)
