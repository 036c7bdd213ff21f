from __future__ import annotations

from gallra.registers.apps import RegisterConfig


class CrmConfig(RegisterConfig):
    default = True
    name = "gallra.registers.crm"
    label = "crm"
