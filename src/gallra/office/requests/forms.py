"""The forms of the staff's side. What they check is form alone; what is allowed the verbs of rights/ say."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from gallra.engine.person.correct import fields as correctable
from gallra.office.requests.previewing import field_title
from gallra.office.requests.showing import called
from gallra.rights import mentions
from gallra.rights.models import Decision, Enclosed, Mention, Named, Request, Twin
from gallra.rights.words import (
    SORTED,
    Channel,
    EnclosedVerdict,
    MentionVerdict,
    NamedVerdict,
    TwinVerdict,
    Verdict,
)
from gallra.running.persons import own_people

LINES = 4
LANGUAGES = (("sv", "Svenska"), ("en", "English"))


def _choices(*words: Any) -> list[tuple[str, Any]]:
    return [(str(word.value), word.label) for word in words]


def _text(label: Any, *, required: bool = True, help_text: Any = "", rows: int = LINES) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=area, max_length=20_000
    )


class Act(forms.Form):
    """A form about one request, or about one row of it."""

    def __init__(self, *args: Any, request: Request, row: Any = None, **kwargs: Any) -> None:
        self.request, self.row = request, row
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the request."""


class NoWords(Act):
    """A button alone."""


class Why(Act):
    """A reason, which the request keeps."""

    reason = _text(_("Reason"))


class LeaveOut(Act):
    """A reason that the person reads."""

    reason = _text(_("Reason"), help_text=_("The person reads it in the letter."), rows=2)


class Sort(Act):
    """What a mail asks for, and of whom (M24)."""

    right = forms.ChoiceField(label=_("What is asked for"), choices=_choices(*SORTED))
    address = forms.CharField(
        label=_("E-mail address"), required=False, max_length=320,
        help_text=_("Whose data it is about. A link goes there, since a sender proves nothing."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    stop_mailings = forms.BooleanField(label=_("Stop mailings to the address at once"), required=False)

    def prepare(self) -> None:
        self.fields["address"].initial, self.fields["name"].initial = self.request.address, self.request.name


class Identify(Act):
    """How staff know that whoever asks is the person."""

    address = forms.CharField(label=_("E-mail address"), max_length=320)
    reason = _text(
        _("How you know who it is"), help_text=_("What you asked or saw; no copy of a passport or the like.")
    )

    def prepare(self) -> None:
        if self.request.address:
            del self.fields["address"]


class AskIdentity(Act):
    """Why there is doubt, in words that the person is shown."""

    reason = _text(_("What makes you doubt"), help_text=_("The person reads it, in the mail that asks."))


class Extend(Act):
    """Why it takes longer, in words that the person is shown."""

    reason = _text(
        _("Why it takes longer"),
        help_text=_(
            "The person reads it. Only what is complex, or many requests of one person, is a reason."
        ),
    )


class Refuse(Act):
    """Why not, in words that the person is shown."""

    reasons = _text(
        _("Reasons"),
        help_text=_("The person reads them, with where to complain and which court can be asked."),
        rows=6,
    )


class Wishes(Act):
    """Fields of the person and what they are to be; those left empty stay as they are."""

    def prepare(self) -> None:
        for word in correctable(own_people()):
            self.fields[word] = forms.CharField(
                label=field_title(word).capitalize(), required=False, max_length=1000,
                initial=self.request.wishes.get(word, ""),
            )  # fmt: skip
        self.fields["emptied"] = forms.MultipleChoiceField(
            label=_("To be emptied"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(word, field_title(word)) for word in correctable(own_people()) if word != "email"],
            initial=[word for word, value in self.request.wishes.items() if not value],
        )  # fmt: skip

    def wishes(self) -> dict[str, str]:
        """What is wanted, by the words of a policy; an empty value empties the field."""
        said = {word: value for word, value in self.cleaned_data.items() if word != "emptied" and value}
        return {**said, **dict.fromkeys(self.cleaned_data["emptied"], "")}


class DecideLine(Act):
    """What becomes of one line: as proposed, or it stays (or is not given out), with a reason that the person reads."""

    verdict = forms.ChoiceField(label=_("What becomes of it"))
    reason = _text(
        _("Reason"),
        required=False,
        help_text=_("Needed where it stays. The person reads it in the letter."),
        rows=2,
    )
    row: Decision

    def prepare(self) -> None:
        field = cast(forms.ChoiceField, self.fields["verdict"])
        both = (self.row.proposed, Verdict.STAY)
        field.choices = [(str(one), called(one, self.request.right)) for one in both]
        field.initial, self.fields["reason"].initial = self.row.verdict, self.row.reason


class DecideTwin(Act):
    """Whether a likeness is the same person."""

    verdict = forms.ChoiceField(label=_("Who it is"), choices=_choices(TwinVerdict.OTHER, TwinVerdict.SAME))
    reason = _text(_("How you know"), rows=2)
    row: Twin

    def prepare(self) -> None:
        self.fields["verdict"].initial, self.fields["reason"].initial = self.row.verdict, self.row.reason


class DecideMention(Act):
    """What becomes of a mention. text: as it is included in a copy, others' data redacted."""

    verdict = forms.ChoiceField(label=_("What becomes of it"))
    text = _text(
        _("Text as it is included"),
        required=False,
        help_text=_("Redact what is others': the person gets exactly this."),
    )
    reason = _text(_("Reason"), rows=2)
    row: Mention

    def __init__(self, *args: Any, proposed: str = "", **kwargs: Any) -> None:
        self.proposed = proposed
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        field = cast(forms.ChoiceField, self.fields["verdict"])
        offered = mentions.verdicts(self.request.right, self.row)
        field.choices = _choices(*offered)
        field.initial, self.fields["reason"].initial = self.row.verdict, self.row.reason
        self.fields["text"].initial = self.proposed
        if MentionVerdict.INCLUDE not in offered:
            del self.fields["text"]


class DecideNamed(Act):
    """Whether somebody else's name is hidden in the person's own texts."""

    verdict = forms.ChoiceField(
        label=_("What becomes of it"), choices=_choices(NamedVerdict.HIDE, NamedVerdict.SHOW)
    )
    reason = _text(_("Reason"), rows=2)
    row: Named

    def prepare(self) -> None:
        self.fields["verdict"].initial, self.fields["reason"].initial = self.row.verdict, self.row.reason


class DecideEnclosed(Act):
    """Whether a document of the person's own is sent as it is, or left out; until somebody has looked, left out."""

    verdict = forms.ChoiceField(
        label=_("What becomes of it"), choices=_choices(EnclosedVerdict.OUT, EnclosedVerdict.SEND)
    )
    reason = _text(
        _("Reason"), help_text=_("Where it is left out, the person reads it in the letter."), rows=2
    )
    row: Enclosed

    def prepare(self) -> None:
        self.fields["verdict"].initial = self.row.verdict or EnclosedVerdict.OUT
        self.fields["reason"].initial = self.row.reason


class Enter(forms.Form):
    """A request that came by telephone, letter or mail (S16)."""

    right = forms.ChoiceField(label=_("What is asked for"), choices=_choices(*SORTED))
    channel = forms.ChoiceField(
        label=_("How it came"), choices=_choices(Channel.PHONE, Channel.LETTER, Channel.MAIL)
    )
    received_at = forms.DateTimeField(
        label=_("When it reached us"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("The clock starts there. Left empty: now."),
    )  # fmt: skip
    address = forms.CharField(
        label=_("E-mail address"), required=False, max_length=320,
        help_text=_("Whose data it is about. A letter may lack it; it is needed before anything is looked up."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    said = _text(_("What it concerns"), required=False, help_text=_("In their words, as few as possible."))
    language = forms.ChoiceField(label=_("Language of the answer"), choices=LANGUAGES)
    stop_mailings = forms.BooleanField(label=_("Stop mailings to the address at once"), required=False)
    wants_told = forms.BooleanField(
        label=_("Tell the person when what a statute keeps has gone"), required=False
    )
    link = forms.BooleanField(
        label=_("Mail a link to the address, by which the person confirms it"), required=False
    )
