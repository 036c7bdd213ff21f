"""Whose account it is that a page of the customers' portal is opened with (M6). Accounts exist where the policy keeps
support.account; a customer has a sign-in account without a role and, under the same address, an account of support's.
Staff have no account by being staff.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.signals import user_logged_in
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from gallra.mail.cases import have_accounts
from gallra.portal.pages import public, show, to
from gallra.registers.directory.restricting import is_restricted
from gallra.registers.errors import Refused
from gallra.registers.support import accounts
from gallra.registers.support.models import Account, Contact
from gallra.site.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
HolderView = Callable[Concatenate[HttpRequest, Account, P], HttpResponseBase]


def listen() -> None:
    """From now on the account's clock starts anew with every sign-in, by whichever way."""
    user_logged_in.connect(_signed_in, dispatch_uid="gallra.portal.support_access")


def offered(view: View[P]) -> View[P]:
    """The view for anybody, where the policy lets customers have accounts; elsewhere the page does not exist."""

    @public
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not have_accounts():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def customer(view: HolderView[P]) -> View[P]:
    """The view for whoever is signed in with an open account, which it is given; others are asked to sign in."""

    @offered
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = account_of(request)
        if found is None:
            return to(request, "support-sign-in")
        return view(request, found, *args, **kwargs)

    return guarded


def writes(kind: str) -> Callable[[HolderView[P]], HolderView[P]]:
    """The view of a form about records of the kind, for an account whose holder is not restricted in these: their data
    is only stored (Article 18), so that they are told what to do instead."""

    def of_kind(view: HolderView[P]) -> HolderView[P]:
        return _writes(view, kind)

    return of_kind


def _writes(view: HolderView[P], kind: str) -> HolderView[P]:
    @wraps(view)
    def guarded(
        request: HttpRequest, account: Account, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if is_restricted(holder(account).email or "", kind=kind):
            return show(
                request, "portal/support/restricted.html", {"account": account, **of(account)}, status=403
            )
        return view(request, account, *args, **kwargs)

    return guarded


def account_of(request: HttpRequest) -> Account | None:
    """The open account of whoever is signed in; None for strangers, and for staff."""
    user = request.user
    return open_account(user.email) if isinstance(user, User) and not user.is_staff else None


def open_account(address: str) -> Account | None:
    """The open account under an address."""
    found = Account.objects.select_related("contact", "contact__company")
    return found.filter(contact__email=address, closed_at=None).first() if address else None


def holder(account: Account) -> Contact:
    """Whose account it is: `open_account` finds none without."""
    found: Contact | None = account.contact
    if found is None:
        raise Http404
    return found


def actor(account: Account) -> str:
    """Who it is, as verbs are told."""
    return f"account:{account.pk}"


def of(account: Account) -> dict[str, Any]:
    """What every page of a signed-in customer is told. restricted: whether their cases are only stored."""
    contact = holder(account)
    restricted = is_restricted(contact.email or "", kind="support.case")
    return {"account": account, "holder": contact, "restricted": restricted}


def close_left_over(*, now: datetime) -> int:
    """Close the sign-in accounts of customers whose account has gone by its period, so that theirs begins; how many."""
    kept = Account.objects.filter(contact__email=OuterRef("email"))
    found = User.objects.filter(~Exists(kept), role="", is_active=True)
    return found.update(is_active=False, closed_at=now)


def _signed_in(sender: object, *, user: object, request: HttpRequest | None = None, **rest: object) -> None:
    if not isinstance(user, User) or user.is_staff:
        return
    if request is not None:
        request.session.set_expiry(None)  # what a visitor's half an hour has set (sealed.py)
    account = open_account(user.email)
    if account is not None:
        with suppress(Refused):  # restricted: their data is only stored
            accounts.signed_in(account.pk, actor=actor(account), now=timezone.now())
