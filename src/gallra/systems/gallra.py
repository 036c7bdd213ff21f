"""Gallra's own tables that are no record kind's, as data (gallra.toml): the ledger, what makes the policy run, and
what Django and the job queue keep for themselves. Sign-in, sessions and jobs are record kinds (gallra_kinds.py)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One of Gallra's own tables."""

    name: str
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
            frozenset(entry.get("personal", ())),
            frozenset(entry["impersonal"]),
        )
    return MappingProxyType(found)


def declared() -> Mapping[str, frozenset[str]]:
    """Every table of our database that is no register's record kind's, with its columns: Gallra's own, and the
    registers' supporting ones. What `check` takes as `declared`."""
    from gallra.systems import gallra_kinds, own

    kinds = {table.name: table for kind in gallra_kinds.kinds().values() for table in kind.tables()}
    declared = {
        name: frozenset(column.name for column in table.columns)
        for name, table in {**own.tables(), **kinds}.items()
    }
    return {**declared, **{name: table.columns for name, table in own_tables().items()}}
