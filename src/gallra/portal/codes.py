"""The two steps by which somebody shows that an address is theirs: where a code goes, and what was mailed. Every page
that asks for them asks in the same way, known or unknown (visitor.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from gallra.portal import limits, visitor
from gallra.portal.pages import show, to, too_often
from gallra.rights.errors import Refused


class Address(forms.Form):
    """Where a code goes."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class Code(forms.Form):
    """What was mailed."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def ask(
    request: HttpRequest, template: str, *, text: str, then: str, context: Mapping[str, Any] | None = None
) -> HttpResponseBase:
    """The page that asks for an address and mails the code, which stands in the mail `text`; then: the view's name of
    the page that asks for it."""
    form = Address(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not limits.may_send(request, form.cleaned_data["address"]):
            return too_often(request)
        try:
            visitor.ask(request, form.cleaned_data["address"], text=text, now=timezone.now())
            return to(request, then)
        except Refused as refused:
            form.add_error("address", str(refused))
    return show(request, template, {**(context or {}), "form": form})


@sensitive_variables()
def enter(
    request: HttpRequest, *, here: str, back: str, button: Promise, entered: Callable[[str], HttpResponseBase]
) -> HttpResponseBase:
    """The page that asks for the code. here: the room it belongs to; back: the view's name of the page that asks for an
    address; entered: where the right code leads, given the address."""
    now = timezone.now()
    asked = visitor.asked_for(request, now=now)
    if not asked:
        return to(request, back)
    form = Code(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not limits.CODE.spend(limits.source(request)):
            return too_often(request)
        if visitor.enter(request, form.cleaned_data["code"], now=now):
            return entered(asked)
        form.add_error(
            "code", _("The code is not right, or is older than fifteen minutes. Ask for a new one.")
        )
    context = {
        "form": form,
        "asked": asked,
        "here": here,
        "back": reverse(f"portal:{back}"),
        "button": button,
    }
    return show(request, "portal/code.html", context)
