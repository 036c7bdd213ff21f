"""Our own registers as a system: their record kinds, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gallra.kinds import RecordKind
from gallra.registers.crm.kinds import KINDS as CRM
from gallra.registers.finance.kinds import KINDS as FINANCE
from gallra.registers.licensing.kinds import KINDS as LICENSING
from gallra.registers.newsletter.kinds import KINDS as NEWSLETTER
from gallra.registers.support.kinds import KINDS as SUPPORT


@cache
def kinds() -> Mapping[str, RecordKind]:
    """Every record kind that Gallra itself provides. Imports no framework and reads no settings."""
    every = (*SUPPORT, *FINANCE, *LICENSING, *CRM, *NEWSLETTER)
    found = {kind.name: kind for kind in every}
    if len(found) != len(every):
        raise RuntimeError("two record kinds have the same name")
    return MappingProxyType(found)
