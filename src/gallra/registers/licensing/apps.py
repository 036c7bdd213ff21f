from __future__ import annotations

from gallra.registers.apps import RegisterConfig


class LicensingConfig(RegisterConfig):
    default = True
    name = "gallra.registers.licensing"
    label = "licensing"
