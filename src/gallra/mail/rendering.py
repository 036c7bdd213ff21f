"""The words of a message in the reader's language: subject, plain text and HTML, from templates.

A text called `confirm` is three templates, in the `templates/mail` folder of whichever app says it: `confirm.subject`,
`confirm.txt` and `confirm.html`; the latter two extend `mail/base.txt` and `mail/base.html` and fill the block
`content`. Only HTML escapes what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils import translation

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True, repr=False)
class Rendered:
    """A message as it will be read. subject: one line."""

    subject: str
    plain: str
    html: str


def render(text: str, *, language: str, context: Mapping[str, Any]) -> Rendered:
    """The message called `text`, with `controller` (its name) and `site` (the address people type) known to every
    template. Raises TemplateDoesNotExist where one of the three is missing, ValueError for another language."""
    if language not in ("sv", "en"):
        raise ValueError("mail is written in sv or en")
    known = {"controller": controller(), "site": settings.ADDRESS, "language": language, **context}
    with translation.override(language):
        return Rendered(
            subject=" ".join(_filled(f"mail/{text}.subject", known, escape=False).split()),
            plain=tidy(_filled(f"mail/{text}.txt", known, escape=False)),
            html=_filled(f"mail/{text}.html", known, escape=True).strip() + "\n",
        )


def controller() -> str:
    """Who writes: the name in the running policy; before there is one, the program's."""
    from gallra.running.installed import NoPolicy, running

    try:
        return running().policy.controller.name
    except NoPolicy:
        return "Gallra"


def tidy(plain: str) -> str:
    """No spaces at the ends of lines (but for the mark of a signature), no more than one empty line in a row."""
    lines = [line if line == "-- " else line.rstrip() for line in plain.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _filled(name: str, context: Mapping[str, Any], *, escape: bool) -> str:
    found = get_template(name)
    assert isinstance(found, Template)  # noqa: S101 - the only engine of our settings
    return str(found.template.render(Context(dict(context), autoescape=escape)))
