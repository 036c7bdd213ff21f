"""Licensing: licences, without persons (S7). Declared in kinds.py."""

from __future__ import annotations

from django.db import models
from django.db.models import Index, Q
from django.utils import timezone

from gallra.registers.bases import reference, referring


class Licence(models.Model):
    """A licence: its number, what for, and how large. add_ons: a list of the additional functions' names."""

    number = models.TextField(unique=True)
    company = reference("directory.Company")
    product = models.TextField()
    users = models.IntegerField()
    companies = models.IntegerField()
    add_ons = models.JSONField(default=list)
    granted_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(users__gte=0, companies__gte=0), name="licence_counts"),
        ]
        indexes = [
            Index(fields=["expires_on", "id"], name="licence_expired"),
            Index(fields=["granted_at", "id"], name="licence_granted"),
            *referring("licensing_licence", "company"),
        ]

    def __str__(self) -> str:
        return f"licence {self.pk}"
