"""Whether the record kinds, events and flags that a policy names exist in what an installation knows."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Kinds, Text
from gallra.policy.law import own_records
from gallra.policy.mistakes import Mistake, way_out
from gallra.policy.model import Policy, Retention, Review


def timed(policy: Policy) -> Iterator[tuple[str, Retention | Review]]:
    """Every retention and review with its place."""
    yield from ((f"retention[{number}]", rule) for number, rule in enumerate(policy.retention))
    yield from ((f"review[{number}]", rule) for number, rule in enumerate(policy.review))


def unresolved(policy: Policy, kinds: Kinds) -> tuple[Mistake, ...]:
    """Every name of a record kind, event or flag that `kinds` does not have, with the nearest that it has.

    Gallra's own records (law/own.toml) are known without being in `kinds`, each with its one event.
    """
    return tuple(_unknown_kinds(policy, kinds)) + tuple(_unknown_events(policy, kinds))


def _mistake(
    policy: Policy, code: str, place: str, word: str, said: Text, choices: tuple[str, ...]
) -> Mistake:
    ending, near = way_out(word, choices)
    sentence = Text(f"”{word}” {said.sv}{ending.sv}", f'"{word}" {said.en}{ending.en}')
    return Mistake(place, policy.line(place), word, sentence, near, code)


def _unknown_kinds(policy: Policy, kinds: Kinds) -> Iterator[Mistake]:
    foreign = {
        kind for system in policy.system.values() if system.connector == "sql" for kind in system.records
    }
    named = [(f"system.{key}.records", system.records) for key, system in policy.system.items()]
    named += [(f"purpose.{key}.records", purpose.records) for key, purpose in policy.purpose.items()]
    named += [(f"{place}.records", rule.records) for place, rule in timed(policy)]
    for place, records in named:
        for kind in records:
            if kind not in kinds and kind not in foreign and kind not in own_records():
                said = Text("är ingen posttyp här", "is not a record kind here")
                yield _mistake(policy, "kind-unknown", place, kind, said, (*kinds, *own_records()))


def _unknown_events(policy: Policy, kinds: Kinds) -> Iterator[Mistake]:
    for place, rule in timed(policy):
        for name in rule.records:
            if name in kinds:
                kind = kinds[name]
                events, flags = tuple(e.name for e in kind.events), tuple(f.name for f in kind.flags)
                yield from _unknown_of(policy, place, rule, name, events, flags)
            elif name in own_records():
                yield from _unknown_of(policy, place, rule, name, (own_records()[name].after,), ())


def _unknown_of(
    policy: Policy,
    place: str,
    rule: Retention | Review,
    kind: str,
    events: tuple[str, ...],
    flags: tuple[str, ...],
) -> Iterator[Mistake]:
    asked = [("event-unknown", "after", rule.after, events)]
    if isinstance(rule, Review):
        asked.append(("event-unknown", "sooner", rule.sooner or "", events))
    else:
        asked.append(("condition-unknown", "when", rule.when or "", flags))
        asked.append(("condition-unknown", "unless", rule.unless or "", flags))
    for code, key, word, known in asked:
        if word and word not in known:
            said = Text(f"är inget villkor för {kind}", f"is not a condition of {kind}")
            if code == "event-unknown":
                said = Text(f"är ingen starthändelse för {kind}", f"is not an event of {kind}")
            yield _mistake(policy, code, f"{place}.{key}", word, said, known)
