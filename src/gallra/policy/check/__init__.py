"""`check`: a policy held against itself, the law, the record kinds, and the live schema. Imports no Django,
opens nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from gallra.kinds import Kinds
from gallra.policy.check import (  # noqa: F401  (each registers its findings)
    basis,
    identity,
    mailings,
    models,
    periods,
    rights,
    schema,
    sharing,
    transfers,
)
from gallra.policy.check.finding import LEVELS, Case, Check, Finding, Found, Level, registry
from gallra.policy.law import Law
from gallra.policy.model import Policy

__all__ = ["LEVELS", "Check", "Finding", "Level", "check", "outdated", "registry"]


def check(
    policy: Policy,
    *,
    law: Law,
    kinds: Kinds,
    live: Mapping[str, Collection[str]] | None = None,
    declared: Mapping[str, Collection[str]] | None = None,
    as_of: date | None = None,
) -> list[Finding]:
    """Everything that is wrong or missing, errors first, then in the order of the file.

    live: table → columns of the running database, to be held against the record kinds and `declared`, the
    tables of Gallra itself that are no record kind. as_of: the day from which ages are counted; without it
    nothing is called old.
    """
    case = Case(policy, law, kinds, live, declared or {}, as_of)
    found = [_finding(case, entry, one) for entry in registry().values() for one in entry.run(case)]
    return sorted(found, key=lambda f: (LEVELS.index(f.level), f.line or 10**9, f.place, f.id, f.subject))


def _finding(case: Case, entry: Check, found: Found) -> Finding:
    table = next((p for p, _ in case.policy.pieces() if f"{found.place}.".startswith(f"{p}.")), None)
    promises = case.policy.piece(table).promises if table else ()
    return Finding(
        entry.id,
        entry.level,
        found.place,
        case.policy.line(found.place),
        found.sentence,
        entry.source,
        found.mend,
        promises,
        found.subject,
        entry.outdated,
    )


def outdated(policy: Policy, findings: Iterable[Finding]) -> frozenset[str]:
    """The promises that no longer hold as they are worded (S5, M12, M25, M26): every table that carries them
    has such a finding."""
    places = {finding.place for finding in findings if finding.outdated}
    hit = {
        table for table, _ in policy.pieces() if any(f"{place}.".startswith(f"{table}.") for place in places)
    }
    return frozenset(promise for promise, tables in policy.promises().items() if hit.issuperset(tables))
