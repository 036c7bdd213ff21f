"""What the right to data portability covers (Article 20): what is used by consent or contract. Where a policy does not
say on which basis, nobody can say that it is not so: that is covered too, and the letter tells."""

from __future__ import annotations

from collections.abc import Iterable

from gallra.policy.model import Policy

BASES = ("consent", "contract")


def covers(bases: Iterable[str | None]) -> bool:
    """Whether what is used on these bases (None: not stated) is covered."""
    return any(basis is None or basis in BASES for basis in bases)


def kinds(policy: Policy) -> frozenset[str]:
    """The record kinds of a policy that are covered; what no purpose names is not."""
    found: dict[str, list[str | None]] = {}
    for purpose in policy.purpose.values():
        for name in purpose.records:
            found.setdefault(name, []).append(purpose.basis)
    return frozenset(name for name, bases in found.items() if covers(bases))
