"""What is written to people and what they write, until its period has passed (policy/law/own.toml: gallra.mail,
gallra.failed_mail, gallra.received). Declared as record kinds in systems/mail_kinds.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gallra.registers.bases import Document


class Outgoing(models.Model):
    """One message to one address, from being written to having been handed over.

    address: in lower case. text: which text it is ("login_code"), never what it says. request: the number of the
    request it belongs to, about: the record it belongs to ("newsletter.subscription 12"). headers: those that not every
    message has. message_id: without brackets; unguessable, so that a bounce that names it is one. secrets: pieces
    of the text that only the reader needs (a code, a link); they go when the message is sent.

    fate: which record kind it is, and so how long it is kept. state "sending" with nobody sending means that
    whoever sent it was killed.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        OUTBOX = "outbox", _("in the outbox")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("came back")

    class Fate(models.TextChoices):
        UNDERWAY = "underway", _("underway")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    address = models.CharField(max_length=320)
    text = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    subject = models.TextField()
    plain = models.TextField()
    html = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    secrets = models.JSONField(default=list)
    message_id = models.CharField(max_length=200, unique=True)
    request = models.BigIntegerField(null=True, blank=True)
    about = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.UNDERWAY)
    status = models.CharField(max_length=20, blank=True, default="")
    attempts = models.IntegerField(default=0)
    added_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [
            models.Index(fields=["address"], name="outgoing_address"),
            models.Index(fields=["next_at"], condition=Q(fate="underway"), name="outgoing_underway"),
            models.Index(fields=["sent_at", "id"], name="outgoing_sent"),
            models.Index(fields=["failed_at", "id"], name="outgoing_failed"),
            models.Index(fields=["request"], condition=Q(request__isnull=False), name="outgoing_request"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class Incoming(models.Model):
    """One message from the privacy mailbox, taken in once.

    digest: SHA-256 of its header as it came, by which it is known again in the mailbox. address: the sender's, in
    lower case; empty where there is none. kind: a message of a person, an automatic reply, or a report that ours
    came back. body: all of its text; said: without what it quotes and how it is signed. answers: the number of the
    message of ours that it answers, where we had it then; request: the request that one belonged to, known from its
    Message-ID even after the message has gone. left_out: attachments that were too large or too many, and stand in the
    mailbox only; whole: False where the message itself was too large to be read.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        AUTOMATIC = "automatic", _("automatic reply")
        BOUNCE = "bounce", _("report of a bounce")

    digest = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.CharField(max_length=320, blank=True, default="")
    name = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    body = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")
    message_id = models.TextField(blank=True, default="")
    references = models.JSONField(default=list)
    answers = models.BigIntegerField(null=True, blank=True)
    request = models.BigIntegerField(null=True, blank=True)
    size = models.BigIntegerField()
    left_out = models.IntegerField(default=0)
    whole = models.BooleanField(default=True)
    written_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [
            models.Index(fields=["address"], name="incoming_address"),
            models.Index(fields=["received_at", "id"], name="incoming_received"),
            models.Index(fields=["request"], condition=Q(request__isnull=False), name="incoming_request"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attachment(Document):
    """A document that came with a message, encrypted with a key of its own (registers/documents.py)."""

    message = models.ForeignKey(Incoming, models.DO_NOTHING, related_name="attachments")

    class Meta(Document.Meta):
        default_permissions: ClassVar[tuple[str, ...]] = ()


class Look(models.Model):
    """The last look into the mailbox, and the last that went well. One row; nothing personal.

    trouble: empty, or a word: "unreachable", "refused" (the password), "undeclared" (the guard), "failed". broken:
    messages that could not be taken in, and are tried again at every look."""

    at = models.DateTimeField()
    well_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=20, blank=True, default="")
    broken = models.IntegerField(default=0)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"look {self.pk}"


class CaseNews(models.Model):
    """A case in which a customer wrote something that support has not been mailed of (mail/case_news.py); gone when
    they are, within ten minutes. Nothing personal: the case's number. opened: whether the case itself is new."""

    case = models.BigIntegerField(primary_key=True)
    opened = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"news of case {self.case}"
