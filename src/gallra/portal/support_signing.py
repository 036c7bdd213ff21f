"""Signing in to the customers' portal (M6): by a passkey, or by a code that goes to any address that is written, so
that nobody learns who has an account. What there is under the address is looked up once the code has been written;
where there is no account, one can be made then.
"""

from __future__ import annotations

from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gallra.portal import codes, visitor
from gallra.portal.pages import language_of, show, to
from gallra.portal.stated import purposes
from gallra.portal.support_access import account_of, offered, open_account
from gallra.registers.directory import fields
from gallra.registers.errors import Refused as RegisterRefused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.support import accounts
from gallra.registers.support.actions import CONTACTS
from gallra.registers.support.models import Account, Contact
from gallra.site.accounts import reopen_account
from gallra.site.models import User

PAGE = ["GET", "HEAD", "POST"]
TEXT = "portal/support_code"


class Joining(forms.Form):
    """What an account holds besides the address: as much as its purposes name, and support does not know yet."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )  # fmt: skip
    company = forms.CharField(
        label=gettext_lazy("Company"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip

    def __init__(self, *args: object, known: Contact | None) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        hidden = fields.refused(CONTACTS)
        given = {"name": known.name, "phone": known.phone, "company": known.company_id} if known else {}
        for name, column in (("name", "name"), ("phone", "phone"), ("company", "company.name")):
            if column in hidden or given.get(name):
                del self.fields[name]


@require_http_methods(PAGE)
@offered
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Where a code is mailed to, whether or not there is an account; or a passkey."""
    if account_of(request) is not None:
        return to(request, "support")
    context = {"next": reverse("portal:support"), "staff": request.user.is_authenticated}
    return codes.ask(request, "portal/support/sign_in.html", text=TEXT, then="support-code", context=context)


@require_http_methods(PAGE)
@offered
def code(request: HttpRequest) -> HttpResponseBase:
    """The code that was mailed: it signs in where there is an account, and leads to making one where there is none."""
    return codes.enter(
        request, here="support", back="support-sign-in", button=gettext_lazy("Sign in"),
        entered=lambda address: _enter(request, address),
    )  # fmt: skip


@require_http_methods(PAGE)
@offered
def join(request: HttpRequest) -> HttpResponseBase:
    """Make an account under the address that was shown to be the visitor's; open again the one they closed."""
    address = visitor.address_of(request, now=timezone.now())
    if not address:
        return to(request, "support-sign-in")
    user = User.objects.filter(email=address).first()
    account = Account.objects.filter(contact__email=address).first()
    if _shut(user, account):
        return show(request, "portal/support/shut.html", {"staff": user and user.is_staff}, status=403)
    if user is not None and account is not None and account.closed_at is None:
        return _enter(request, address)
    form = Joining(
        request.POST if request.method == "POST" else None,
        known=Contact.objects.filter(email=address).first(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            _make(address, account, form)
            return _enter(request, address)
        except RegisterRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form, "address": address, "again": account is not None,
        "purposes": purposes("support.account", language_of(request)),
    }  # fmt: skip
    return show(request, "portal/support/join.html", context)


@require_POST
@offered
def leave(request: HttpRequest) -> HttpResponseBase:
    """Sign out, of My data too. Staff stay signed in to the office."""
    visitor.leave(request)
    if account_of(request) is not None:
        logout(request)
    return to(request, "support-sign-in")


def _enter(request: HttpRequest, address: str) -> HttpResponseBase:
    """On from a code that was right. An authenticator app is still asked for where one is in use."""
    user = User.objects.filter(email=address, role="", is_active=True).first()
    if user is None or open_account(address) is None:
        return to(request, "support-join")
    response: HttpResponseBase = perform_login(request, user, redirect_url=to(request, "support").url)
    return response


def _shut(user: User | None, account: Account | None) -> bool:
    """Whether nobody opens an account under the address here: it is staff's, or staff have closed it."""
    closed_by_holder = account is not None and account.closed_at is not None
    return user is not None and (user.is_staff or (not user.is_active and not closed_by_holder))


def _make(address: str, account: Account | None, form: Joining) -> None:
    """Both halves, in one transaction. Raises the registers' Refused."""
    now, given = timezone.now(), form.cleaned_data
    with transaction.atomic():
        if account is None:
            person = Person(name=given.get("name"), email=address, phone=given.get("phone"))
            accounts.create_account(
                person, firm=Firm(name=given.get("company")), origin=Origin(where="account"), actor="form", now=now
            )  # fmt: skip
        elif account.closed_at is not None:
            accounts.reopen_account(account.pk, actor=f"account:{account.pk}", now=now)
        user = User.objects.filter(email=address).first() or User.objects.create_user(email=address)
        if not user.is_active:
            reopen_account(user.pk, now=now)
