from __future__ import annotations

from gallra.registers.apps import RegisterConfig


class DirectoryConfig(RegisterConfig):
    default = True
    name = "gallra.registers.directory"
    label = "directory"
