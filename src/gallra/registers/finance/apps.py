from __future__ import annotations

from gallra.registers.apps import RegisterConfig


class FinanceConfig(RegisterConfig):
    default = True
    name = "gallra.registers.finance"
    label = "finance"
