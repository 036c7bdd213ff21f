"""The ledger as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Rows of its tables are only ever added: gallra.site.grants gives the working role select and insert."""

    name = "gallra.ledger"
    label = "ledger"
    append_only = ("Entry", "Leaf", "Checkpoint")
