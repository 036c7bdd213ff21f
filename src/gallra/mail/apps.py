"""Mail, as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "gallra.mail"
    label = "mail"

    def ready(self) -> None:
        from gallra.mail import newsletters

        newsletters.listen()
