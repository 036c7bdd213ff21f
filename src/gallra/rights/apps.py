"""Requests from receipt to answer, as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "gallra.rights"
    label = "rights"

    def ready(self) -> None:
        from gallra.rights import again, evidence, mailbox, registered_again

        again.listen()
        registered_again.listen()
        mailbox.listen()
        evidence.listen()
