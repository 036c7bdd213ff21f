"""The public forms of the ways in (S4): order, request for a demonstration, support, newsletter. Each asks for the
fields that its purposes name, and for the text without which the thing cannot be done; nothing else can be sent. What
a form answers is the same whoever is written about (arrivals.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from stdnum.se import orgnr

from gallra.policy.wording.grammar import Lang
from gallra.portal import arrivals, limits, visitor
from gallra.portal.fields import field, field_name
from gallra.portal.links import Confirming, confirming
from gallra.portal.models import Arrival
from gallra.portal.pages import language_of, public, show, to, too_often
from gallra.portal.ways import NEWSLETTER, ORDER, SUPPORT, WayIn, is_a_persons, way_in, ways_in, words_of
from gallra.portal.ways_told import told
from gallra.registers.errors import Refused
from gallra.registers.newsletter.models import Topic
from gallra.running.installed import Running, running

PAGE = ["GET", "HEAD", "POST"]
LONGEST_TEXT = 10_000
"""Characters of what somebody writes."""


class Entering(forms.Form):
    """The form of a way in: fields by the policy's words, with underscores."""

    subject = forms.CharField(label=_("What it is about"), max_length=200)
    said = forms.CharField(
        max_length=LONGEST_TEXT,
        help_text=_("Leave out what is not needed, and what is about other people."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    no_news = forms.BooleanField(label=_("Send me no offers by e-mail"), required=False)

    def __init__(
        self,
        data: Mapping[str, object] | None,
        *,
        way: WayIn,
        words: Sequence[str],
        lang: Lang,
        offers: bool,
        topics: Sequence[tuple[str, str]],
        known: str,
    ) -> None:
        super().__init__(data, initial={"email": known})
        self.words, self.way = words, way
        if way is NEWSLETTER:
            del self.fields["subject"], self.fields["said"]
        else:
            self.fields["said"].label = str(way.asks)
        if not offers:
            del self.fields["no_news"]
        for word in words:
            self.fields[field_name(word)] = field(word, lang, needed=_is_needed(way, word))
        if topics:
            self.fields["topics"] = forms.MultipleChoiceField(
                label=_("What you want to read about"), choices=topics, required=False,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
        first = sorted(words, key=lambda word: not _is_needed(way, word))
        self.order_fields(["topics", "subject", "said", *map(field_name, first), "no_news"])

    @property
    def given(self) -> dict[str, str]:
        """What was given, by the policy's words."""
        return {word: str(self.cleaned_data.get(field_name(word)) or "") for word in self.words}

    @property
    def topics(self) -> list[str]:
        """The codes of what was ticked."""
        return list(self.cleaned_data.get("topics", ()))

    def clean_organisation_number(self) -> str:
        """A company's, or a sole trader's own."""
        said = str(self.cleaned_data["organisation_number"]).strip()
        if said and not (orgnr.is_valid(said) or is_a_persons(said)):
            raise forms.ValidationError(
                _("This is not a Swedish organisation number. Leave it out if you are unsure.")
            )
        return said

    def clean(self) -> dict[str, object]:
        found: dict[str, object] = super().clean() or {}
        if "topics" in self.fields and not self.topics and not self.errors:
            self.add_error("topics", _("Choose what you want to read about."))
        firm = [word for word in ("organisation number", "business system") if found.get(field_name(word))]
        if firm and "company" in self.words and not found.get("company") and "company" not in self.errors:
            self.add_error("company", _("Write the company's name too."))
        return found


@require_safe
@public
def every_way(request: HttpRequest) -> HttpResponseBase:
    """The ways in that the policy declares; without any, the page does not exist."""
    ways = ways_in(running())
    if not ways:
        raise Http404
    return show(request, "portal/ways/all.html", {"ways": ways})


@require_http_methods(PAGE)
@public
def enter(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The form of a way in, and its receipt."""
    found, way = _known(slug)
    lang, now = language_of(request), timezone.now()
    form = _form(request, found, way, lang)
    if request.method == "POST" and form.is_valid():
        address = form.given.get("email", "")
        if not _may_send(request, address):
            return too_often(request)
        try:
            _receive(form, found, way, lang)
            return to(request, "way-received", slug)
        except Refused as refused:
            form.add_error("email" if refused.code == "not_an_address" else None, str(refused))
    context = {
        "form": form, "way": way, "told": told(found, way, lang), "wording": _wording(found, way),
        "account": way is SUPPORT and "support.account" in found.policy.records(), "now": now,
    }  # fmt: skip
    return show(request, "portal/ways/form.html", context)


@require_safe
@public
def received(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What happens now; the same whoever sent it."""
    found, way = _known(slug)
    context = {"way": way, "mailed": "email" in words_of(found, way), "link": way is NEWSLETTER}
    return show(request, "portal/ways/received.html", context)


@require_safe
@public
def confirmed(request: HttpRequest) -> HttpResponseBase:
    """What the subscriber gets from now on, and how to leave."""
    return show(request, "portal/ways/confirmed.html")


def _receive(form: Entering, found: Running, way: WayIn, lang: Lang) -> None:
    now, given = timezone.now(), form.cleaned_data
    if way is NEWSLETTER:
        arrivals.sign_up(
            given=form.given, topics=form.topics, wording=_wording(found, way), language=lang, now=now
        )
        return
    arrivals.receive(
        way.word, given=form.given, subject=given["subject"], said=given["said"], language=lang,
        no_news=bool(given.get("no_news")), now=now,
    )  # fmt: skip


def _form(request: HttpRequest, found: Running, way: WayIn, lang: Lang) -> Entering:
    """offers: somebody who orders may be written to by the policy, so that they are asked when the address is given
    (Marketing Act 19 §). One topic needs no choice."""
    topics = _topics(lang) if way is NEWSLETTER else []
    words = words_of(found, way)
    offers = way is ORDER and "email" in words and _customers_are_written_to(found)
    return Entering(
        request.POST if request.method == "POST" else None, way=way, words=words, lang=lang, offers=offers,
        topics=topics if len(topics) > 1 else [], known=visitor.address_of(request, now=timezone.now()),
    )  # fmt: skip


def _may_send(request: HttpRequest, address: str) -> bool:
    return limits.may_send(request, address) if address else limits.SOURCE.spend(limits.source(request))


def _customers_are_written_to(found: Running) -> bool:
    return any("customer" in (purpose.to or ()) for purpose in found.policy.purpose.values())


def _wording(found: Running, way: WayIn) -> str:
    """What whoever signs up agrees to: shown above the button, and kept as evidence."""
    if way is not NEWSLETTER:
        return ""
    said = gettext(
        "By pressing the button I ask %(controller)s to send me newsletters by e-mail. I can stop them whenever I "
        "like, by a link in each of them."
    )
    return said % {"controller": found.policy.controller.name}


def _topics(lang: Lang) -> list[tuple[str, str]]:
    return list(Topic.objects.filter(active=True).order_by("pk").values_list("code", f"title_{lang}"))


def _known(slug: str) -> tuple[Running, WayIn]:
    """The running policy, and the way in of that name; 404 where the policy declares none."""
    found = running()
    way = way_in(found, slug)
    if way is None:
        raise Http404
    return found, way


def _is_needed(way: WayIn, word: str) -> bool:
    """Without an address nobody can be answered; an order is a company's, by somebody."""
    return word == "email" or (way is ORDER and word in ("name", "company"))


def _waiting(request: HttpRequest, waiting: Arrival) -> dict[str, object]:
    """What somebody signs up for."""
    titles = _topics(language_of(request))
    chosen = [title for code, title in titles if not waiting.topics or code in waiting.topics]
    return {"topics": chosen, "came": waiting.came_at}


confirm = confirming(
    Confirming(
        look=arrivals.look,
        press=arrivals.confirm,
        done="sign-up-confirmed",
        page="portal/ways/confirm.html",
        context=_waiting,
        no_link="portal/ways/no_link.html",
        instead=lambda: {"way": way_in(running(), NEWSLETTER.slug)},
    )
)
"""The link of the mail that confirms a sign-up: the button subscribes; opening it changes nothing."""
