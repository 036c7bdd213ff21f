"""Support: cases and all that hangs on them, customers' accounts, suggestions. Declared in kinds.py."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Index, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gallra.registers.bases import Document, WideContact, prose, reference, referring, word


class Status(models.TextChoices):
    OPEN = "open", _("open")
    WAITING = "waiting", _("waiting for the customer")
    CLOSED = "closed", _("closed")


class Priority(models.TextChoices):
    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")


class SuggestionStatus(models.TextChoices):
    NEW = "new", _("new")
    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")


class Contact(WideContact):
    """A person as support knows them: the reporter of a case, someone concerned by it, the holder of an
    account.
    """


class Case(models.Model):
    """A case. Archiving (M16) leaves what is impersonal, the solution with it; the schema admits no person in
    an archived one.
    """

    number = models.BigIntegerField(unique=True)
    contact = reference(Contact)
    company = reference("directory.Company")
    subject = prose()
    description = prose()
    technical_information = prose()
    product = prose()
    status = word(choices=Status.choices, default=Status.OPEN)
    priority = word(choices=Priority.choices, default=Priority.NORMAL)
    source = word(30, default="support")
    assignee = prose()
    solution = prose()
    opened_at = models.DateTimeField(default=timezone.now)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True)
                | Q(
                    contact__isnull=True,
                    company__isnull=True,
                    subject__isnull=True,
                    description__isnull=True,
                    technical_information__isnull=True,
                    assignee__isnull=True,
                ),
                name="case_archived_without_person",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="case_closed_has_a_date",
            ),
        ]
        indexes = [
            Index(fields=["closed_at", "id"], condition=Q(archived_at__isnull=True), name="case_closed"),
            # A period that erases takes the archived ones too.
            Index(fields=["closed_at", "id"], name="case_closed_ever"),
            Index(fields=["opened_at", "id"], condition=Q(archived_at__isnull=True), name="case_opened"),
            Index(
                fields=["last_contact_at", "id"],
                condition=Q(archived_at__isnull=True),
                name="case_last_contact",
            ),
            # What waits for us, or for a customer: few, beside all that is closed.
            Index(
                fields=["last_contact_at", "id"],
                condition=Q(archived_at__isnull=True) & ~Q(status="closed"),
                name="case_unfinished",
            ),
            *referring("support_case", "company", "contact"),
        ]

    def __str__(self) -> str:
        return f"case {self.number}"


class Message(models.Model):
    """A letter of a case's e-mail dialogue. contact: who wrote it, or to whom we wrote; author: who wrote at
    our end.
    """

    case = reference(Case, needed=True)
    contact = reference(Contact)
    direction = word(3, choices=[("in", _("received")), ("out", _("sent"))])
    author = prose()
    subject = prose()
    body = prose()
    mail_id = prose()
    answers = prose()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            *referring("support_message", "contact"),
            Index(fields=["mail_id"], condition=Q(mail_id__isnull=False), name="support_message_mail_id"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Note(models.Model):
    """A note of a call or meeting about a case. contact: with whom; author: who wrote it."""

    case = reference(Case, needed=True)
    contact = reference(Contact)
    channel = word(choices=[("phone", _("telephone")), ("meeting", _("meeting")), ("note", _("note"))])
    author = prose()
    text = prose()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = referring("support_note", "contact")

    def __str__(self) -> str:
        return f"note {self.pk}"


class Concerned(models.Model):
    """Someone besides the reporter whom a case concerns; may be contacted about that case only (M7)."""

    case = reference(Case, needed=True)
    contact = reference(Contact)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "contact"], name="concerned_once")]
        indexes = referring("support_concerned", "contact")

    def __str__(self) -> str:
        return f"concerned {self.pk}"


class CaseDocument(Document):
    """A document of a case. contact: who sent it."""

    case = reference(Case, needed=True)
    contact = reference(Contact)

    class Meta(Document.Meta):
        db_table = "support_document"
        indexes = referring("support_document", "contact")


class Account(models.Model):
    """A customer's account: it prefills the form (M6). Signing in is by passkey or one-time code; there is no
    password.
    """

    contact = reference(Contact)
    handle = models.UUIDField(default=uuid.uuid4, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    signed_in_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact"], name="account_once")]
        indexes = [
            Index(fields=["created_at", "id"], name="account_created"),
            Index(fields=["signed_in_at", "id"], name="account_signed_in"),
            Index(fields=["closed_at", "id"], name="account_closed"),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class Suggestion(models.Model):
    """A proposal for improvement, without the person and without the case it came in (S11)."""

    product = prose()
    text = models.TextField()
    status = word(choices=SuggestionStatus.choices, default=SuggestionStatus.NEW)
    given_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            Index(fields=["given_at", "id"], name="suggestion_given"),
            Index(fields=["settled_at", "id"], name="suggestion_settled"),
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"
