"""One form for every right (S15, S19–S22, M1, M21, M23): who asks, and what it concerns.

It answers in the same words, with the same status and by the same statements whether or not anybody knows the address:
the look-up is a job's. Who has shown the address to be theirs (visitor.py) need not write it, nor confirm by mail.
"""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from gallra.engine.person.correct import fields as correctable
from gallra.policy.wording.words import FIELDS
from gallra.portal import limits, visitor
from gallra.portal.offered import STOP_AND_ERASE, Way, way, ways
from gallra.portal.pages import language_of, public, show, to, too_often
from gallra.rights import book, clock, reasons, requests
from gallra.rights.errors import Refused
from gallra.rights.words import Channel, Right
from gallra.running.installed import running
from gallra.running.persons import own_people

LONGEST = 4000
"""Characters of what somebody writes here."""
WISH = "wish_"
"""Stands before the name of a field to correct."""


class Asking(forms.Form):
    """As few fields as the right needs. known: the visitor's address, where it has been shown to be theirs."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    said = forms.CharField(
        label=_("What it concerns, if you want to say more"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    also_erase = forms.BooleanField(
        label=_("Erase what you have about me, too"), required=False, initial=True
    )
    wants_told = forms.BooleanField(
        label=_("Tell me when what a law makes you keep has been erased as well"), required=False
    )
    why = forms.CharField(
        label=_("Why do you want to leave?"),
        help_text=_("You need not answer. What you write is kept without your address or name."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: object, way: Way, known: str = "", words: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.way = way
        wanted = {"address"} if not known else set()
        if way.right is Right.STOP:
            wanted |= {name for name, so in (("also_erase", way.erases), ("why", way.asks_why)) if so}
        else:
            wanted.add("said")
        if way.right is Right.ERASURE:
            wanted.add("wants_told")
        for name in set(self.fields) - wanted:
            del self.fields[name]
        for word, label in (words or {}).items():
            self.fields[WISH + word.replace(" ", "_")] = forms.CharField(
                label=label, max_length=500, required=False
            )
        if words:
            self.order_fields(["address", *(WISH + word.replace(" ", "_") for word in words), "said"])
            self.fields["said"].label = _("What is wrong, in your own words")

    @property
    def wishes(self) -> dict[str, str]:
        """The fields to correct, each with what it should say."""
        given = self.cleaned_data.items()
        return {
            name[len(WISH) :].replace("_", " "): text
            for name, text in given
            if name.startswith(WISH) and text
        }

    def clean(self) -> dict[str, object]:
        found: dict[str, object] = super().clean() or {}
        if self.way.right is Right.RECTIFICATION and not (self.wishes or found.get("said")):
            raise forms.ValidationError(_("Say what is to be corrected, and to what."))
        return found


@require_safe
@public
def rights(request: HttpRequest) -> HttpResponseBase:
    """Every right that the policy offers, each leading to its form."""
    return show(request, "portal/rights/all.html", {"ways": ways(running().policy, language_of(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def ask(request: HttpRequest, right: str) -> HttpResponseBase:
    """The form of a right, and its receipt."""
    now = timezone.now()
    chosen = _chosen(request, right)
    known = visitor.address_of(request, now=now)
    words = _words(language_of(request)) if chosen.right is Right.RECTIFICATION else {}
    form = Asking(request.POST if request.method == "POST" else None, way=chosen, known=known, words=words)
    if request.method == "POST" and form.is_valid():
        if not known and not limits.may_send(request, form.cleaned_data["address"]):
            return too_often(request)
        try:
            return to(request, "received", _receive(form, chosen, known, language_of(request)))
        except Refused as refused:
            form.add_error(
                "address" if refused.code == "not_an_address" and not known else None, str(refused)
            )
    return show(request, "portal/rights/ask.html", {"form": form, "way": chosen, "due": _due()})


@require_safe
@public
def received(request: HttpRequest, right: str) -> HttpResponseBase:
    """What happens now; the same whoever asked."""
    also = right == STOP_AND_ERASE
    chosen = _chosen(request, Right.STOP if also else right)
    context = {
        "way": chosen, "due": _due(), "also_erase": also, "stops": chosen.right is Right.STOP,
        "objects": chosen.right is Right.OBJECTION,
    }  # fmt: skip
    return show(request, "portal/rights/received.html", context)


def _receive(form: Asking, chosen: Way, known: str, lang: str) -> str:
    """Take the request in; under which name of an address its receipt is told. The reason is kept apart from it, in a
    transaction of its own (S22)."""
    now, given = timezone.now(), form.cleaned_data
    both = chosen.right is Right.STOP and bool(given.get("also_erase"))
    requests.receive(
        right=Right.ERASURE if both else chosen.right, channel=Channel.WEB, address=known or given["address"],
        said=given.get("said", ""), language=lang, wishes=form.wishes, stop_mailings=both,
        wants_told=bool(given.get("wants_told")), signed_in=bool(known), now=now,
    )  # fmt: skip
    reasons.give(given.get("why", ""), on=book.today(now))
    return STOP_AND_ERASE if both else str(chosen.right)


def _chosen(request: HttpRequest, right: str) -> Way:
    found = way(running().policy, right, language_of(request))
    if found is None:
        raise Http404
    return found


def _words(lang: str) -> dict[str, str]:
    """What can be corrected: fields that a purpose of the policy needs and a register stores, with their names."""
    needed = {word for purpose in running().policy.purpose.values() for word in purpose.fields or ()}
    able = [word for word in correctable(own_people()) if word in needed and word in FIELDS]
    return {word: FIELDS[word][lang].capitalize() for word in able}


def _due() -> object:
    """The last day for an answer to what comes today."""
    return clock.due(book.today(timezone.now())).day
