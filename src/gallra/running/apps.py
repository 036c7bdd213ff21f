"""What makes the policy run on this installation, as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RunningConfig(AppConfig):
    name = "gallra.running"
    label = "running"

    def ready(self) -> None:
        from gallra.running import accounts, mailings, marks, removals

        mailings.listen()
        marks.listen()
        accounts.listen()
        removals.listen()
