from __future__ import annotations

from gallra.registers.apps import RegisterConfig


class NewsletterConfig(RegisterConfig):
    default = True
    name = "gallra.registers.newsletter"
    label = "newsletter"
