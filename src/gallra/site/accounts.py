"""Sign-in accounts: how ours differ from allauth's (staff accounts are made by staff, never by signing up), and the
verbs that make, close and reopen one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from gallra.mail.rendering import controller
from gallra.site.models import User


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What a device shows of a passkey: whose it is, and where it is used."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Gallra"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        found: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**found, "display_name": user.name or user.email}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to the office, customers to their portal."""
        staff = isinstance(request.user, User) and request.user.is_staff
        return str(settings.LOGIN_REDIRECT_URL) if staff else "/support/"

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """As allauth's, saying which text it is, and that its code is for the reader only (gallra.mail.backend)."""
        known = {"controller": controller(), "site": settings.ADDRESS, "language": get_language(), **context}
        message: EmailMessage = super().render_mail(template_prefix, email, known, headers)
        vars(message).update(
            text_name=template_prefix.rpartition("/")[2],
            secrets=[str(context["code"])] if "code" in context else [],
        )
        return message


def closed(request: HttpRequest, *args: object) -> HttpResponse:
    """What allauth offers and we do not."""
    raise Http404


def kept_by_no_cache(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: allauth's pages say whose account it is (ASVS 14.3.2)."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/account/"):
            add_never_cache_headers(response)
        return response

    return answer


class NoAccount(Exception):
    """An account that cannot be made: what was given is no address, or the address has one. Never says the address."""


def add_staff(email: str, *, name: str, role: str) -> User:
    """An account for a member of staff. Raises NoAccount."""
    try:
        address = validate_email(email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise NoAccount(_("That is not an e-mail address. Nothing was changed.")) from None
    try:
        with transaction.atomic():
            return User.objects.create_user(email=address, name=name, role=role)
    except IntegrityError:
        raise NoAccount(_("The address has an account already. Nothing was changed.")) from None


account_changed = Signal()
"""A sign-in account was closed, or opened again, in the open transaction. user: its key; closed; now."""


def close_account(user: int, *, now: datetime) -> bool:
    """Close a sign-in account: its sessions end with the next page, and its row goes by its period (gallra.user). False
    where there is no open one."""
    return _change(user, closed=True, now=now)


def reopen_account(user: int, *, now: datetime) -> bool:
    """Open a closed account again, while its row is still there; its period ends. False where there is none."""
    return _change(user, closed=False, now=now)


def _change(user: int, *, closed: bool, now: datetime) -> bool:
    with transaction.atomic():
        changed = close_again(user, closed=closed, at=now)
        if changed:
            account_changed.send(User, user=user, closed=closed, now=now)
    return changed


def close_again(user: int, *, closed: bool, at: datetime) -> bool:
    """What `account_changed` told of, on a restored database: nobody is told again. Whether there was one to change."""
    found = User.objects.filter(pk=user, is_active=closed)
    return bool(found.update(is_active=not closed, closed_at=at if closed else None))
