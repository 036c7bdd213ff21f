"""Our own database as a system: the record kinds of the registers, and with `every` Gallra's own, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gallra.kinds import RecordKind, Table
from gallra.registers.crm.kinds import KINDS as CRM
from gallra.registers.directory.kinds import SUPPORTING as DIRECTORY_TABLES
from gallra.registers.finance.kinds import KINDS as FINANCE
from gallra.registers.finance.kinds import SUPPORTING as FINANCE_TABLES
from gallra.registers.licensing.kinds import KINDS as LICENSING
from gallra.registers.newsletter.kinds import KINDS as NEWSLETTER
from gallra.registers.newsletter.kinds import SUPPORTING as NEWSLETTER_TABLES
from gallra.registers.support.kinds import KINDS as SUPPORT
from gallra.systems import gallra_kinds


@cache
def kinds() -> Mapping[str, RecordKind]:
    """The record kinds of the registers. Imports no framework and reads no settings."""
    every = (*SUPPORT, *FINANCE, *LICENSING, *CRM, *NEWSLETTER)
    found = {kind.name: kind for kind in every}
    if len(found) != len(every):
        raise RuntimeError("two record kinds have the same name")
    return MappingProxyType(found)


@cache
def every() -> Mapping[str, RecordKind]:
    """What an installation knows: the registers' record kinds, and Gallra's own (sessions, jobs…)."""
    return MappingProxyType({**kinds(), **gallra_kinds.kinds()})


@cache
def tables() -> Mapping[str, Table]:
    """Every table of the registers by name: those of the record kinds, and the supporting ones, which hold no
    persons.
    """
    found: dict[str, Table] = {}
    for kind in kinds().values():
        for table in kind.tables():
            if found.setdefault(table.name, table) != table:
                raise RuntimeError(f"{table.name} is declared twice, differently")
    for table in (*DIRECTORY_TABLES, *FINANCE_TABLES, *NEWSLETTER_TABLES):
        if table.name in found:
            raise RuntimeError(f"{table.name} is declared twice")
        found[table.name] = table
    return MappingProxyType(found)
