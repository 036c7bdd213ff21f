"""Newsletter: topics, subscriptions with the evidence of consent, and the addresses that must not be mailed.

There is no column for opens, clicks or the address a reader's machine has (M4). Declared in kinds.py.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Index, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gallra.registers import bases
from gallra.registers.bases import reference, referring, word


class Contact(bases.Contact):
    """A subscriber: name and e-mail address."""


class Topic(models.Model):
    """What a newsletter is about; people subscribe to topics."""

    code = models.SlugField(unique=True)
    title_sv = models.TextField()
    title_en = models.TextField()
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Subscription(models.Model):
    """One person's subscription to one topic. Mailed to only while confirmed and not ended.

    token: SHA-256 of the confirmation code in the letter; None once used.
    """

    contact = reference(Contact)
    topic = reference(Topic, needed=True)
    source = word(30)
    language = word(2, default="sv")
    token = models.BinaryField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(confirmed_at__isnull=False), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    bounces = models.IntegerField(default=0)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "topic"], name="subscription_once")]
        indexes = [
            Index(fields=["asked_at", "id"], name="subscription_asked"),
            Index(fields=["asked_at", "id"], condition=Q(confirmed=False), name="subscription_unconfirmed"),
            Index(fields=["confirmed_at", "id"], name="subscription_confirmed"),
            Index(fields=["ended_at", "id"], name="subscription_ended"),
            Index(fields=["token"], condition=Q(token__isnull=False), name="subscription_token"),
            *referring("newsletter_subscription", "contact"),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Evidence(models.Model):
    """What shows that consent was given or withdrawn: what, by which way, with which words, when. Never an IP
    address.
    """

    subscription = reference(Subscription, needed=True)
    what = word(
        choices=[
            ("asked", _("asked for")),
            ("confirmed", _("confirmed")),
            ("ended", _("ended")),
            ("bounced", _("bounced")),
        ]
    )
    channel = word()
    wording = bases.prose()
    happened_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class Suppression(models.Model):
    """An address that must not be mailed, as a keyed hash (HMAC-SHA-256): it keeps a re-import from bringing
    it back.
    """

    address_hash = models.BinaryField(primary_key=True)
    reason = word(choices=[("asked", _("asked to stop")), ("erased", _("erased")), ("bounced", _("bounced"))])
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "suppression"
