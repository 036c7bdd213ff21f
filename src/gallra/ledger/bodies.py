"""What an entry of each action may say: a closed list of actions, each with its keys and the form of every
value.

The ledger holds no personal value (invariant 7), so there is no free text in it: values are counts, days,
moments, names of declared things, keys that are numbers, hashes, and salted commitments (`commitments.py`)
wherever a person, a record known by something other than a number, or a sentence that somebody wrote is
meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

Check = Callable[[object], bool]

Action = Literal[
    "account", "adoption", "attestation", "blank", "blank.intent", "breach", "check", "correction", "correction.intent",
    "disclosure",
    "erasure.intent", "erasure.receipt",
    "extract", "hold.added", "hold.released", "mailings.confirmed", "mailings.stopped", "notice",
    "override.brake", "override.clock",
    "removal", "request",
    "restore", "restore.settled", "restriction",
    "review", "review.intent",
    "rewrite",
    "settle", "sweep.intent", "sweep.missed", "sweep.receipt", "sweep.run",
]  # fmt: skip

LIMIT = 2**53
"""Numbers stay below this, so that every JSON reader reads the same number."""
_HASH = re.compile(r"(sha256:)?[0-9a-f]{12,64}")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PROMISE = re.compile(r"[A-ZÅÄÖ]{1,3}[0-9]{1,3}")
_WORD = r"[\w.\[\]-]*[^\W\d_][\w.\[\]-]*"
_NAME = re.compile(rf"{_WORD}([ ,+]{{1,2}}{_WORD}){{0,7}}")
_LIKE_A_NUMBER = re.compile(r"[0-9][0-9 -]{4,}")
_LIKE_A_PERSON = re.compile(r"[A-ZÅÄÖÉ][a-zåäöéü]+[ ,+-]+[A-ZÅÄÖÉ][a-zåäöéü]")


class BodyError(ValueError):
    """An entry says what its action does not allow. Names the action and the keys, never a value."""


def count(value: object) -> bool:
    """A number of things, from 0."""
    return type(value) is int and 0 <= value < LIMIT


def key(value: object) -> bool:
    """A key that says nothing about anyone: a number, or a UUID."""
    return (type(value) is int and -LIMIT < value < LIMIT) or _is_uuid(value)


def name(value: object) -> bool:
    """The name of something declared: a record kind, rule, system, table, field, statute. No address, no long
    number, nothing that reads like a person's first and last name."""
    return (
        isinstance(value, str) and len(value) <= 200
        and _NAME.fullmatch(value) is not None
        and not _LIKE_A_NUMBER.search(value)
        and not _LIKE_A_PERSON.search(value)
    )  # fmt: skip


def promise(value: object) -> bool:
    return isinstance(value, str) and _PROMISE.fullmatch(value) is not None


def digest(value: object) -> bool:
    """A SHA-256 of something impersonal: a policy file, an answer's file."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def commitment(value: object) -> bool:
    """A salted commitment: a person, a record, a text that somebody wrote."""
    return isinstance(value, str) and _COMMITMENT.fullmatch(value) is not None


def day(value: object) -> bool:
    """An ISO date, "2026-02-14"."""
    return isinstance(value, str) and _DAY.fullmatch(value) is not None and _parses(date.fromisoformat, value)


def moment(value: object) -> bool:
    """An ISO date and time with its offset."""
    return (
        isinstance(value, str) and 19 < len(value) <= 32 and _parses(datetime.fromisoformat, value)
        and datetime.fromisoformat(value).tzinfo is not None
    )  # fmt: skip


def flag(value: object) -> bool:
    return isinstance(value, bool)


def one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def list_of(check: Check) -> Check:
    """At most 10,000 of them: a receipt is for a batch."""
    return lambda value: isinstance(value, list) and len(value) <= 10_000 and all(map(check, value))


def map_of(check: Check) -> Check:
    """Declared names, each with its value."""
    return lambda value: isinstance(value, dict) and all(name(k) and check(v) for k, v in value.items())


def or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and len(value) == 36 and _parses(UUID, value)


_counts, _names, _promises = map_of(count), list_of(name), list_of(promise)
_entries = list_of(key)
_level = one_of("error", "warning", "advice")
_status = one_of("kept", "waiting", "broken", "uncovered", "outdated")
_verb = one_of("archive", "erase", "review", "blank")

_EVERY: dict[str, Check] = {
    "by": commitment, "as_of": either(day, moment), "request": key, "promises": _promises, "system": name,
    "systems": _names, "kind": name, "seconds": count, "reason": commitment,
}  # fmt: skip
"""Keys any action may have. by: who; reason: what they wrote, which stands elsewhere with its salt."""

_SWEPT: dict[str, Check] = {
    "verb": _verb, "records": count, "parts": _counts, "blanked": _counts, "cutoff": either(day, moment),
    "event": name, "held": count, "obliged": count, "skipped": count, "contacts": count, "companies": count,
    "files": count, "keys": either(commitment, list_of(either(key, commitment))), "changed": count, "last": flag,
}  # fmt: skip
_ERASED: dict[str, Check] = {
    "person": commitment, "asked": moment, "erased": _counts, "kept": _counts, "held": _counts,
    "parts": _counts,
    "blanked": _counts, "until": or_none(day), "statutes": _names, "suppressed": flag, "complete": flag,
    "contacts": count, "companies": count, "files": count, "intent": key,
}  # fmt: skip
_BLANKED: dict[str, Check] = {
    "fields": _names, "rows": count, "blanked": _counts, "records": count, "parts": _counts, "keys": _SWEPT["keys"],
}  # fmt: skip
_CORRECTED: dict[str, Check] = {
    "person": commitment, "fields": _names, "records": _counts, "rows": _counts, "complete": flag, "cause": name,
}  # fmt: skip
_REVIEWED: dict[str, Check] = {
    "record": either(key, commitment), "decision": one_of("keep", "erase"), "next": or_none(day), "records": count,
    "cause": name,
}  # fmt: skip
_HELD: dict[str, Check] = {
    "hold": key, "record": either(key, commitment), "person": commitment, "ground": commitment,
    "until": or_none(day), "restriction": flag,
}  # fmt: skip

RIGHTS = (
    "access", "rectification", "erasure", "restriction", "objection", "portability", "stop", "unsorted",
)  # fmt: skip
REQUEST_EVENTS = (
    "received", "sorted", "link sent", "confirmed", "link expired", "identified", "identity asked", "resumed",
    "extended", "looked up", "wishes set", "approved", "carried out", "answered", "fetched", "refused", "withdrawn",
    "lifted", "completed", "reminded", "put back",
)  # fmt: skip
"""What happens to a request of a person (rights/)."""

BREACH_EVENTS = ("entered", "noted", "judged", "reported", "looked", "listed", "telling", "told", "closed")
"""What is done about a breach of personal data (rights/breaches.py)."""

RESTRICTION_EVENTS = ("began", "ending", "told", "going on", "lifted")
"""How it stands with a restriction of a person's data (Article 18; rights/restriction.py)."""

NOTICE_EVENTS = ("to tell", "mailed", "told", "impossible")
"""How it stands with a recipient who is to be told of a change (Article 19; rights/disclosures.py)."""

BODIES: Mapping[Action, Mapping[str, Check]] = {
    "account": {"event": one_of("closed", "reopened"), "record": key},
    "adoption": {
        "file": digest, "previous": or_none(digest), "changed": _promises, "added": _promises,
        "removed": _promises,
        "findings": map_of(count), "sooner": _counts, "later": _counts, "declarations": map_of(digest),
        "gone": _counts,
    },
    "attestation": {"statement": name, "until": day},
    "blank": _BLANKED,
    "blank.intent": _BLANKED,
    "breach": {
        "breach": key, "event": one_of(*BREACH_EVENTS), "kinds": _names, "people": count, "document": commitment,
        "risk": one_of("unknown", "unlikely", "some", "high"), "known": moment,
    },
    "check": {"findings": map_of(count), "statuses": map_of(count), "broken": _promises, "outcome": name},
    "correction": _CORRECTED,
    "correction.intent": _CORRECTED,
    "disclosure": {
        "recipient": name, "ground": one_of("law", "legal process", "authority", "processor", "purpose",
        "person"),
        "records": _counts, "fields": _names, "file": digest, "person": commitment, "document": commitment,
        "from_purpose": name, "to_purpose": name, "kinds": _names, "extent": commitment, "approver": commitment,
    },
    "erasure.intent": _ERASED,
    "erasure.receipt": _ERASED,
    "extract": {"person": commitment, "records": _counts, "files": count, "file": digest},
    "hold.added": _HELD,
    "hold.released": _HELD,
    "mailings.confirmed": {"keys": list_of(key), "allowed": flag},
    "mailings.stopped": {
        "keys": list_of(key), "suppressed": flag, "cause": one_of("asked", "bounced", "erased"),
    },
    "notice": {"notice": key, "event": one_of(*NOTICE_EVENTS), "recipient": name},
    "override.brake": {"records": count, "of": count, "percent": count},
    "override.clock": {"clock": moment, "last": or_none(moment)},
    "removal": _BLANKED,
    "request": {
        "event": one_of(*REQUEST_EVENTS), "right": one_of(*RIGHTS), "channel": one_of("web", "mail", "phone", "letter"),
        "due": day, "person": commitment, "identity": one_of("link", "account", "vouched"), "automatic": flag,
        "decisions": _counts, "found": _counts, "left": count, "file": digest,
    },
    "restore": {
        "backup": moment, "entries": count, "replayed": _counts, "skipped": _entries, "unlisted": _entries,
        "unsure": _entries, "lost": _counts,
    },
    "restore.settled": {"keys": _entries},
    "restriction": {
        "restriction": key, "event": one_of(*RESTRICTION_EVENTS), "hold": key, "person": commitment,
        "ground": commitment, "until": or_none(day), "kinds": _names,
    },
    "review": _REVIEWED,
    "review.intent": _REVIEWED,
    "rewrite": {
        "tables": _names, "left": _names, "bytes": count, "files": count, "began": moment, "through": count,
    },
    "settle": {"contacts": count, "companies": count, "asked": count, "audit": flag},
    "sweep.intent": _SWEPT,
    "sweep.missed": {"expected": moment, "last": or_none(moment)},
    "sweep.receipt": _SWEPT,
    "sweep.run": {
        "began": moment, "ended": moment, "taken": count, "due": count, "rules": count, "batches": count,
        "outcome": one_of("finished", "stopped", "failed"), "cause": name, "taken_by_rule": _counts,
        "unreachable": _names,
    },
}  # fmt: skip

_REQUIRED: Mapping[Action, frozenset[str]] = {
    "account": frozenset({"kind", "event", "record"}),
    "breach": frozenset({"breach", "event"}),
    "adoption": frozenset({"file"}),
    "blank": frozenset({"fields"}),
    "blank.intent": frozenset({"fields"}),
    "correction.intent": frozenset({"person", "fields"}),
    "disclosure": frozenset({"recipient", "ground"}),
    "erasure.intent": frozenset({"person"}),
    "erasure.receipt": frozenset({"person"}),
    "notice": frozenset({"notice", "event", "request"}),
    "override.brake": frozenset({"records", "of"}),
    "review": frozenset({"kind", "record", "decision"}),
    "review.intent": frozenset({"kind", "record", "decision"}),
    "mailings.confirmed": frozenset({"keys", "allowed"}),
    "mailings.stopped": frozenset({"keys", "suppressed"}),
    "removal": frozenset({"kind", "rows"}),
    "request": frozenset({"request", "event", "right", "channel"}),
    "restore.settled": frozenset({"keys"}),
    "restriction": frozenset({"restriction", "event", "hold"}),
    "rewrite": frozenset({"tables", "left", "through"}),
    "sweep.intent": frozenset({"kind", "verb"}),
    "sweep.receipt": frozenset({"kind", "verb", "records"}),
    "sweep.run": frozenset({"outcome", "taken"}),
}


def check_body(action: str, body: Mapping[str, object]) -> None:
    """Nothing where `body` is what `action` allows; else BodyError naming the action and every key that is
    wrong."""
    if action not in BODIES:
        raise BodyError(f"the ledger knows no such action; it knows {', '.join(get_args(Action))}")
    allowed = {**_EVERY, **BODIES[action]}  # type: ignore[index]
    unknown = sum(k not in allowed for k in body)
    wrong = sorted(k for k, value in body.items() if k in allowed and not allowed[k](value))
    missing = sorted(_REQUIRED.get(action, frozenset()) - set(body))  # type: ignore[call-overload]
    faults = [
        *([f"{unknown} unknown key(s); allowed are {', '.join(sorted(allowed))}"] if unknown else []),
        *([f"not of the form allowed: {', '.join(wrong)}"] if wrong else []),
        *([f"missing: {', '.join(missing)}"] if missing else []),
    ]
    if faults:
        raise BodyError(f"{action}: {'; '.join(faults)}")
