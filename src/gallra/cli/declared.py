"""The record kinds that a policy is read with: Gallra's own, and those of the other databases it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gallra.kinds import Kinds
    from gallra.policy import Policy


def kinds_for(policy: Policy, file: Path | None) -> Kinds:
    """Every kind by its name: of a policy in a file, as the files beside it declare them; else as they were adopted.
    Raises PolicyMistakes."""
    from gallra.systems.own import every

    if all(system.connector != "sql" for system in policy.system.values()):
        return every()
    if file is not None:
        from gallra.systems.sql.beside import kinds_beside

        return {**every(), **kinds_beside(policy, file.parent)}
    from gallra.cli.console import installation

    with installation():
        from gallra.running.foreign import kinds_for as adopted

        return adopted(policy.version)
