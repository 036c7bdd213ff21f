"""Requests as record kinds of Gallra's own: what was asked and decided, links, answers, reasons (S22).

They name no people: a request says that somebody asked, and what came of it. It is kept for its time as the proof of
that (Article 5(2)), the answer to it says so, and no erasure takes it before.
"""

from __future__ import annotations

from gallra.kinds import Column, Event, Noun, Part, RecordKind, Table, Text
from gallra.policy.law import own_records
from gallra.registers.columns import column, key, record_id
from gallra.systems.register_kinds import NOTICES

SYSTEM = "gallra"


def _word(name: str, sv: str, en: str, *, nullable: bool = False) -> Column:
    return column(name, sv, en, impersonal=True, nullable=nullable)


def _moment(name: str, sv: str, en: str, *, nullable: bool = True) -> Column:
    return column(name, sv, en, "timestamp", impersonal=True, nullable=nullable)


def _flag(name: str, sv: str, en: str) -> Column:
    return column(name, sv, en, "boolean", impersonal=True, nullable=False)


def _text(name: str, sv: str, en: str) -> Column:
    return column(name, sv, en, nullable=False)


REQUESTS = Table(
    "rights_request",
    (
        key(),
        _word("right", "rättighet", "right"),
        _word("channel", "väg in", "channel"),
        _word("state", "läge", "state"),
        _word("language", "språk", "language"),
        _text("address", "e-postadress", "e-mail address"),
        _text("name", "namn", "name"),
        _text("said", "vad begäran gäller", "what it concerns"),
        column("wishes", "önskade ändringar", "corrections wanted", "json", nullable=False),
        _flag("stop_mailings", "stoppar utskick", "stops mailings"),
        _flag("wants_told", "vill underrättas", "wants to be told"),
        column("salt", "salt", "salt", "bytes", nullable=False),
        _moment("received_at", "mottagen", "received", nullable=False),
        _moment("entered_at", "införd", "entered", nullable=False),
        _text("entered_by", "införd av", "entered by"),
        column("due_on", "sista dag", "last day", "date", impersonal=True, nullable=False),
        _flag("extended", "förlängd", "extended"),
        _moment("extended_at", "förlängning meddelad", "extension told"),
        _text("extension_reason", "skäl för förlängning", "reason for more time"),
        column("paused_on", "väntar på identitet sedan", "waits for identity since", "date", impersonal=True),
        column("paused_days", "dagar klockan stått", "days paused", "integer", impersonal=True, nullable=False),
        _text("pause_reason", "skäl för fråga om identitet", "why identity was asked for"),
        column("reminded", "senaste påminnelse", "last reminder", "integer", impersonal=True),
        _word("identity", "identitet", "identity"),
        _text("identity_reason", "hur identiteten är känd", "how identity is known"),
        _moment("identified_at", "identitet känd", "identity known"),
        _moment("looked_up_at", "uppslagen", "looked up"),
        _flag("automatic", "av sig själv", "by itself"),
        _moment("approved_at", "beslutad", "decided"),
        _text("approved_by", "beslutad av", "decided by"),
        _word("step", "steg", "step"),
        _text("refusal", "skäl för avslag", "reasons for the refusal"),
        _moment("closed_at", "avslutad", "closed"),
        _moment("completed_at", "uppskjuten radering slutförd", "deferred erasure completed"),
        column("result", "utfall i antal", "outcome in numbers", "json", impersonal=True, nullable=False),
    ),
)  # fmt: skip

LINKS = Table(
    "rights_link",
    (
        key(),
        column("request_id", "hör till", "belongs to", "integer", references=REQUESTS.name, impersonal=True),
        _word("purpose", "ändamål", "purpose"),
        column("digest", "länkens kontrollsumma", "checksum of the link", "bytes", nullable=False),
        _moment("made_at", "gjord", "made", nullable=False),
        _moment("expires_at", "går ut", "expires", nullable=False),
        _moment("used_at", "använd", "used"),
    ),
)

DECISIONS = Table(
    "rights_decision",
    (
        key(),
        record_id("request_id", REQUESTS.name),
        _word("system", "system", "system"),
        _word("kind", "posttyp", "record kind"),
        _word("table", "tabell", "table"),
        _word("proposed", "förslag", "proposed"),
        _word("verdict", "beslut", "decision"),
        column("count", "antal", "number", "integer", impersonal=True, nullable=False),
        column("until", "till och med", "until", "date", impersonal=True),
        _word("statute", "lagrum", "statute"),
        _text("reason", "skäl", "reason"),
        _text("by", "av", "by"),
    ),
)

MENTIONS = Table(
    "rights_mention",
    (
        key(),
        record_id("request_id", REQUESTS.name),
        _word("kind", "posttyp", "record kind"),
        _text("record", "post", "record"),
        _word("table", "tabell", "table"),
        _text("key", "rad", "row"),
        _word("column", "fält", "field"),
        _flag("unread", "kan inte läsas av program", "no program can read it"),
        _word("verdict", "beslut", "decision"),
        _text("text", "text som lämnas ut", "text given out"),
        _text("reason", "skäl", "reason"),
        _text("by", "av", "by"),
        _moment("done_at", "utfört", "done"),
    ),
)

TWINS = Table(
    "rights_twin",
    (
        key(),
        record_id("request_id", REQUESTS.name),
        _word("table", "tabell", "table"),
        _text("key", "rad", "row"),
        column("alike", "likhet", "likeness", "json", impersonal=True, nullable=False),
        _word("verdict", "beslut", "decision"),
        _text("reason", "skäl", "reason"),
        _text("by", "av", "by"),
        _moment("done_at", "utfört", "done"),
    ),
)

NAMED = Table(
    "rights_named",
    (
        key(),
        record_id("request_id", REQUESTS.name),
        _word("table", "tabell", "table"),
        _text("key", "rad", "row"),
        column("count", "antal texter", "number of texts", "integer", impersonal=True, nullable=False),
        _word("verdict", "beslut", "decision"),
        _text("reason", "skäl", "reason"),
        _text("by", "av", "by"),
    ),
)

ENCLOSED = Table(
    "rights_enclosed",
    (
        key(),
        record_id("request_id", REQUESTS.name),
        _word("kind", "posttyp", "record kind"),
        _text("record", "post", "record"),
        _word("table", "tabell", "table"),
        _text("key", "rad", "row"),
        _word("why", "varför", "why"),
        column("count", "antal andra", "number of others", "integer", impersonal=True, nullable=False),
        _word("verdict", "beslut", "decision"),
        _text("reason", "skäl", "reason"),
        _text("by", "av", "by"),
    ),
)

ANSWERS = Table(
    "rights_answer",
    (
        key(),
        record_id("request_id", REQUESTS.name),
        _text("file", "fil", "file"),
        column("secret", "filens nyckel", "the file's key", "bytes", nullable=False),
        column("size", "storlek i byte", "size in bytes", "integer", impersonal=True, nullable=False),
        _word("digest", "filens kontrollsumma", "checksum of the file"),
        _moment("made_at", "gjort", "made", nullable=False),
        _moment("expires_at", "går ut", "expires", nullable=False),
        _moment("fetched_at", "hämtat", "fetched"),
        column("code", "engångskod", "one-time code", "bytes"),
        _moment("code_at", "kod skickad", "code sent"),
        column("tries", "felaktiga koder", "wrong codes", "integer", impersonal=True, nullable=False),
    ),
)

REASONS = Table(
    "rights_stopreason",
    (
        column("id", "nyckel", "key", "uuid", impersonal=True, nullable=False),
        _text("text", "skäl", "reason"),
        column("on", "dag", "day", "date", impersonal=True, nullable=False),
    ),
)


def _noun(kind: str) -> Noun:
    said = own_records()[kind]
    return Noun(said.one, said.many, said.the)


KINDS = (
    RecordKind(
        name="gallra.request", system=SYSTEM, noun=_noun("gallra.request"), table=REQUESTS, people=(),
        events=(Event("the request was closed", Text("begäran avslutades", "the request was closed"), "closed_at"),),
        parts=(
            Part(LINKS, "request_id", Text("länkar", "links")),
            Part(DECISIONS, "request_id", Text("beslut", "decisions")),
            Part(MENTIONS, "request_id", Text("omnämnanden", "mentions")),
            Part(TWINS, "request_id", Text("möjligen samma person", "possibly the same person")),
            Part(NAMED, "request_id", Text("andra som nämns", "others who are named")),
            Part(ENCLOSED, "request_id", Text("den registrerades dokument", "the person's documents")),
            Part(ANSWERS, "request_id", Text("svar", "answers")),
            Part(NOTICES, "request_id", Text("underrättade mottagare", "recipients told")),
        ),
        label_columns=("right",), added="received_at",
    ),
    RecordKind(
        name="gallra.link", system=SYSTEM, noun=_noun("gallra.link"), table=LINKS, people=(),
        events=(Event("the link expired", Text("länken gick ut", "the link expired"), "expires_at"),),
        label_columns=("purpose",), passing=True,
    ),
    RecordKind(
        name="gallra.answer", system=SYSTEM, noun=_noun("gallra.answer"), table=ANSWERS, people=(),
        events=(Event("the answer was made", Text("svaret gjordes", "the answer was made"), "made_at"),),
        label_columns=("size",), passing=True,
    ),
    RecordKind(
        name="gallra.reason", system=SYSTEM, noun=_noun("gallra.reason"), table=REASONS, people=(),
        events=(Event("the reason was given", Text("skälet lämnades", "the reason was given"), "on", type="date"),),
        label_columns=("on",), passing=True,
    ),
)  # fmt: skip
