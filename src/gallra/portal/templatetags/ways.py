"""What templates ask of the ways in."""

from __future__ import annotations

from django import template

from gallra.portal import ways
from gallra.site.adopted import running

register = template.Library()


@register.simple_tag
def ways_in() -> tuple[ways.WayIn, ...]:
    """Those that the running policy declares and that have a form here."""
    found = running()
    return ways.ways_in(found) if found else ()
