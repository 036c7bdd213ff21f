"""Which rights have a form here: those that the policy offers, what its forms do (S19–S22, M1), and what the law gives
though the policy does not mention it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gallra.policy.model import Policy
from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.sentences import rights as sentences
from gallra.policy.words import RIGHTS_OF_LAW
from gallra.rights.words import Right

RIGHT_OF: Mapping[str, Right] = {
    "access": Right.ACCESS, "rectification": Right.RECTIFICATION, "erasure": Right.ERASURE,
    "restriction": Right.RESTRICTION, "objection": Right.OBJECTION, "portability": Right.PORTABILITY,
    "stop mailings": Right.STOP,
}  # fmt: skip
"""A policy's word for a right, as the word of a request; the latter stands in addresses. What is not here (withdrawal
of a consent, complaint) has no form of its own."""
STOP_AND_ERASE = "stop-and-erasure"
"""In an address: mailings were stopped, and an erasure was asked for with it."""

TITLES: Mapping[Right, Promise | str] = {
    Right.ACCESS: _("See the data and get a copy"),
    Right.RECTIFICATION: _("Have data corrected"),
    Right.ERASURE: _("Have data erased"),
    Right.RESTRICTION: _("Have the use of data restricted"),
    Right.OBJECTION: _("Object to how data is used"),
    Right.PORTABILITY: _("Take data along"),
    Right.STOP: _("Stop mailings"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A right with a form. said: the policy's sentence about it, or the law's where the policy says nothing (`named` is
    False). erases: the form asks for an erasure as well; asks_why: it asks for the reason (S22)."""

    right: Right
    title: Promise | str
    said: str
    named: bool = True
    erases: bool = False
    asks_why: bool = False


def ways(policy: Policy, lang: Lang) -> tuple[Way, ...]:
    """Every right that can be used here: in the policy's order, then what only a form of it does, then what the law
    gives besides; whoever asks for that is answered as well."""
    named = [str(word) for word in (*(policy.rights.offered if policy.rights else ()), *_done(policy))]
    words = dict.fromkeys([*named, *_by_law(policy)])
    return tuple(_way(policy, word, lang, named=word in named) for word in words if word in RIGHT_OF)


def way(policy: Policy, slug: str, lang: Lang) -> Way | None:
    """The right of that name, if it can be used here."""
    return next((each for each in ways(policy, lang) if each.right == slug), None)


def form_of(word: str) -> str:
    """Where a right is used, by the policy's word for it, as it stands in an address; empty for what has no form. A
    consent to mailings is withdrawn by stopping them."""
    return str(RIGHT_OF.get("stop mailings" if word == "withdrawal" else word, ""))


def _by_law(policy: Policy) -> list[str]:
    """Articles 15 to 20, and where the policy writes to people the way out of that (Article 21(2), (3))."""
    mails = any(purpose.to for purpose in policy.purpose.values())
    return [*RIGHTS_OF_LAW, *(["stop mailings"] if mails else [])]


def _way(policy: Policy, word: str, lang: Lang, *, named: bool) -> Way:
    right = RIGHT_OF[word]
    stops = [form for form in policy.form.values() if "stop mailings" in form.does]
    erases = right is Right.STOP and any("erasure" in form.does for form in stops)
    asks = right is Right.STOP and any("reason" in form.asks for form in stops)
    return Way(right, TITLES[right], sentences.right(word, lang), named, erases, asks)


def _done(policy: Policy) -> list[str]:
    return [str(word) for form in policy.form.values() for word in form.does]
