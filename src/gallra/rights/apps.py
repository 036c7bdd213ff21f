"""Requests from receipt to answer, as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "gallra.rights"
    label = "rights"

    def ready(self) -> None:
        from gallra.rights import evidence, mailbox

        mailbox.listen()
        evidence.listen()
