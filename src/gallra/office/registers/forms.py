"""The forms of these registers. What they check is form alone; what is allowed the verbs say."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gallra.office.registers.pages import RowForm
from gallra.rights import breach_affected
from gallra.rights.models import Breach, Disclosure
from gallra.running import foreign
from gallra.running.installed import running
from gallra.site.templatetags.words import language

LANGUAGES = {"sv": _("Swedish"), "en": _("English")}
TOLD = {"sv": _("What they are told, in Swedish"), "en": _("What they are told, in English")}
SAME = {"sv": _("The same in Swedish"), "en": _("The same in English")}
READ = {
    "sv": _("For those who read Swedish; who has not said gets both. Left empty: everybody gets English."),
    "en": _("For those who read English; who has not said gets both. Left empty: everybody gets Swedish."),
}
FOLLOWS = {"sv": _("Likely consequences, in Swedish"), "en": _("Likely consequences, in English")}
DONE = {"sv": _("Measures, in Swedish"), "en": _("Measures, in English")}
LOCAL = "%Y-%m-%dT%H:%M"
LONGEST = 20_000


def text(
    label: Any, *, required: bool = True, help_text: Any = "", rows: int = 3, longest: int = LONGEST
) -> forms.CharField:
    """A field of several lines; longest: characters."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=area, max_length=longest
    )


def moment(label: Any, *, help_text: Any = "") -> forms.DateTimeField:
    """A time in the controller's zone; may be left empty."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(label=label, required=False, help_text=help_text, widget=widget)


def day(label: Any, *, help_text: Any = "") -> forms.DateField:
    """A day; may be left empty."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


def kinds(label: Any) -> forms.MultipleChoiceField:
    """Record kinds; `name_kinds` fills it."""
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


def name_kinds(field: forms.Field) -> None:
    """The record kinds that there are now, by what they are called."""
    known = foreign.kinds_of(running()).values()
    named = sorted((capfirst(kind.noun.many[language()]), kind.name) for kind in known)
    cast(forms.MultipleChoiceField, field).choices = [(name, called) for called, name in named]


class NoWords(forms.Form):
    """A button alone."""


class Restrict(forms.Form):
    """Somebody whose data is only stored from now on."""

    address = forms.CharField(label=_("E-mail address"), max_length=320)
    ground = text(
        _("Why"), help_text=_("What they asked for, or what you know. It is kept with the restriction.")
    )
    language = forms.ChoiceField(label=_("Language the person reads"), choices=list(LANGUAGES.items()))


class EndRestriction(forms.Form):
    """That it ends, and how the person learns of it before."""

    reason = text(_("Reason"), help_text=_("The person reads it, in the mail that tells them."))
    on = day(
        _("Ends on"), help_text=_("Left empty: a week from today. It is lifted then, once the person knows.")
    )
    told_how = text(
        _("How you told the person"), required=False, rows=2,
        help_text=_("Only where mail does not reach them: then no mail is sent."),
    )  # fmt: skip


class How(forms.Form):
    """How somebody was told."""

    how = text(_("How"), rows=2)


class Disclose(forms.Form):
    """That data was given to somebody (M14, M15)."""

    to = forms.ChoiceField(label=_("To whom"), choices=[(str(to), capfirst(to.label)) for to in
                           (Disclosure.To.AUTHORITY, Disclosure.To.RECIPIENT)])  # fmt: skip
    authority = forms.CharField(label=_("The authority"), required=False, max_length=200)
    recipient = forms.ChoiceField(label=_("The recipient"), required=False)
    ground = forms.ChoiceField(
        label=_("Ground"), choices=[(str(ground), capfirst(ground.label)) for ground in Disclosure.Ground],
        help_text=_("To an authority: applicable law, legal process, or its compelling request."),
    )  # fmt: skip
    why = text(
        _("Law or decision"),
        required=False,
        rows=2,
        help_text=_("With its reference. Needed for an authority."),
    )
    extent = text(
        _("Extent"),
        required=False,
        rows=2,
        help_text=_("What was given, and how much. Needed for an authority."),
    )
    approved_by = forms.CharField(
        label=_("Approved by"), required=False, max_length=60, help_text=_("Needed for an authority.")
    )
    on = day(_("Day"), help_text=_("Left empty: today."))
    address = forms.CharField(
        label=_("E-mail address of the person"), required=False, max_length=320,
        help_text=_("Where it is about one person: their copy says to whom it went. Empty where it is about many."),
    )  # fmt: skip
    kinds = kinds(_("Record kinds"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_kinds(self.fields["kinds"])
        stated = running().policy.recipient
        field = cast(forms.ChoiceField, self.fields["recipient"])
        field.choices = [("", "–"), *((key, each.name) for key, each in sorted(stated.items()))]
        if not stated:
            field.help_text = gettext(
                "The policy declares no recipient, so only an authority can be given data."
            )


class Tick(forms.Form):
    """That a recipient has been told, or cannot be."""

    how = text(_("How, or why not"), rows=2)
    impossible = forms.BooleanField(
        label=_("They cannot be told, or only with an effort out of proportion"), required=False
    )


class EnterBreach(forms.Form):
    """A breach of personal data (Article 33)."""

    what = text(_("What happened"), rows=5, help_text=_("Without names."))
    known_at = moment(_("When it was known"), help_text=_("The 72 hours begin there. Left empty: now."))
    happened_at = moment(_("When it happened"), help_text=_("As far as it is known."))
    kinds = kinds(_("Which data"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_kinds(self.fields["kinds"])


class Judge(RowForm):
    """What it means for the people."""

    risk = forms.ChoiceField(
        label=_("Risk for the people"),
        choices=[(str(risk), capfirst(risk.label)) for risk in Breach.Risk],
        help_text=_(
            "A high risk makes telling them a duty (Article 34); where none is likely it need not be reported."
        ),
    )
    consequences = text(_("Likely consequences"), required=False)
    measures = text(_("Measures taken and proposed"), required=False)
    kinds = kinds(_("Which data"))

    def prepare(self) -> None:
        name_kinds(self.fields["kinds"])
        for name in ("risk", "consequences", "measures", "kinds"):
            self.fields[name].initial = getattr(self.row, name)


class Noted(forms.Form):
    """A step that was taken."""

    text = text(_("What was done"), help_text=_("Without names."))


class Reported(forms.Form):
    """That the authority has been told."""

    at = moment(_("When"), help_text=_("Left empty: now."))
    reference = forms.CharField(label=_("The authority's number"), required=False, max_length=60)
    late_because = text(
        _("Why later than 72 hours"), required=False, rows=2, help_text=_("Needed where it was later.")
    )


class ByHand(RowForm):
    """People whom somebody found without us."""

    system = forms.ChoiceField(label=_("Where you found them"), required=False)
    addresses = text(
        _("E-mail addresses"),
        required=False,
        rows=6,
        longest=500_000,
        help_text=_("One on each line. None, where the system has nobody in this data."),
    )

    def prepare(self) -> None:
        waiting = [(one.system, one.title[language()]) for one in breach_affected.not_asked(self.row)]
        elsewhere = ("", gettext("Somewhere else: a paper, a file, another system"))
        cast(forms.ChoiceField, self.fields["system"]).choices = [*waiting, elsewhere]

    def clean_addresses(self) -> list[str]:
        """The lines, as far as they hold something; which of them are no addresses is said by number."""
        lines = [line.strip(" \t,;<>") for line in self.cleaned_data["addresses"].splitlines()]
        wrong = [
            str(number)
            for number, line in enumerate(lines, 1)
            if line and not breach_affected.is_address(line)
        ]
        if wrong:
            more = gettext(" and %(count)s more") % {"count": len(wrong) - 5} if len(wrong) > 5 else ""
            said = {"lines": ", ".join(wrong[:5]) + more}
            raise forms.ValidationError(gettext("No e-mail address stands on line %(lines)s.") % said)
        return [line for line in lines if line]


class Tell(RowForm):
    """What people are told, in the controller's language and, where it is written, in the other one. people: how many
    the page showed."""

    people = forms.IntegerField(widget=forms.HiddenInput)
    message = text("", rows=5)
    other = text("", required=False, rows=5)
    consequences = text("", required=False)
    measures = text("", required=False)

    def prepare(self) -> None:
        first = running().policy.controller.language
        second = "en" if first == "sv" else "sv"
        fields = self.fields
        fields["message"].label, fields["other"].label = TOLD[first], SAME[second]
        fields["message"].help_text = gettext(
            "Consequences and measures follow as they are written above, and where to ask and complain."
        )
        fields["other"].help_text = READ[second]
        fields["consequences"].label, fields["measures"].label = FOLLOWS[second], DONE[second]
        fields["people"].initial = self.row.people - self.row.people_told
        newest = {each.language: each for each in self.row.messages.order_by("at")}
        for name, lang, value in (
            ("message", first, "message"),
            ("other", second, "message"),
            ("consequences", second, "consequences"),
            ("measures", second, "measures"),
        ):
            if lang in newest:
                fields[name].initial = getattr(newest[lang], value)
