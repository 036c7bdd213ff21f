"""Telling a customer that there is an answer in their case. Where customers have accounts (the policy keeps
support.account), the mail says the number and where to read it, and nothing of the case; elsewhere it is the answer.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from gallra.mail import sending
from gallra.mail.models import Outgoing
from gallra.registers.support.models import Case, Message
from gallra.running.installed import running

ACCOUNTS = "support.account"
PATH = "/support/cases/"
"""Where the portal serves a case; its number follows."""


def have_accounts() -> bool:
    """Whether customers can have an account here. Raises NoPolicy."""
    return ACCOUNTS in running().policy.records()


def answered(case: Case, letter: Message, *, now: datetime) -> Outgoing | None:
    """Tell whoever our letter is to, in the caller's transaction; None where they have no address. Raises NoPolicy."""
    to = letter.contact.email if letter.contact else None
    if not to:
        return None
    text = "support/waiting" if have_accounts() else "support/answer"
    context = {
        "number": case.number, "link": f"{settings.ADDRESS}{PATH}{case.number}", "said": letter.body,
        "contact": running().policy.controller.email or "",
    }  # fmt: skip
    return sending.post(
        to=to, text=text, language=language_of(to), context=context, about=f"support.case {case.pk}", now=now
    )


def language_of(address: str) -> str:
    """The language in which we last wrote to them; else the controller's."""
    last = Outgoing.objects.filter(address=address).order_by("-pk").values_list("language", flat=True).first()
    return last or running().policy.controller.language
