"""Whether this installation is the demo, for pages that would otherwise point nowhere."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def demo() -> bool:
    return bool(settings.DEMO)
