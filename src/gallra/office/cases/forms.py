"""The forms of a case's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gallra.registers.support.models import Note
from gallra.site.files import Attaching

LONGEST = 20_000


class Answer(Attaching):
    """A letter to the reporter."""

    body = forms.CharField(
        label=_("Your answer"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8})
    )
    field_order = ("body", "file", "description")


class Noting(forms.Form):
    """A call, a meeting, or a note for colleagues."""

    channel = forms.ChoiceField(label=_("What it was"))
    text = forms.CharField(label=_("Note"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)  # noqa: S101 - declared above
        channel.choices = [
            (value, str(label).capitalize()) for value, label in Note._meta.get_field("channel").choices or ()
        ]


class Closing(forms.Form):
    """What solved it."""

    solution = forms.CharField(
        label=_("The solution"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stays when the case is archived, so write it without name, address and telephone number."),
    )  # fmt: skip
