"""What `check` says of the running policy on this installation: held against the law, itself, the record kinds, the
tables as they are, and the other databases it names. The hourly check takes it and keeps it; pages read what was kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from gallra.kinds import Text
from gallra.policy.check import LEVELS, Finding
from gallra.policy.check import check as check_policy
from gallra.policy.law import load_law
from gallra.running import foreign
from gallra.running.installed import Running
from gallra.running.schema import live_schema
from gallra.systems import gallra
from gallra.systems.sql.verify import Fault, NotVerified

NOT_AS_DECLARED, NOT_ASKED = "system-not-as-declared", "system-not-asked"
"""The findings that no policy file can show: what is wrong with another database as it stands."""
SOURCE = "GDPR 5.2, 30.1"


def taken(policy: Running, *, day: date) -> tuple[Finding, ...]:
    """Every finding, errors first. Asks each other database for its catalogue; of ours, which tables and columns it
    has. What it costs does not depend on the records."""
    found = check_policy(
        policy.policy,
        law=load_law(),
        kinds=foreign.kinds_of(policy),
        live=live_schema(),
        declared=gallra.declared(),
        as_of=day,
    )
    found += elsewhere(policy)
    return tuple(sorted(found, key=lambda one: LEVELS.index(one.level)))


def elsewhere(policy: Running) -> list[Finding]:
    """What is wrong with the other databases as they stand: tables that are not as declared, or no answer."""
    return [finding for each in foreign.systems(policy) for finding in _system(policy, each)]


def to_json(found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Findings as they are kept: names of declared things and of tables, nothing personal."""
    return [asdict(finding) for finding in found]


def from_json(data: list[dict[str, Any]]) -> tuple[Finding, ...]:
    """What `to_json` wrote."""
    return tuple(
        Finding(
            **{
                **one,
                "sentence": Text(**one["sentence"]),
                "mend": Text(**one["mend"]),
                "promises": tuple(one["promises"]),
            }
        )
        for one in data
    )


def _system(policy: Running, system: foreign.Foreign) -> Iterator[Finding]:
    try:
        with system.database():
            return
    except NotVerified as trouble:
        yield from (_fault(policy, system, fault) for fault in trouble.faults)
    except foreign.TROUBLE as trouble:
        yield _not_asked(policy, system, foreign.said_in_both(trouble))


def _fault(policy: Running, system: foreign.Foreign, fault: Fault) -> Finding:
    name = system.name
    return _finding(
        policy, system, NOT_AS_DECLARED, fault.place,
        Text(f"{name}, {fault.place}: {fault.sentence.sv}", f"{name}, {fault.place}: {fault.sentence.en}"),
        Text(f"Rätta filen som deklarerar {name} och anta policyn på nytt. Tills dess gallras inget där.",
             f"Mend the file that declares {name} and adopt the policy again. Nothing is swept there until then."),
    )  # fmt: skip


def _not_asked(policy: Running, system: foreign.Foreign, why: Text) -> Finding:
    return _finding(
        policy, system, NOT_ASKED, "",
        Text(f"{why.sv}; dess tabeller kunde inte jämföras", f"{why.en}; its tables could not be compared"),
        Text("Se till att databasen svarar; nästa kontroll frågar igen. Tills dess gallras inget där.",
             "See to it that the database answers; the next check asks again. Nothing is swept there until then."),
    )  # fmt: skip


def _finding(
    policy: Running, system: foreign.Foreign, id_: str, subject: str, sentence: Text, mend: Text
) -> Finding:
    place = f"system.{system.name}"
    promises = tuple(dict.fromkeys((*policy.policy.system[system.name].promises, *system.promises)))
    line = policy.policy.line(place)
    return Finding(id_, "error", place, line, sentence, SOURCE, mend, promises, subject)
