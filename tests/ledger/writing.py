"""Entries for the tests of the ledger: what a company with a nightly sweep would write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from gallra.ledger.append import append
from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.verifier import Key

NOW = datetime(2026, 2, 14, 1, 0, tzinfo=UTC)
RUN = "5f1c2d3e-0000-4000-8000-000000000001"


def receipt(records: int = 3, batch: int | None = None) -> int:
    """One receipt, committed; its number."""
    with transaction.atomic():
        return append(
            action="sweep.receipt",
            body={
                "kind": "support.case",
                "verb": "archive",
                "records": records,
                "parts": {"support.message": 2},
            },
            now=NOW,
            policy="ab" * 32,
            run=RUN if batch is not None else None,
            rule="M16 support.case",
            batch=batch,
        )


def ledger(*stretches: int) -> Key:
    """A ledger with that many receipts before each checkpoint; its key."""
    from gallra.ledger.signing import load_signer

    made = 0
    for night, count in enumerate(stretches):
        for _ in range(count):
            made += 1
            receipt(made)
        make_checkpoint(NOW + timedelta(days=night))
    return load_signer().key
