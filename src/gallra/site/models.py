"""Who signs in: the controller's staff, and the customers who have an account."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member of staff works with; it decides which registers they see. A customer has none."""

    SUPPORT = "support", _("Support")
    SALES = "sales", _("Sales")
    FINANCE = "finance", _("Finance")
    MARKETING = "marketing", _("Marketing")
    PRIVACY = "privacy", _("Privacy")
    OPERATOR = "operator", _("Operator")


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case, so that one address is one user."""

    def create_user(self, *, email: str, name: str = "", role: str = "") -> User:
        """A user who signs in by code, passkey or authenticator: none has a password."""
        user = self.model(email=email.strip().lower(), name=name.strip(), role=role)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who can sign in, by e-mail address. `role` is empty for a customer.

    closed_at: since when nobody signs in with it; its period (gallra.user) begins then, and never while it is open.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=["", *Role.values]), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(
                condition=models.Q(is_active=True, closed_at=None)
                | models.Q(is_active=False, closed_at__isnull=False),
                name="user_closed_when_inactive",
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"  # not the address: this text ends up in logs and errors

    @property
    def is_staff(self) -> bool:
        """Whether the user works at the controller."""
        return bool(self.role)
