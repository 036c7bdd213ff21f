"""Unsubscribing by one click (RFC 8058): what a mail program sends by POST ends the subscription at once, without
cookies, sign-in or redirect; whoever opens the link sees a page with a button, and nothing changes by that.
"""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from gallra.mail import newsletters
from gallra.portal.offered import way
from gallra.portal.pages import language_of, public, show
from gallra.registers.errors import Refused
from gallra.registers.newsletter import actions as newsletter
from gallra.rights.words import Right
from gallra.running.installed import running


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public
@sensitive_variables("token")
def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page of a subscription's link, and its one click. A subscription that has gone is ended, too: the answer to a
    whole link is always the same."""
    subscription = newsletters.subscription_of(token)
    done = subscription is not None and request.method == "POST"
    if subscription is not None and done:
        with suppress(Refused):  # it has gone
            newsletter.unsubscribe(subscription, channel="link", actor="form", now=timezone.now())
    all_of_it = way(running().policy, Right.STOP, language_of(request))
    context = {"whole": subscription is not None, "done": done, "all_of_it": all_of_it}
    return show(request, "portal/unsubscribe.html", context)
