"""Form fields for what a policy's purposes name (S2, M2–M5): the same words in every form, public or staff's."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext

from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.words import FIELDS

LONGEST = 300
"""Characters of a field."""
AUTOCOMPLETE: Mapping[str, str] = {
    "name": "name", "company": "organization", "email": "email", "phone": "tel", "title": "organization-title",
    "address": "street-address", "town": "address-level2",
}  # fmt: skip
"""What browsers fill in (WCAG 1.3.5)."""


def field(word: str, lang: Lang, *, needed: bool, own: bool = True) -> forms.Field:
    """The field for a word of the policy. own: people fill it in about themselves, so that the browser may help."""
    attrs = {"autocomplete": AUTOCOMPLETE.get(word, "off") if own else "off"}
    label = FIELDS[word][lang].capitalize()
    if word == "email":
        return forms.EmailField(
            label=label, max_length=320, required=needed, widget=forms.EmailInput(attrs=attrs)
        )
    optional = gettext("%(field)s (if you want)") if own else "%(field)s"
    return forms.CharField(
        label=label if needed else optional % {"field": label}, max_length=LONGEST, required=needed,
        widget=forms.TextInput(attrs=attrs),
    )  # fmt: skip


def field_name(word: str) -> str:
    """What the field is called in a form."""
    return word.replace(" ", "_")
