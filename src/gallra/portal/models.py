"""What the public pages keep for a while: what came in by a form until it has been taken in, and how often something
was asked. Declared in systems/portal_kinds.py and gallra.toml; periods in policy/law/own.toml."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Arrival(models.Model):
    """What somebody sent by one of the ways in (S4), until a job has taken it in: then the row is gone.

    way: the policy's word for it. fate: which record kind it is, and so how long it is kept. state "underway": the job
    has it next; "unconfirmed": a sign-up that waits for its link, until `expires_at`; "by hand": a verb refused it,
    `reason` says by which code, and staff deal with it. address: in lower case; empty where the policy's purposes name
    none. given: the form's fields by the policy's words; wording: what the person agreed to; digest: SHA-256 of the
    link's token.
    """

    class Fate(models.TextChoices):
        SIGN_UP = "sign-up", _("sign-up")
        FORM = "form", _("form")

    class State(models.TextChoices):
        UNDERWAY = "underway", _("underway")
        UNCONFIRMED = "unconfirmed", _("waiting for confirmation")
        BY_HAND = "by hand", _("to be dealt with by hand")

    way = models.CharField(max_length=30)
    fate = models.CharField(max_length=10, choices=Fate.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.UNDERWAY)
    language = models.CharField(max_length=2)
    address = models.CharField(max_length=320, blank=True, default="")
    given = models.JSONField(default=dict)
    subject = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")
    no_news = models.BooleanField(default=False)
    topics = models.JSONField(default=list)
    wording = models.TextField(blank=True, default="")
    digest = models.BinaryField(max_length=32, null=True)
    reason = models.CharField(max_length=40, blank=True, default="")
    came_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [
            models.Index(fields=["address"], name="arrival_address"),
            models.Index(fields=["digest"], condition=Q(digest__isnull=False), name="arrival_digest"),
            models.Index(fields=["expires_at", "id"], name="arrival_expires"),
            models.Index(fields=["settled_at", "id"], name="arrival_settled"),
            models.Index(fields=["came_at"], condition=Q(state="underway"), name="arrival_underway"),
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk}"


class Counted(models.Model):
    """How often something was asked since the span began (limits.py). key: a keyed hash of whose; the table is
    unlogged, so that no backup of the files and no replica has it.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    limit = models.CharField(max_length=30)
    count = models.IntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"count of {self.limit}"
