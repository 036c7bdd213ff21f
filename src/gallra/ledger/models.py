"""The ledger's three tables. Rows are only ever added: the application's role may select and insert, nothing
else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform


class Entry(models.Model):
    """One entry. Written by `append`, hashed into the tree by the next checkpoint.

    number: from a sequence, so that no writer waits for another; a transaction that is rolled back leaves a
    gap (docs/decisions/ledger-numbers.md). at: the operation's one reading of the clock. policy: hash of the
    adopted policy file. run, rule, batch: which batch of which sweep; once per action. body: what `bodies.py`
    allows for the action.
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    policy = models.CharField(max_length=80, null=True)
    run = models.UUIDField(null=True)
    rule = models.CharField(max_length=200, null=True)
    batch = models.IntegerField(null=True)
    body = models.JSONField()

    class Meta:
        db_table = "ledger_entry"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "rule", "batch", "action"], name="ledger_entry_batch_once"
            ),
        ]
        indexes = [
            models.Index(fields=["action", "-number"], name="ledger_entry_action"),
            models.Index(fields=["rule", "-number"], name="ledger_entry_rule"),
            models.Index(
                KeyTextTransform("request", "body"),
                "number",
                condition=Q(body__has_key="request"),
                name="ledger_entry_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class Leaf(models.Model):
    """The place of an entry in the Merkle tree, given when a checkpoint first covers it. Places have no gaps.

    index: from 0. hash: the RFC 6962 leaf hash of the entry's canonical bytes, 32 bytes.
    """

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, db_column="number", related_name="leaf")
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_leaf"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.index}: {self.entry_id}"


class Checkpoint(models.Model):
    """A signed statement that the tree's first `size` leaves have the root hash `root`.

    note: the C2SP signed note, with origin, size, root and time. frontier: the hashes of the tree's complete
    subtrees, largest first, 32 bytes each, from which the next checkpoint goes on. high: the highest number
    among the leaves. gaps: the numbers below `high` that were not seen, [first, last] each: rolled back, or
    of a transaction still open.
    """

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    frontier = models.BinaryField()
    high = models.BigIntegerField()
    gaps = models.JSONField()

    class Meta:
        db_table = "ledger_checkpoint"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.size} {self.at:%Y-%m-%d %H:%M}"
