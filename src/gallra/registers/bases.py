"""What the registers' models have in common: contacts, documents, references.

Optional text is NULL when it is not there: the database refuses a field without purpose by asking whether it
is NULL. Foreign keys are the database's business (`DO_NOTHING`, and immediate by `migrating.immediate`):
Django neither deletes along them nor defers them to the commit, where the wrong one of two writers would
fail.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Func, Index, Q, UniqueConstraint
from django.db.models.functions import Lower, Trim
from django.utils import timezone


class SortKey(Func):
    """Swedish alphabetical order as a value that sorts by bytes: å, ä, ö after z, on any server and
    collation.
    """

    template = "(translate(lower(%(expressions)s), 'åäöéü', '{|}ey') COLLATE \"C\")"
    output_field = models.TextField()


class Digits(Func):
    """A telephone number's digits, however it is written; as the engine asks for them (engine/person/twins.py)."""

    template = "(regexp_replace(%(expressions)s, '[^0-9]+', '', 'g'))"
    output_field = models.TextField()


def prose(**rest: Any) -> models.TextField[Any, Any]:
    """A text that need not be there."""
    return models.TextField(null=True, blank=True, **rest)


def word(length: int = 20, **rest: Any) -> models.CharField[Any, Any]:
    """A short word from a list of ours."""
    return models.CharField(max_length=length, **rest)


def reference(to: Any, *, needed: bool = False, **rest: Any) -> models.ForeignKey[Any, Any]:
    """A foreign key that the database keeps. Its index, partial where the reference can be missing, is
    declared in Meta.
    """
    return models.ForeignKey(
        to, models.DO_NOTHING, null=not needed, blank=not needed, db_index=needed, related_name="+", **rest
    )


def referring(table: str, *columns: str) -> list[Index]:
    """Partial indexes for columns that can refer to a contact or a company: one probe when it is settled."""
    return [
        Index(fields=[column], condition=Q(**{f"{column}__isnull": False}), name=f"{table}_{column}_set"[:30])
        for column in columns
    ]


class Contact(models.Model):
    """A person as one register knows them. Which columns may be filled, the adopted policy's purposes decide
    (M2–M5).

    email: stored trimmed and in lower case; one contact per address and register. sources: per column, where
    the value came from and when (S6), `{"email": {"from": "support", "at": "2026-02-14"}}`. notice_from:
    since when there is a value that the person did not give (Article 14); noticed_at: when the person was
    told.
    """

    name = prose()
    email = prose()
    company = reference("directory.Company")
    sources = models.JSONField(default=dict)
    notice_from = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        constraints = [
            UniqueConstraint(fields=["email"], name="%(class)s_%(app_label)s_email"),
            models.CheckConstraint(
                condition=Q(email=Lower(Trim("email"))), name="%(app_label)s_email_normal"
            ),
        ]
        indexes = [
            Index(SortKey(F("name")), name="%(app_label)s_contact_sorted"),
            Index(
                fields=["company"], condition=Q(company__isnull=False), name="%(app_label)s_contact_company"
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"  # not the name: this text ends up in logs and errors


class WideContact(Contact):
    """A contact with what letters and telephone calls need; mailings never do."""

    phone = prose()
    title = prose()
    address = prose()
    town = prose()

    class Meta(Contact.Meta):
        abstract = True
        indexes = [
            *Contact.Meta.indexes,
            Index(Digits(F("phone")), name="%(app_label)s_contact_digits", condition=Q(phone__isnull=False)),
        ]


class Document(models.Model):
    """A document with its description (S8). The file lies encrypted under GALLRA_HOME, its wrapped key here.

    file: path below the documents folder. size: bytes of the plain document. secret: the file's key, wrapped
    with the installation's; without it nobody reads the file again. words: tokens of its words (searching.py);
    NULL where it has not been read.
    """

    name = prose()
    description = prose()
    media_type = prose()
    size = models.BigIntegerField()
    file = models.TextField()
    secret = models.BinaryField()
    words = prose()
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        constraints = [UniqueConstraint(fields=["file"], name="%(app_label)s_document_file")]

    def __str__(self) -> str:
        return f"document {self.pk}"
