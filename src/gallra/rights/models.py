"""Requests, their links, what was found and decided under them, answers, and reasons apart from people (S22).

Everything of one request hangs on it and goes with it, 24 months after it was closed unless the policy says
otherwise (systems/gallra_kinds.py). The ledger holds numbers and commitments to what stands here, by each request's
salt.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from gallra.rights import words


class Request(models.Model):
    """What somebody asks for, from receipt to answer.

    received_at: when it reached us, by whatever channel: the clock starts there (Article 12(3)). entered_by: empty
    for the person, else "user 12", "command line". address: in lower case, empty for a letter without one. said: what
    it concerns, in their words. wishes: fields to correct by the words of a policy ({"phone": "…"}). stop_mailings:
    stopped at once on receipt (S19). wants_told: when a deferred erasure has been completed.

    due_on: the last day for the answer; extended: two months more, told with `extension_reason` at `extended_at`;
    paused_on: the day identity was asked for, while it is; paused_days: of the pauses before. reminded: the last
    reminder, as days before due_on.

    result: counts by system and kind, nothing personal. step: how far it is carried out. Its receipts are found in the
    ledger by its number (book.py).
    """

    right = models.CharField(max_length=20, choices=words.Right.choices)
    channel = models.CharField(max_length=10, choices=words.Channel.choices)
    state = models.CharField(max_length=30, choices=words.State.choices)
    language = models.CharField(max_length=2, default="sv")
    address = models.CharField(max_length=320, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    said = models.TextField(blank=True, default="")
    wishes = models.JSONField(default=dict, blank=True)
    stop_mailings = models.BooleanField(default=False)
    wants_told = models.BooleanField(default=False)
    salt = models.BinaryField(max_length=32)

    received_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=60, blank=True, default="")

    due_on = models.DateField()
    extended = models.BooleanField(default=False)
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = models.TextField(blank=True, default="")
    paused_on = models.DateField(null=True, blank=True)
    paused_days = models.IntegerField(default=0)
    pause_reason = models.TextField(blank=True, default="")
    reminded = models.IntegerField(null=True, blank=True)

    identity = models.CharField(
        max_length=10, choices=words.Identity.choices, blank=True, default=words.Identity.NONE
    )
    identity_reason = models.TextField(blank=True, default="")
    identified_at = models.DateTimeField(null=True, blank=True)

    looked_up_at = models.DateTimeField(null=True, blank=True)
    automatic = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=60, blank=True, default="")
    step = models.CharField(max_length=20, blank=True, default="")
    refusal = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints = [
            models.CheckConstraint(condition=Q(right__in=words.Right.values), name="request_right_known"),
            models.CheckConstraint(
                condition=Q(channel__in=words.Channel.values), name="request_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in words.CLOSED], closed_at__isnull=False)
                | Q(state__in=[str(state) for state in words.OPEN], closed_at=None),
                name="request_closed_with_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(closed_at=None), name="request_open"),
            models.Index(fields=["address"], condition=Q(address__gt=""), name="request_address"),
            models.Index(fields=["closed_at"], name="request_closed"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def paused(self) -> bool:
        """Whether the clock stands, since identity was asked for."""
        return self.paused_on is not None


class Link(models.Model):
    """A single-use link that was mailed. digest: SHA-256 of its token, which is nowhere else than in the mail."""

    class Purpose(models.TextChoices):
        CONFIRM = "confirm"
        ANSWER = "answer"
        UNSUBSCRIBE = "unsubscribe"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="links", null=True)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"link {self.pk}"


class Decision(models.Model):
    """What becomes of the person's rows of one table in records of one kind. Proposed by the engine's plan; `by` and
    `reason` where staff decided otherwise. until, statute: of what is kept; None while the day is not known."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="decisions")
    system = models.CharField(max_length=60)
    kind = models.CharField(max_length=100)
    table = models.CharField(max_length=100)
    proposed = models.CharField(max_length=10, choices=words.Verdict.choices)
    verdict = models.CharField(max_length=10, choices=words.Verdict.choices)
    count = models.IntegerField()
    until = models.DateField(null=True)
    statute = models.CharField(max_length=60, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"decision {self.pk}"


class Mention(models.Model):
    """The person's name, address or telephone number in somebody else's text: where it stands, by keys, and what
    becomes of it. text: what is included in the answer, others' data redacted by whoever decided. unread: a document
    that no program can read (a scan), of a case or company of the person's: whether it mentions them somebody has to
    see."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="mentions")
    kind = models.CharField(max_length=100)
    record = models.TextField()
    table = models.CharField(max_length=100)
    key = models.TextField()
    column = models.CharField(max_length=100)
    unread = models.BooleanField(default=False)
    verdict = models.CharField(
        max_length=20,
        choices=words.MentionVerdict.choices,
        blank=True,
        default=words.MentionVerdict.UNDECIDED,
    )
    text = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    by = models.CharField(max_length=60, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"mention {self.pk}"


class Twin(models.Model):
    """A contact that may be the same person under another address, and why. same: the request covers it too, because
    staff said so with a reason; never by itself."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="twins")
    table = models.CharField(max_length=100)
    key = models.CharField(max_length=60)
    alike = models.JSONField(default=list)
    verdict = models.CharField(
        max_length=10, choices=words.TwinVerdict.choices, blank=True, default=words.TwinVerdict.UNDECIDED
    )
    reason = models.TextField(blank=True, default="")
    by = models.CharField(max_length=60, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"twin {self.pk}"


class Named(models.Model):
    """Somebody else, a contact by table and key, whom the person's own texts name, and in how many. Hidden in the copy,
    unless staff say with a reason that the name may stand."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="named")
    table = models.CharField(max_length=100)
    key = models.CharField(max_length=60)
    count = models.IntegerField()
    verdict = models.CharField(
        max_length=10, choices=words.NamedVerdict.choices, default=words.NamedVerdict.HIDE
    )
    reason = models.TextField(blank=True, default="")
    by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"named {self.pk}"


class Enclosed(models.Model):
    """A document of the person's own that cannot go into a copy unseen: where it lies, by keys, and why: it names
    others (how many), or no program can read it. Left out unless staff say with a reason that it is sent."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="enclosed")
    kind = models.CharField(max_length=100)
    record = models.TextField()
    table = models.CharField(max_length=100)
    key = models.TextField()
    why = models.CharField(max_length=10, choices=words.EnclosedWhy.choices)
    count = models.IntegerField(default=0)
    verdict = models.CharField(
        max_length=10,
        choices=words.EnclosedVerdict.choices,
        blank=True,
        default=words.EnclosedVerdict.UNDECIDED,
    )
    reason = models.TextField(blank=True, default="")
    by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"enclosed {self.pk}"


class Answer(models.Model):
    """The file a person gets. file, secret: of the encrypted store (rights/answer/storing.py); digest: SHA-256 of the
    zip, as the ledger has it. Unreadable once the row, and with it the key, is gone.

    code: the keyed hash of the one-time code that was mailed last, sent at `code_at`; tries: wrong ones since.
    """

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="answer")
    file = models.CharField(max_length=80)
    secret = models.BinaryField(max_length=64)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    fetched_at = models.DateTimeField(null=True)
    code = models.BinaryField(max_length=32, null=True)
    code_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"answer {self.pk}"


class StopReason(models.Model):
    """Why somebody left the mailings (S22): a text and a day, nothing else. The key is random, so that not even the
    order of the rows tells whose it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    text = models.TextField()
    on = models.DateField(db_index=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return "a reason"


from gallra.rights.register_models import (  # noqa: E402 - Django looks for them here
    Affected,
    Breach,
    BreachMessage,
    BreachStep,
    Disclosure,
    Notice,
    Opening,
    Restriction,
)

__all__ = [
    "Affected", "Answer", "Breach", "BreachMessage", "BreachStep", "Decision", "Disclosure", "Enclosed",
    "Link", "Mention", "Notice", "Opening", "Request", "Restriction", "StopReason", "Twin",
]  # fmt: skip
