"""The files of record kinds that stand beside a policy's file. Needs no database and no installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gallra.kinds import RecordKind, Text
from gallra.policy.mistakes import Mistake, PolicyMistakes, way_out
from gallra.policy.model import Policy, System
from gallra.systems.sql.reading import Declaration, read_kinds


def kinds_beside(policy: Policy, folder: Path | None) -> dict[str, RecordKind]:
    """The record kinds of the policy's other databases, by name. Raises PolicyMistakes, as `declarations_beside`."""
    found: dict[str, RecordKind] = {}
    for name, text in declarations_beside(policy, folder).items():
        kinds = read_kinds(text).kinds
        found |= {kind: kinds[kind] for kind in policy.system[name].records}
    return found


def declarations_beside(policy: Policy, folder: Path | None) -> dict[str, str]:
    """The text of every file of record kinds that the policy names, by system. Raises PolicyMistakes, with the mistakes
    of all files."""
    found: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for name, system in policy.system.items():
        if system.connector != "sql":
            continue
        place = f"system.{name}"
        for key in ("kinds", "url_env"):
            if getattr(system, key) is None:
                said = Text('saknas; connector = "sql" behöver det', 'is missing; connector = "sql" needs it')
                mistakes.append(Mistake(f"{place}.{key}", policy.line(place), "", said))
        if system.kinds is None:
            continue
        if folder is None:
            said = Text(
                f"”{system.kinds}” söks bredvid policyns fil; ange filen",
                f'"{system.kinds}" is looked for beside the policy\'s file; give the file',
            )
            mistakes.append(Mistake(f"{place}.kinds", policy.line(f"{place}.kinds"), system.kinds, said))
            continue
        try:
            declaration = read_kinds(folder / system.kinds)
            found[name] = declaration.text
            mistakes += _unknown(policy, place, system, declaration)
        except PolicyMistakes as wrong:
            mistakes += [
                replace(m, place=f"{system.kinds}: {m.place}" if m.place else system.kinds)
                for m in wrong.mistakes
            ]
    if mistakes:
        raise PolicyMistakes(mistakes)
    return found


def _unknown(policy: Policy, place: str, system: System, declaration: Declaration) -> Iterator[Mistake]:
    for kind in system.records:
        if kind not in declaration.kinds:
            ending, near = way_out(kind, declaration.kinds)
            said = Text(
                f"”{kind}” är ingen posttyp i {system.kinds}{ending.sv}",
                f'"{kind}" is not a record kind in {system.kinds}{ending.en}',
            )
            yield Mistake(f"{place}.records", policy.line(f"{place}.records"), kind, said, near)
