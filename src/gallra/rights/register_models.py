"""What is kept about people beside their requests: restrictions, disclosures, who has been told of what, who has opened
whose card, breaches. Declared as record kinds in systems/register_kinds.py, each with a period of its own.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Restriction(models.Model):
    """A person whose data is only stored (Article 18): of these record kinds, or all of it (kinds: None). hold: by
    which it is kept and blocked (running/holds.py); request: by which it was asked for, where there is one.

    How it ends: reason, ends_on and mail (the message that tells the person of it) from the day that staff decided so;
    told_how where the person was told in another way; told_at: when. Lifted, the address is emptied.
    """

    address = models.CharField(max_length=320, blank=True, default="")
    language = models.CharField(max_length=2, default="sv")
    hold = models.BigIntegerField(unique=True)
    request = models.BigIntegerField(null=True)
    ground = models.TextField(blank=True, default="")
    since = models.DateTimeField()
    by = models.CharField(max_length=60)
    salt = models.BinaryField(max_length=32)
    reason = models.TextField(blank=True, default="")
    ends_on = models.DateField(null=True)
    ending_by = models.CharField(max_length=60, blank=True, default="")
    mail = models.BigIntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    told_how = models.TextField(blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    kinds = models.JSONField(null=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints = [
            models.UniqueConstraint(fields=["address"], condition=Q(lifted_at=None), name="restricted_once")
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}"


class Disclosure(models.Model):
    """Data that left the controller: to whom, on what ground, how much of it, who approved (M14, M15, S13).

    to: a recipient that the policy declares (recipient: its key), an authority, or a file that staff took out. why:
    the law or the decision, with its reference. extent: what, in words. kinds: record kinds. address: of the person it
    is about, empty where it is about many; emptied when the person is erased.
    """

    class To(models.TextChoices):
        RECIPIENT = "recipient", _("a recipient")
        AUTHORITY = "authority", _("an authority")
        STAFF = "staff", _("an export by staff")

    class Ground(models.TextChoices):
        LAW = "law", _("applicable law")
        PROCESS = "legal process", _("legal process")
        AUTHORITY = "authority", _("a compelling request of an authority")
        PROCESSOR = "processor", _("a processor's task")
        PURPOSE = "purpose", _("a purpose of the policy")
        PERSON = "person", _("the person's own request")

    to = models.CharField(max_length=10, choices=To.choices)
    recipient = models.CharField(max_length=200)
    ground = models.CharField(max_length=20, choices=Ground.choices)
    why = models.TextField(blank=True, default="")
    extent = models.TextField(blank=True, default="")
    kinds = models.JSONField(default=list)
    address = models.CharField(max_length=320, blank=True, default="")
    on = models.DateField(db_index=True)
    added_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    approved_by = models.CharField(max_length=60, blank=True, default="")
    salt = models.BinaryField(max_length=32)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [models.Index(fields=["address"], condition=Q(address__gt=""), name="disclosure_of_person")]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"


class Notice(models.Model):
    """A recipient who is to be told of a rectification, erasure or restriction (Article 19), and whether they were.

    recipient: the policy's key, or an authority's name; mail: the message, where the policy has an address for them;
    else staff tell them and say how. impossible: why it cannot be done, or would take effort out of proportion.
    """

    class State(models.TextChoices):
        TO_TELL = "to tell", _("to be told")
        MAILED = "mailed", _("told by mail")
        TOLD = "told", _("told")
        IMPOSSIBLE = "impossible", _("cannot be told")

    request = models.ForeignKey("rights.Request", on_delete=models.CASCADE, related_name="notices")
    recipient = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_TELL)
    mail = models.BigIntegerField(null=True)
    how = models.TextField(blank=True, default="")
    by = models.CharField(max_length=60, blank=True, default="")
    told_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints = [models.UniqueConstraint(fields=["request", "recipient"], name="notice_once")]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Opening(models.Model):
    """That somebody in a role opened a page about a person on a day (M10). person: the address's keyed hash."""

    person = models.BinaryField(max_length=32)
    role = models.CharField(max_length=20)
    on = models.DateField(db_index=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints = [models.UniqueConstraint(fields=["person", "on", "role"], name="opened_once_a_day")]

    def __str__(self) -> str:
        return "an opening"


class Breach(models.Model):
    """A breach of personal data (Articles 33 and 34): what happened, when it was known, whom it concerns.

    known_at starts the 72 hours; reported_at: when the authority was told, late_because: why later than that. kinds:
    record kinds that it touched. risk: for the people; "high" makes telling them a duty. number: the authority's own.
    """

    class Risk(models.TextChoices):
        UNKNOWN = "unknown", _("not yet judged")
        UNLIKELY = "unlikely", _("unlikely")
        SOME = "some", _("a risk")
        HIGH = "high", _("a high risk")

    what = models.TextField()
    happened_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField()
    kinds = models.JSONField(default=list)
    risk = models.CharField(max_length=10, choices=Risk.choices, default=Risk.UNKNOWN)
    consequences = models.TextField(blank=True, default="")
    measures = models.TextField(blank=True, default="")
    reported_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=60, blank=True, default="")
    late_because = models.TextField(blank=True, default="")
    reminded = models.IntegerField(null=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=60)
    closed_at = models.DateTimeField(null=True)
    salt = models.BinaryField(max_length=32)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"breach {self.pk}"


class BreachStep(models.Model):
    """What was done about a breach, and when: the documentation that Article 33(5) asks for."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    text = models.TextField()
    by = models.CharField(max_length=60)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"step {self.pk}"


class BreachMessage(models.Model):
    """What people are told of a breach (Article 34), in one language; those of the newest moment are sent."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField()
    language = models.CharField(max_length=2)
    message = models.TextField()
    consequences = models.TextField(blank=True, default="")
    measures = models.TextField(blank=True, default="")
    by = models.CharField(max_length=60)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints = [
            models.UniqueConstraint(
                fields=["breach", "at", "language"], name="breach_told_in_a_language_once"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Affected(models.Model):
    """A person whom a breach concerns, and the message that told them (Article 34), once."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="affected")
    address = models.CharField(max_length=320, blank=True, default="")
    mail = models.BigIntegerField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes = [models.Index(fields=["address"], condition=Q(address__gt=""), name="affected_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["breach", "address"], condition=Q(address__gt=""), name="affected_once"
            )
        ]

    def __str__(self) -> str:
        return f"affected {self.pk}"
