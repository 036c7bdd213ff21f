"""What makes the policy run: its adopted versions, runs, holds, open erasures, attestations, and the last check.

Texts that people write (reasons, grounds) stand here with a salt; the ledger holds only commitments to them.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Adoption(models.Model):
    """A version of the policy that became the running one; the newest runs. Old ones stay readable.

    version: hash of the file. by: "user 12" or "command line". blanked_at: when the fields this version dropped had
    been blanked everywhere; empty makes the next sweep do it. declarations: the files that declare the record kinds of
    other databases, whole, by the name of their system.
    """

    version = models.CharField(max_length=80)
    text = models.TextField()
    reason = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField(db_index=True)
    salt = models.BinaryField(max_length=32)
    blanked_at = models.DateTimeField(null=True)
    declarations = models.JSONField(default=dict)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"adoption {self.pk}"


class Hold(models.Model):
    """A dated exception for one record (kind and key) or for a person (an address in lower case); the other is empty.

    begins, until: first and last day, until empty for "until it is released". ground: why, in words (never in the
    ledger). When a hold on a person is released its address is emptied: nothing else needs it. restriction: the person
    asked that their data is only stored (Article 18); such a hold ends with the restriction, in no other way.
    kinds: of a person's records those of these kinds only; None for all.
    """

    system = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=100, blank=True, default="")
    key = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")
    ground = models.TextField()
    begins = models.DateField()
    until = models.DateField(null=True, blank=True)
    by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=60, blank=True, default="")
    restriction = models.BooleanField(default=False, db_default=False)
    kinds = models.JSONField(null=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(email="", kind__gt="", key__gt="")
                | Q(email__gt="", kind="", key="")
                | Q(email="", kind="", key="", released_at__isnull=False),
                name="hold_of_record_or_person",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "key"], condition=Q(released_at=None), name="hold_of_record"),
            models.Index(
                fields=["email"], condition=Q(released_at=None, email__gt=""), name="hold_of_person"
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class Run(models.Model):
    """One sweep or check from its beginning to its end.

    as_of: the moment it was asked for. taken: records. counts: records by rule, and contacts, companies, blanked
    rows. reason: why it stopped or failed, a word and names of declared things. An unfinished run that nobody is
    running was interrupted: the next sweep of the same policy version goes on under its id.
    """

    class Outcome(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=[("sweep", _("sweep")), ("check", _("check"))])
    policy = models.CharField(max_length=80)
    as_of = models.DateTimeField()
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    taken = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [models.Index(fields=["kind", "-began"], name="run_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Intent(models.Model):
    """What is about to be done in another database, and has no receipt yet: taken up again if it is cut off.

    action: what its receipt is called ("sweep.receipt", "blank", "erasure.receipt", "correction", "review"). rule,
    batch: as in its entry of the ledger; batch 0 and an address where it concerns a person. keys: of the records, or by
    table; values: what is to be written, where that is not in the body; body: of the entry. Settled with the receipt:
    then the row goes.
    """

    system = models.CharField(max_length=60)
    action = models.CharField(max_length=20, default="sweep.receipt")
    run = models.UUIDField(null=True)
    rule = models.CharField(max_length=200, blank=True, default="")
    batch = models.IntegerField()
    policy = models.CharField(max_length=80)
    keys = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    email = models.CharField(max_length=320, blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [models.Index(fields=["system"], name="intent_of_system")]

    def __str__(self) -> str:
        return f"intent {self.pk}"


class Decision(models.Model):
    """Why a record in another database was kept, or is erased: the reason of a review (M18), which that database has no
    place for. kind, key: of the record, with which it goes. by, reason: as the ledger's entry commits to, under the
    salt.
    """

    system = models.CharField(max_length=60)
    kind = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    decision = models.CharField(max_length=10, choices=[("keep", _("keep")), ("erase", _("erase"))])
    reason = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [models.Index(fields=["kind", "key"], name="decision_of_record")]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class OpenErasure(models.Model):
    """An erasure that waits for a statute: the records of one kind that concern a person, asked for at `asked_at`.

    Completes by a step of the sweep when the obligation ends, and takes nothing that was added after it was asked
    for. kind: empty for every kind. until: the last day on which a statute keeps something, as far as known. request:
    the request's number, where there is one. When it is complete the address is emptied.
    """

    email = models.CharField(max_length=320, blank=True, default="")
    kind = models.CharField(max_length=100, blank=True, default="")
    asked_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    request = models.BigIntegerField(null=True, blank=True)
    salt = models.BinaryField(max_length=32)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [
            models.Index(fields=["email"], condition=Q(completed_at=None), name="open_erasure_of"),
            models.Index(fields=["until"], condition=Q(completed_at=None), name="open_erasure_until"),
        ]

    def __str__(self) -> str:
        return f"open erasure {self.pk}"


class Attestation(models.Model):
    """A person vouched for what no program can see, on a day; it lapses. promise: S17. by: "user 12"."""

    promise = models.CharField(max_length=10)
    by = models.CharField(max_length=60)
    words = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    until = models.DateField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [models.Index(fields=["promise", "-at"], name="attestation_newest")]

    def __str__(self) -> str:
        return f"attestation {self.pk}"


class Checked(models.Model):
    """What the last check found, without personal data: counts per rule and record kind, statuses per promise. One
    row.

    audited_at: when the counts of what no index serves (all, waiting, uncovered) were last taken.
    """

    at = models.DateTimeField()
    policy = models.CharField(max_length=80)
    audited_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"check {self.pk}"
