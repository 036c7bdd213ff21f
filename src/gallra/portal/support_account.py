"""The account's page: what support knows of its holder and is asked to correct, the ways to sign in, and closing it
(M6, Article 16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gallra.portal import visitor
from gallra.portal.offered import way
from gallra.portal.pages import language_of, show, to
from gallra.portal.support_access import actor, customer, holder, of, writes
from gallra.registers.directory import fields
from gallra.registers.directory.restricting import is_restricted
from gallra.registers.errors import Refused
from gallra.registers.given import Person
from gallra.registers.support import accounts
from gallra.registers.support.actions import CONTACTS
from gallra.registers.support.models import Account, Contact
from gallra.rights.words import Right
from gallra.running.installed import running
from gallra.site.accounts import close_account

PAGE = ["GET", "HEAD", "POST"]


class Details(forms.Form):
    """What the holder writes over: of the fields that support's purposes name."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, contact: Contact) -> None:
        super().__init__(data, initial={"name": contact.name or "", "phone": contact.phone or ""})
        for name in fields.refused(CONTACTS) & set(self.fields):
            del self.fields[name]
        if contact.phone and "phone" in self.fields:
            self.fields["phone"].required = True
            self.fields["phone"].help_text = _("To have it erased, ask for that under Your rights.")

    @property
    def changes(self) -> dict[str, str]:
        """The fields that say something else now."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


@require_http_methods(PAGE)
@customer
def details(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Who the account is for, and what can be done with it."""
    return _change(request, account) if request.method == "POST" else _page(request, account)


@writes("support.account")
def _change(request: HttpRequest, account: Account) -> HttpResponseBase:
    form = Details(request.POST, contact=holder(account))
    if form.is_valid():
        try:
            if form.changes:
                accounts.change_details(
                    account.pk, Person(**form.changes), actor=actor(account), now=timezone.now()
                )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("Your details are saved.") if form.changes else _("Nothing was changed.")
            )
            return to(request, "support-account")
    return _page(request, account, form)


def _page(request: HttpRequest, account: Account, form: Details | None = None) -> HttpResponseBase:
    passkeys = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).count()
    everywhere = way(running().policy, Right.RECTIFICATION, language_of(request))
    context = {
        "form": form or Details(contact=holder(account)), "passkeys": passkeys, "everywhere": everywhere,
        "restricted": is_restricted(holder(account).email or "", kind="support.account"),
    }  # fmt: skip
    return show(request, "portal/support/account.html", {**of(account), **context})


@require_http_methods(PAGE)
@customer
@writes("support.account")
def close(request: HttpRequest, account: Account) -> HttpResponseBase:
    """A page with a button, which closes the account and signs out. The cases stay with us for as long as cases do."""
    if request.method != "POST":
        return show(request, "portal/support/close.html", of(account))
    now = timezone.now()
    try:
        with transaction.atomic():
            accounts.close_account(account.pk, actor=actor(account), now=now)
            close_account(request.user.pk or 0, now=now)
    except Refused as refused:
        return show(request, "portal/support/close.html", {**of(account), "refused": refused})
    visitor.leave(request)
    logout(request)
    return show(request, "portal/support/closed.html")
