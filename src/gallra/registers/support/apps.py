from __future__ import annotations

from gallra.registers.apps import RegisterConfig


class SupportConfig(RegisterConfig):
    default = True
    name = "gallra.registers.support"
    label = "support"
