"""The forms of a case's page, and of a case that staff open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gallra.policy.wording.grammar import Lang
from gallra.portal.fields import field, field_name
from gallra.portal.ways import FIRM, PERSON, SUPPORT, words_of
from gallra.registers.directory.models import Company
from gallra.registers.support.models import Contact, Note, Priority
from gallra.running.installed import running
from gallra.site.files import Attaching
from gallra.site.templatetags.words import language

LONGEST = 20_000
REACHED = ("name", "email", "phone")
"""Of these one is needed: else nobody is told apart, or reached."""


def words() -> tuple[str, ...]:
    """What the running policy lets support take of a person and where they work (M2), by its words. Raises NoPolicy."""
    return words_of(running(), SUPPORT)


class Answer(Attaching):
    """A letter to the reporter, or to somebody else whom the case concerns."""

    to = forms.ChoiceField(label=_("To"), required=False)
    body = forms.CharField(
        label=_("Your answer"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8})
    )
    field_order = ("to", "body", "file", "description")

    def __init__(self, *args: Any, others: Iterable[Contact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101 - declared above
        known = [(str(who.pk), who.name or who.email or "–") for who in others]
        to.choices = [("", gettext("the reporter")), *known]
        to.help_text = gettext(
            "Whoever has reported the case reads everything in it, others what they wrote and got."
        )
        if not known:
            del self.fields["to"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("to") and found.get("file"):
            self.add_error("file", gettext("A document goes to the reporter alone."))
        return found


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


class Searching(forms.Form):
    """Whom a case is for."""

    said = forms.CharField(
        label=_("E-mail address, telephone number, name or company"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class OfPerson(forms.Form):
    """The fields of a person that the policy's purposes name, and no others (M2–M4); where they work, too."""

    asks: tuple[str, ...] = (*PERSON, *FIRM)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.words = [word for word in words() if word in self.asks]
        lang: Lang = "en" if language() == "en" else "sv"
        for word in self.words:
            self.fields[field_name(word)] = field(word, lang, needed=False, own=False)

    @property
    def given(self) -> dict[str, str]:
        """What was given, by the policy's words."""
        return {word: str(self.cleaned_data.get(field_name(word)) or "") for word in self.words}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        asked = [word for word in REACHED if word in self.words]
        wrong = any(word in self.errors for word in asked)
        if asked and not wrong and not any((found.get(word) or "").strip() for word in asked):
            self.add_error(asked[0], gettext("Write at least one of name, address and telephone number."))
        return found


class Concerning(OfPerson):
    """Somebody else whom the case concerns."""

    asks = PERSON


class Opening(OfPerson):
    """A new case. known: whom it is for, where support knows them; else their fields are asked for. company: which one
    it is about, where that was chosen; else the known person's, which can be written over."""

    subject = forms.CharField(label=_("What it is about, in a few words"), max_length=200)
    description = forms.CharField(
        label=_("What has happened"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Leave out what is not needed, and what is about other people."),
    )  # fmt: skip
    product = forms.CharField(label=_("Program"), max_length=200, required=False)
    priority = forms.ChoiceField(label=_("Priority"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        known: Contact | None = None,
        company: Company | None = None,
    ) -> None:
        self.known, self.company = known, company or (known.company if known else None)
        if known:
            self.asks = ("company",)
        elif company:
            self.asks = PERSON
        super().__init__(data)
        if known and "company" in self.words:
            self.fields["company"].initial = known.company.name if known.company else ""
        priority = self.fields["priority"]
        assert isinstance(priority, forms.ChoiceField)  # noqa: S101 - declared above
        priority.choices = [(value, str(label).capitalize()) for value, label in Priority.choices]
        priority.initial = Priority.NORMAL
        self.order_fields([*map(field_name, self.words), "subject", "description", "product", "priority"])

    @property
    def firm_key(self) -> int | None:
        """The company that is known already; None where another is named."""
        named = self.given.get("company", "").strip()
        same = self.company is not None and named in ("", self.company.name)
        return self.company.pk if self.company and same else None
