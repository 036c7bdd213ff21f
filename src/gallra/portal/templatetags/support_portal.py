"""What templates ask of the customers' portal."""

from __future__ import annotations

from django import template

from gallra.mail.cases import have_accounts
from gallra.running.installed import NoPolicy

register = template.Library()


@register.simple_tag
def customers_have_accounts() -> bool:
    """Whether the adopted policy lets customers have an account."""
    try:
        return have_accounts()
    except NoPolicy:
        return False
