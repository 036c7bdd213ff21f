from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Sets up the guard on outgoing connections in every process in which Django runs: web, worker, command line."""

    name = "gallra.site"
    label = "site"
    verbose_name = "Gallra"

    def ready(self) -> None:
        from django.conf import settings

        from gallra.site import database, egress

        egress.allow(database.hosts())
        for known in (settings.SMTP_SERVER, settings.MAILBOX and settings.MAILBOX.server):
            egress.allow([known.host] if known else [])
        egress.install()
