"""Gallra's own tables as data (gallra.toml): sign-in, sessions, jobs, the ledger, what makes the policy
run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One of Gallra's own tables. record: the own record whose period its rows keep (policy/law/own.toml), or
    None."""

    name: str
    record: str | None
    personal: frozenset[str]
    impersonal: frozenset[str]

    @property
    def columns(self) -> frozenset[str]:
        return self.personal | self.impersonal


@cache
def own_tables() -> Mapping[str, OwnTable]:
    """The tables that no register declares, by name. RuntimeError where the list names a table or column
    twice."""
    listed = tomllib.loads(files("gallra.systems").joinpath("gallra.toml").read_text("utf-8"))["table"]
    found: dict[str, OwnTable] = {}
    for entry in listed:
        columns = [*entry.get("personal", ()), *entry["impersonal"]]
        if entry["name"] in found or len(columns) != len(set(columns)):
            raise RuntimeError(f"{entry['name']} is listed twice, or a column of it")
        found[entry["name"]] = OwnTable(
            entry["name"],
            entry.get("record"),
            frozenset(entry.get("personal", ())),
            frozenset(entry["impersonal"]),
        )
    return MappingProxyType(found)


def declared() -> Mapping[str, frozenset[str]]:
    """Every table of our database that is no record kind's, with its columns: Gallra's own, and the
    registers' supporting ones. What `check` takes as `declared`."""
    from gallra.systems import own

    registers = {
        name: frozenset(column.name for column in table.columns) for name, table in own.tables().items()
    }
    return {**registers, **{name: table.columns for name, table in own_tables().items()}}
