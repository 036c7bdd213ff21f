"""What is kept beside requests as record kinds of Gallra's own: restrictions, disclosures, openings, breaches, and with
a request whom we told of it (Article 19).

They name no people: a restricted person's data stays until the restriction is lifted, and an erasure takes the address
out of the others itself (rights/carrying.py).
"""

from __future__ import annotations

from gallra.kinds import Column, Event, Noun, Part, RecordKind, Table, Text
from gallra.policy.law import own_records
from gallra.registers.columns import column, key, record_id

SYSTEM = "gallra"


def _word(name: str, sv: str, en: str) -> Column:
    return column(name, sv, en, impersonal=True, nullable=False)


def _moment(name: str, sv: str, en: str, *, nullable: bool = True) -> Column:
    return column(name, sv, en, "timestamp", impersonal=True, nullable=nullable)


def _text(name: str, sv: str, en: str) -> Column:
    return column(name, sv, en, nullable=False)


def _number(name: str, sv: str, en: str, *, nullable: bool = True) -> Column:
    return column(name, sv, en, "integer", impersonal=True, nullable=nullable)


SALT = column("salt", "salt", "salt", "bytes", nullable=False)

RESTRICTIONS = Table(
    "rights_restriction",
    (
        key(),
        _text("address", "e-postadress", "e-mail address"),
        _word("language", "språk", "language"),
        _number("hold", "gallringsstopp", "hold", nullable=False),
        column("request", "begäran", "request", "integer"),
        _text("ground", "grund", "ground"),
        _moment("since", "sedan", "since", nullable=False),
        _text("by", "av", "by"),
        SALT,
        _text("reason", "skäl att den upphör", "why it ends"),
        column("ends_on", "upphör", "ends", "date", impersonal=True),
        _text("ending_by", "avslutad av", "ended by"),
        _number("mail", "besked", "message"),
        _moment("told_at", "underrättad", "told"),
        _text("told_how", "hur", "how"),
        _moment("lifted_at", "hävd", "lifted"),
        column("kinds", "posttyper", "record kinds", "json", impersonal=True),
    ),
)

DISCLOSURES = Table(
    "rights_disclosure",
    (
        key(),
        _word("to", "slag av mottagare", "kind of recipient"),
        _text("recipient", "mottagare", "recipient"),
        _word("ground", "grund", "ground"),
        _text("why", "lagrum eller beslut", "law or decision"),
        _text("extent", "omfattning", "extent"),
        column("kinds", "posttyper", "record kinds", "json", impersonal=True, nullable=False),
        _text("address", "e-postadress", "e-mail address"),
        column("on", "dag", "day", "date", impersonal=True, nullable=False),
        _moment("added_at", "införd", "added", nullable=False),
        _text("by", "av", "by"),
        _text("approved_by", "godkänd av", "approved by"),
        SALT,
    ),
)

NOTICES = Table(
    "rights_notice",
    (
        key(),
        record_id("request_id", "rights_request"),
        _text("recipient", "mottagare", "recipient"),
        _text("name", "namn", "name"),
        _word("state", "läge", "state"),
        _number("mail", "besked", "message"),
        _text("how", "hur", "how"),
        _text("by", "av", "by"),
        _moment("told_at", "underrättad", "told"),
    ),
)

OPENINGS = Table(
    "rights_opening",
    (
        key(),
        column("person", "personens kontrollsumma", "checksum of the person", "bytes", nullable=False),
        _word("role", "roll", "role"),
        column("on", "dag", "day", "date", impersonal=True, nullable=False),
    ),
)

BREACHES = Table(
    "rights_breach",
    (
        key(),
        _text("what", "vad som hände", "what happened"),
        _moment("happened_at", "hände", "happened"),
        _moment("known_at", "känd", "known", nullable=False),
        column("kinds", "posttyper", "record kinds", "json", impersonal=True, nullable=False),
        _word("risk", "risk", "risk"),
        _text("consequences", "följder", "consequences"),
        _text("measures", "åtgärder", "measures"),
        _moment("reported_at", "anmäld", "reported"),
        _text("number", "myndighetens nummer", "the authority's number"),
        _text("late_because", "skäl till dröjsmål", "why it was late"),
        _number("reminded", "senaste påminnelse", "last reminder"),
        _moment("entered_at", "införd", "entered", nullable=False),
        _text("entered_by", "införd av", "entered by"),
        _moment("closed_at", "avslutad", "closed"),
        SALT,
    ),
)

STEPS = Table(
    "rights_breachstep",
    (
        key(),
        record_id("breach_id", BREACHES.name),
        _moment("at", "tid", "time", nullable=False),
        _text("text", "vad som gjordes", "what was done"),
        _text("by", "av", "by"),
    ),
)

MESSAGES = Table(
    "rights_breachmessage",
    (
        key(),
        record_id("breach_id", BREACHES.name),
        _moment("at", "tid", "time", nullable=False),
        _word("language", "språk", "language"),
        _text("message", "vad som meddelas", "what people are told"),
        _text("consequences", "följder", "consequences"),
        _text("measures", "åtgärder", "measures"),
        _text("by", "av", "by"),
    ),
)

AFFECTED = Table(
    "rights_affected",
    (
        key(),
        record_id("breach_id", BREACHES.name),
        _text("address", "e-postadress", "e-mail address"),
        _number("mail", "besked", "message"),
        _moment("told_at", "underrättad", "told"),
    ),
)


def _noun(kind: str) -> Noun:
    said = own_records()[kind]
    return Noun(said.one, said.many, said.the)


KINDS = (
    RecordKind(
        name="gallra.restriction", system=SYSTEM, noun=_noun("gallra.restriction"), table=RESTRICTIONS, people=(),
        events=(
            Event("the restriction was lifted", Text("begränsningen hävdes", "the restriction was lifted"),
                  "lifted_at"),
        ),
        label_columns=("since",), added="since",
    ),
    RecordKind(
        name="gallra.disclosure", system=SYSTEM, noun=_noun("gallra.disclosure"), table=DISCLOSURES, people=(),
        events=(Event("the data was disclosed", Text("uppgifterna lämnades ut", "the data was disclosed"), "on",
                      type="date"),),
        label_columns=("to",), passing=True,
    ),
    RecordKind(
        name="gallra.opening", system=SYSTEM, noun=_noun("gallra.opening"), table=OPENINGS, people=(),
        events=(Event("the data was opened", Text("uppgifterna öppnades", "the data was opened"), "on", type="date"),),
        label_columns=("role",), passing=True,
    ),
    RecordKind(
        name="gallra.breach", system=SYSTEM, noun=_noun("gallra.breach"), table=BREACHES, people=(),
        events=(Event("the breach was closed", Text("incidenten avslutades", "the breach was closed"), "closed_at"),),
        parts=(
            Part(STEPS, "breach_id", Text("steg", "steps")),
            Part(MESSAGES, "breach_id", Text("besked till berörda", "messages to those affected")),
            Part(AFFECTED, "breach_id", Text("berörda", "people affected")),
        ),
        label_columns=("risk",), added="entered_at",
    ),
)  # fmt: skip
