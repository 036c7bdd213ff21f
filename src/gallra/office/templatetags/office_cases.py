"""What templates say of cases."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(who: Mapping[str, str], actor: str | None) -> str:
    """The colleague's name (office/cases/people.py); nothing for nobody."""
    return who.get(actor or "", actor or "")
