"""Companies, shared by all registers; which fields the policy allows; what waits to be asked whether it is
still needed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Index, Q
from django.utils import timezone

from gallra.registers.bases import SortKey, prose


class Company(models.Model):
    """A company, or a sole trader, whose number is a person's (S3). Lives while any register refers to it.

    agreements_open: how many agreements have no end; agreements_until: the last end of those that have one.
    Together they are the clock of S18. Only `directory.actions.recount` writes them, with the row locked.
    """

    name = prose()
    organisation_number = prose()
    address = prose()
    town = prose()
    business_system = prose()
    sole_trader = models.BooleanField(default=False)
    sources = models.JSONField(default=dict)
    agreements_open = models.IntegerField(default=0)
    agreements_until = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_number"], name="company_organisation_number"),
            models.CheckConstraint(condition=Q(agreements_open__gte=0), name="company_agreements_counted"),
        ]
        indexes = [
            # What S18 asks: a range over customers whose agreements have all ended.
            Index(fields=["agreements_until", "id"], condition=Q(agreements_open=0), name="company_ended"),
            Index(SortKey(F("name")), name="company_sorted"),
        ]

    def __str__(self) -> str:
        return f"company {self.pk}"


class Recheck(models.Model):
    """A contact or company that may have lost its last reference, to be asked about by the settler.

    Without unique or foreign keys, so that writers never wait for each other. what: its table; key: its key
    there; keys: instead of one, those that a batch of a sweep names, a list of numbers in one row.
    """

    what = models.TextField()
    key = models.BigIntegerField(null=True)
    keys = models.JSONField(null=True)
    queued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [Index(fields=["what", "id"], name="recheck_in_turn")]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__isnull=False, keys__isnull=True) | Q(key__isnull=True, keys__isnull=False),
                name="recheck_one_or_many",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"


class AllowedField(models.Model):
    """Whether a column may be filled, as the adopted policy's purposes say. No row: the policy is silent, and
    allows.
    """

    table_name = models.TextField()
    column_name = models.TextField()
    allowed = models.BooleanField()

    class Meta:
        db_table = "directory_allowed_field"
        constraints = [
            models.UniqueConstraint(fields=["table_name", "column_name"], name="allowed_field_once")
        ]

    def __str__(self) -> str:
        return f"{self.table_name}.{self.column_name}"


class OffKind(models.Model):
    """A record kind that no system of the adopted policy names: its register is off and takes nothing."""

    kind = models.TextField(primary_key=True)

    class Meta:
        db_table = "directory_off_kind"

    def __str__(self) -> str:
        return self.kind


class Restricted(models.Model):
    """A person whose data is only stored until the restriction is lifted (Article 18): the address in lower case, as
    contacts have it. The triggers compare it; the row goes when it is lifted. kinds: the record kinds that are
    restricted, and tables of contacts whose contact serves nothing else; None for everything.
    """

    email = models.TextField(primary_key=True)
    since = models.DateTimeField()
    kinds = models.JSONField(null=True)

    class Meta:
        db_table = "directory_restricted"

    def __str__(self) -> str:
        return "a restriction"
