"""Ledger entries as people read them: the words of actions and of what an entry says (gallra.ledger.bodies)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gallra.rights.models import Breach
from gallra.rights.words import Channel, Identity, Right
from gallra.site import saying
from gallra.site.templatetags.words import LEVEL, OUTCOME, STATUS, VERBS, many

ACTIONS: Mapping[str, Promise] = {
    "account": gettext_lazy("Account closed or opened again"),
    "adoption": gettext_lazy("Policy adopted"),
    "attestation": gettext_lazy("Attestation"),
    "blank": gettext_lazy("Fields blanked"),
    "blank.intent": gettext_lazy("Blanking begun elsewhere"),
    "check": gettext_lazy("Check"),
    "correction": gettext_lazy("Correction"),
    "correction.intent": gettext_lazy("Correction asked for elsewhere"),
    "disclosure": gettext_lazy("Disclosure"),
    "erasure.intent": gettext_lazy("Erasure asked for"),
    "breach": gettext_lazy("Breach"),
    "erasure.receipt": gettext_lazy("Erasure"),
    "extract": gettext_lazy("Extract"),
    "hold.added": gettext_lazy("Hold added"),
    "hold.released": gettext_lazy("Hold released"),
    "mailings.confirmed": gettext_lazy("Subscription confirmed"),
    "mailings.stopped": gettext_lazy("Mailings stopped"),
    "notice": gettext_lazy("Recipient to be told"),
    "override.brake": gettext_lazy("Brake overridden"),
    "override.clock": gettext_lazy("Clock confirmed"),
    "removal": gettext_lazy("Taken out of a record"),
    "request": gettext_lazy("Request"),
    "restore": gettext_lazy("Restore"),
    "restore.settled": gettext_lazy("Seen to after a restore"),
    "restriction": gettext_lazy("Restriction"),
    "review": gettext_lazy("Review"),
    "review.intent": gettext_lazy("Review decided elsewhere"),
    "rewrite": gettext_lazy("Tables rewritten"),
    "settle": gettext_lazy("Contacts settled"),
    "sweep.intent": gettext_lazy("Sweep begun elsewhere"),
    "sweep.missed": gettext_lazy("Sweep missed"),
    "sweep.receipt": gettext_lazy("Receipt of a sweep"),
    "sweep.run": gettext_lazy("Sweep ended"),
}
EVENTS: Mapping[str, Promise] = {
    "received": pgettext_lazy("a request", "received"),
    "sorted": gettext_lazy("sorted"),
    "link sent": gettext_lazy("link sent"),
    "confirmed": gettext_lazy("confirmed by the link"),
    "link expired": gettext_lazy("link expired"),
    "identified": gettext_lazy("vouched for by staff"),
    "identity asked": gettext_lazy("identity asked for, the clock stands"),
    "resumed": gettext_lazy("the clock goes on"),
    "extended": gettext_lazy("extended, with reasons"),
    "looked up": gettext_lazy("looked up"),
    "wishes set": gettext_lazy("corrections written down"),
    "approved": gettext_lazy("approved"),
    "carried out": gettext_lazy("carried out"),
    "answered": gettext_lazy("answered"),
    "fetched": gettext_lazy("answer taken out"),
    "refused": gettext_lazy("refused, with reasons"),
    "withdrawn": gettext_lazy("closed without an answer"),
    "began": gettext_lazy("begun"),
    "ending": gettext_lazy("is to end"),
    "going on": gettext_lazy("does not end after all"),
    "lifted": gettext_lazy("lifted"),
    "completed": gettext_lazy("what was kept has gone"),
    "reminded": gettext_lazy("staff reminded"),
    "put back": gettext_lazy("could not be carried out as decided; to be decided again"),
    "to tell": gettext_lazy("is to be told"),
    "mailed": gettext_lazy("told by mail"),
    "told": gettext_lazy("told"),
    "impossible": gettext_lazy("cannot be told"),
    "entered": gettext_lazy("written down"),
    "noted": gettext_lazy("a step noted"),
    "judged": gettext_lazy("risk judged"),
    "reported": gettext_lazy("reported to the authority"),
    "looked": gettext_lazy("looked up whom it concerns"),
    "listed": gettext_lazy("people listed by hand"),
    "telling": gettext_lazy("people to be told"),
    "closed": gettext_lazy("the breach is closed"),
}
"""What happens to a request, a restriction, a recipient who is to be told, or a breach (ledger/bodies.py), in words."""
KEYS: Mapping[str, Promise] = {
    "added": gettext_lazy("promises added"),
    "approver": gettext_lazy("approver (commitment)"),
    "as_of": gettext_lazy("as of"),
    "asked": gettext_lazy("asked"),
    "audit": gettext_lazy("nightly audit"),
    "automatic": gettext_lazy("by itself"),
    "backup": gettext_lazy("backup"),
    "batches": gettext_lazy("batches"),
    "began": gettext_lazy("began"),
    "blanked": gettext_lazy("blanked"),
    "breach": gettext_lazy("breach"),
    "broken": gettext_lazy("broken promises"),
    "by": gettext_lazy("by (commitment)"),
    "bytes": gettext_lazy("bytes"),
    "cause": gettext_lazy("cause"),
    "changed": gettext_lazy("changed"),
    "channel": gettext_lazy("channel"),
    "clock": gettext_lazy("clock"),
    "companies": gettext_lazy("companies"),
    "complete": gettext_lazy("complete"),
    "contacts": gettext_lazy("contacts"),
    "cutoff": gettext_lazy("cut-off"),
    "decision": gettext_lazy("decision"),
    "decisions": gettext_lazy("decisions"),
    "document": gettext_lazy("document (commitment)"),
    "due": gettext_lazy("due"),
    "ended": gettext_lazy("ended"),
    "entries": gettext_lazy("entries"),
    "erased": gettext_lazy("erased"),
    "event": gettext_lazy("event"),
    "expected": gettext_lazy("expected"),
    "extent": gettext_lazy("extent (commitment)"),
    "fields": gettext_lazy("fields"),
    "file": gettext_lazy("hash of the file"),
    "files": gettext_lazy("files"),
    "findings": gettext_lazy("findings"),
    "found": gettext_lazy("found"),
    "from_purpose": gettext_lazy("from purpose"),
    "ground": gettext_lazy("ground"),
    "held": gettext_lazy("held"),
    "hold": gettext_lazy("hold"),
    "identity": gettext_lazy("identity"),
    "intent": gettext_lazy("intent"),
    "kept": gettext_lazy("not erased"),
    "keys": gettext_lazy("keys"),
    "kind": gettext_lazy("record kind"),
    "kinds": gettext_lazy("record kinds"),
    "known": gettext_lazy("known"),
    "last": gettext_lazy("last"),
    "later": gettext_lazy("goes later"),
    "left": gettext_lazy("left for the next time"),
    "lost": gettext_lazy("numbers given and lost"),
    "next": gettext_lazy("next"),
    "notice": gettext_lazy("notice"),
    "obliged": gettext_lazy("kept by statute"),
    "of": gettext_lazy("of"),
    "outcome": gettext_lazy("outcome"),
    "parts": gettext_lazy("parts"),
    "people": gettext_lazy("people"),
    "percent": gettext_lazy("percent"),
    "person": gettext_lazy("person (commitment)"),
    "previous": gettext_lazy("previous version"),
    "promises": gettext_lazy("promises"),
    "reason": gettext_lazy("reason (commitment)"),
    "recipient": gettext_lazy("recipient"),
    "record": gettext_lazy("record"),
    "records": gettext_lazy("records"),
    "removed": gettext_lazy("promises removed"),
    "replayed": gettext_lazy("replayed"),
    "request": gettext_lazy("request"),
    "restriction": gettext_lazy("restriction"),
    "right": gettext_lazy("right"),
    "risk": gettext_lazy("risk"),
    "rows": gettext_lazy("rows"),
    "rules": gettext_lazy("rules"),
    "seconds": gettext_lazy("seconds"),
    "skipped": gettext_lazy("skipped"),
    "sooner": gettext_lazy("goes sooner"),
    "statement": gettext_lazy("statement"),
    "statuses": gettext_lazy("statuses"),
    "statutes": gettext_lazy("statutes"),
    "suppressed": gettext_lazy("suppressed"),
    "system": gettext_lazy("system"),
    "systems": gettext_lazy("systems"),
    "tables": gettext_lazy("tables"),
    "taken": gettext_lazy("records taken"),
    "taken_by_rule": gettext_lazy("records taken, by rule"),
    "through": gettext_lazy("up to entry"),
    "to_purpose": gettext_lazy("to purpose"),
    "unlisted": gettext_lazy("not done again: not in the list"),
    "unreachable": gettext_lazy("unreachable"),
    "unsure": gettext_lazy("not known whether it was done"),
    "until": gettext_lazy("until"),
    "verb": gettext_lazy("what was done"),
}
CODES: Mapping[str, Mapping[str, Promise | str]] = {
    "right": {str(one): one.label for one in Right},
    "channel": {str(one): one.label for one in Channel},
    "identity": {str(one): one.label for one in Identity},
    "risk": {str(one): one.label for one in Breach.Risk},
    "cause": {
        "asked": gettext_lazy("asked for"),
        "bounced": gettext_lazy("mail came back"),
        "erased": gettext_lazy("erased"),
    },
    "decision": {"keep": gettext_lazy("keep"), "erase": gettext_lazy("erase")},
}
"""What stands under these names of an entry, in words."""
MOST_KEYS = 50
"""Of a list of keys, so many are shown; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing an entry says: its name, and its value in words."""

    name: str
    value: str


def action(name: str) -> str:
    """An action of the ledger, or the verb of a rule, in the language of the page."""
    known = ACTIONS.get(name) or VERBS.get(name)
    return str(known) if known else name


def done(name: str) -> str:
    """What a receipt says was done: the verb of a rule, or an action of the ledger."""
    return str(VERBS[name]) if name in VERBS else action(name)


def summary(body: Mapping[str, object]) -> str:
    """What an entry is about, in a few words: "cases archived", "invoices", "finished"."""
    kind, outcome = body.get("kind"), body.get("outcome")
    words = (
        many(str(kind)) if kind else "",
        VERBS.get(str(body.get("verb"))),
        OUTCOME.get(str(outcome), outcome),
        EVENTS.get(str(body.get("event"))),
    )
    return " ".join(str(word) for word in words if word)


def records(body: Mapping[str, object]) -> int | None:
    """How many records an entry tells of; None where it counts none."""
    for key in ("records", "taken"):
        value = body.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, Mapping):
            return sum(count for count in value.values() if isinstance(count, int))
    return None


def facts(body: Mapping[str, object], lang: str) -> Iterator[Fact]:
    """Everything an entry says, in the order of its names."""
    named = sorted(
        ((key, value) for key, value in body.items() if value not in (None, {}, [])),
        key=lambda one: str(KEYS.get(one[0], one[0])),
    )
    for name, value in named:
        yield Fact(str(KEYS.get(name, name)), _value(_coded(name, value), lang))


def _coded(name: str, value: object) -> object:
    """A word of the verbs under one of the names of `CODES`, as pages say it."""
    known = CODES.get(name)
    return str(known[value]) if known and isinstance(value, str) and value in known else value


def _word(key: object) -> str:
    """What a number stands under: a promise's status, a finding's level, a run's outcome, else a name as it is."""
    for words in (STATUS, LEVEL, OUTCOME):
        if (said := cast(Mapping[object, Promise], words).get(key)) is not None:
            return str(said)[:1].lower() + str(said)[1:]
    return str(key)


def _value(value: object, lang: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return saying.number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{_word(key)} {_value(one, lang)}" for key, one in sorted(value.items()))
    if isinstance(value, list):
        shown = ", ".join(_plain(one, lang) for one in value[:MOST_KEYS])
        more = len(value) - MOST_KEYS
        return shown + (_(" and %(count)s more") % {"count": saying.number(more)} if more > 0 else "")
    return _plain(value, lang)


def _plain(value: object, lang: str) -> str:
    """A name, key or day; a verb of ours in the language of the page. Keys are names, not counts: not grouped."""
    if isinstance(value, str):
        if value in EVENTS:
            return str(EVENTS[value])
        if value in VERBS:
            return str(VERBS[value])
        if value in OUTCOME:
            return str(OUTCOME[value])
        if len(value) == 10 and value[4:5] == "-":
            try:
                return saying.day(date.fromisoformat(value), lang)
            except ValueError:
                return value
        if "T" in value and len(value) > 19:
            try:
                when = datetime.fromisoformat(value)
            except ValueError:
                return value
            when = timezone.localtime(when) if timezone.is_aware(when) else when
            return f"{saying.day(when.date(), lang)} {saying.clock(when, lang)}"
    return str(value)
