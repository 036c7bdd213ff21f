"""The policy held against the record kinds: names, fields, what systems hold, what a kind can do (S2, S7, S8,
M2–M5)."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding, listed
from gallra.policy.resolving import timed, unresolved
from gallra.policy.rules import OWN


def _unresolved(case: Case, code: str, mend: Text) -> Iterator[Found]:
    for mistake in unresolved(case.policy, case.kinds):
        if mistake.code == code:
            yield Found(mistake.place, mistake.sentence, mend, mistake.word)


@finding("kind-unknown", "error", "GDPR 5.2")
def kind_unknown(case: Case) -> Iterator[Found]:
    """A record kind that no connected system has."""
    yield from _unresolved(
        case, "kind-unknown", Text("Rätta namnet på posttypen.", "Correct the name of the record kind.")
    )


@finding("event-unknown", "error", "GDPR 5.2")
def event_unknown(case: Case) -> Iterator[Found]:
    """An event that the record kind does not have: no clock would start."""
    yield from _unresolved(
        case, "event-unknown", Text("Rätta starthändelsens namn.", "Correct the name of the event.")
    )


@finding("condition-unknown", "error", "GDPR 5.2")
def condition_unknown(case: Case) -> Iterator[Found]:
    """A condition of `when` or `unless` that the record kind does not have."""
    yield from _unresolved(
        case, "condition-unknown", Text("Rätta villkorets namn.", "Correct the name of the condition.")
    )


@finding("kind-in-no-system", "error", "GDPR 30.1")
def kind_in_no_system(case: Case) -> Iterator[Found]:
    """A purpose or rule for a record kind that no system of the policy holds."""
    held = case.policy.records()
    named = [(f"purpose.{key}.records", purpose.records) for key, purpose in case.policy.purpose.items()]
    named += [(f"{place}.records", rule.records) for place, rule in timed(case.policy)]
    for place, records in named:
        for kind in records:
            if kind not in held and kind in case.kinds and not kind.startswith(OWN):
                yield Found(
                    place,
                    Text(
                        f"Inget system har {case.named(kind).sv}.", f"No system holds {case.named(kind).en}."
                    ),
                    Text(
                        f'Lägg "{kind}" till records i ett system, eller ta bort det här.',
                        f'Add "{kind}" to the records of a system, or remove it here.',
                    ),
                    subject=kind,
                )


@finding("kind-in-two-systems", "error", "GDPR 5.1 a, 30.1")
def kind_in_two_systems(case: Case) -> Iterator[Found]:
    """A record kind is in one place only."""
    first = case.policy.records()
    for key, system in case.policy.system.items():
        for kind in system.records:
            if first[kind] != key:
                yield Found(
                    f"system.{key}.records",
                    Text(
                        f"{case.named(kind).sv} finns redan i [system.{first[kind]}].",
                        f"{case.named(kind).en} are already in [system.{first[kind]}].",
                    ),
                    Text(
                        "Ta bort posttypen ur det ena systemet.",
                        "Remove the record kind from one of the systems.",
                    ),
                    subject=kind,
                )


@finding("kind-cannot-archive", "error", "GDPR 5.1 e")
def kind_cannot_archive(case: Case) -> Iterator[Found]:
    """`then = "archive"` for a kind of which nothing impersonal is worth keeping."""
    for number, rule in enumerate(case.policy.retention):
        for kind in rule.records:
            known = case.kinds.get(kind)
            archives = known is not None and known.archived is not None
            if rule.then == "archive" and not archives and (known or kind.startswith(OWN)):
                name = case.named(kind)
                yield Found(
                    f"retention[{number}].then",
                    Text(f"{name.sv} kan inte arkiveras.", f"{name.en} cannot be archived."),
                    Text('Skriv then = "erase".', 'Write then = "erase".'),
                    subject=kind,
                )


@finding("kind-cannot-be-reviewed", "error", "GDPR 5.1 e")
def kind_cannot_be_reviewed(case: Case) -> Iterator[Found]:
    """A review of a kind that cannot remember one."""
    for number, rule in enumerate(case.policy.review):
        for kind in rule.records:
            known = case.kinds.get(kind)
            reviewed = known is not None and known.reviewed is not None
            if not reviewed and (known or kind.startswith(OWN)):
                name = case.named(kind)
                yield Found(
                    f"review[{number}]",
                    Text(f"{name.sv} kan inte utvärderas.", f"{name.en} cannot be reviewed."),
                    Text("Skriv en [[retention]] i stället.", "Write a [[retention]] instead."),
                    subject=kind,
                )


@finding("field-not-stored", "error", "GDPR 5.1 a, 13.1")
def field_not_stored(case: Case) -> Iterator[Found]:
    """A field that the page would name and that none of the purpose's record kinds can store."""
    for key, purpose in case.policy.purpose.items():
        if not purpose.fields or not all(kind in case.kinds for kind in purpose.records):
            continue
        stored = {field for kind in purpose.records for field in case.kinds[kind].fields}
        for field in purpose.fields:
            if field not in stored:
                yield Found(
                    f"purpose.{key}.fields",
                    Text(
                        f"Ingen av ändamålets posttyper kan lagra ”{field}”.",
                        f'None of the record kinds of the purpose can store "{field}".',
                    ),
                    Text(
                        "Ta bort fältet, eller lägg till posttypen som har det.",
                        "Remove the field, or add the record kind that has it.",
                    ),
                    subject=field,
                )


@finding("holds-missing", "warning", "GDPR 14.1 d, 30.1 c")
def holds_missing(case: Case) -> Iterator[Found]:
    """A system that does not say what it holds beside the person's fields."""
    for key, system in case.policy.system.items():
        if system.holds is None:
            words = _held(case, system.records)
            yield Found(
                f"system.{key}",
                Text(
                    f"Det står inte vad {system.title.sv} innehåller.",
                    f"It does not say what {system.title.en} holds.",
                ),
                Text(f"Skriv holds = {_toml(words)}.", f"Write holds = {_toml(words)}."),
            )


@finding("holds-incomplete", "error", "GDPR 14.1 d, 5.1 a")
def holds_incomplete(case: Case) -> Iterator[Found]:
    """What a system's tables hold, and its `holds` leaves out."""
    for key, system in case.policy.system.items():
        left = [
            word
            for word in _held(case, system.records)
            if system.holds is not None and word not in system.holds
        ]
        if left:
            yield Found(
                f"system.{key}.holds",
                Text(
                    f"{system.title.sv} innehåller också {listed(left, 'sv')}.",
                    f"{system.title.en} also holds {listed(left)}.",
                ),
                Text(f"Lägg till {_toml(left)}.", f"Add {_toml(left)}."),
            )


@finding("holds-unknown", "error", "GDPR 14.1 d, 5.1 a")
def holds_unknown(case: Case) -> Iterator[Found]:
    """What a system's `holds` names, and no column of its record kinds stores."""
    for key, system in case.policy.system.items():
        if not all(kind in case.kinds for kind in system.records):
            continue
        for word in system.holds or ():
            if word not in _held(case, system.records):
                yield Found(
                    f"system.{key}.holds",
                    Text(
                        f"Ingenting i {system.title.sv} lagrar ”{word}”.",
                        f'Nothing in {system.title.en} stores "{word}".',
                    ),
                    Text(
                        "Ta bort ordet, eller skriv det som tabellerna kallar det.",
                        "Remove the word, or write what the tables call it.",
                    ),
                    subject=word,
                )


def _held(case: Case, records: tuple[str, ...]) -> list[str]:
    return sorted({word for kind in records if kind in case.kinds for word in case.kinds[kind].holds})


def _toml(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
