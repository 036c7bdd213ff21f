"""Mail as record kinds of Gallra's own: what was sent, what could not be, and what came to the privacy mailbox.

They name a person: the reader or the writer, whose mail it is in an extract and an erasure. A message that is still to
be sent is of no kind yet: it is going to the person this moment.
"""

from __future__ import annotations

from gallra.kinds import Column, Event, Noun, Part, PersonPath, RecordKind, Table, Text
from gallra.policy.law import own_records
from gallra.registers.columns import column, key, record_id

SYSTEM = "gallra"


def _word(name: str, sv: str, en: str) -> Column:
    return column(name, sv, en, impersonal=True, nullable=False)


def _moment(name: str, sv: str, en: str, *, nullable: bool = True) -> Column:
    return column(name, sv, en, "timestamp", impersonal=True, nullable=nullable)


OUTGOING = Table(
    "mail_outgoing",
    (
        key(),
        column("address", "till", "to", nullable=False),
        _word("text", "vilken text", "which text"),
        _word("language", "språk", "language"),
        column("subject", "ämne", "subject", nullable=False),
        column("plain", "text", "text", nullable=False),
        column("html", "text med utseende", "text with its looks", nullable=False),
        column("headers", "meddelandehuvud", "header", "json", nullable=False),
        column("secrets", "bara för läsaren", "for the reader only", "json", nullable=False),
        column("message_id", "meddelandets nummer", "message number", nullable=False),
        column("request", "begäran", "request", "integer"),
        column("about", "gäller", "about", nullable=False),
        _word("state", "läge", "state"),
        _word("fate", "utgång", "end"),
        _word("status", "svar från mottagarens server", "answer of the receiving server"),
        column("attempts", "försök", "attempts", "integer", impersonal=True, nullable=False),
        _moment("added_at", "skrivet", "written", nullable=False),
        _moment("next_at", "nästa försök", "next attempt", nullable=False),
        _moment("tried_at", "senaste försök", "last attempt"),
        _moment("sent_at", "skickat", "sent"),
        _moment("failed_at", "uppgivet", "given up"),
    ),
)

INCOMING = Table(
    "mail_incoming",
    (
        key(),
        column("digest", "kontrollsumma", "checksum", "bytes", nullable=False),
        _word("kind", "slag", "type"),
        column("address", "från", "from", nullable=False),
        column("name", "avsändarens namn", "sender's name", nullable=False),
        column("subject", "ämne", "subject", nullable=False, free_text=True),
        column("body", "text", "text", nullable=False, free_text=True),
        column("said", "text utan citat", "text without quotations", nullable=False, free_text=True),
        column("message_id", "meddelandets nummer", "message number", nullable=False),
        column("references", "tidigare meddelanden", "earlier messages", "json", nullable=False),
        column("answers", "svar på", "answer to", "integer"),
        column("request", "begäran", "request", "integer"),
        column("size", "storlek i byte", "size in bytes", "integer", impersonal=True, nullable=False),
        column("left_out", "bilagor som lämnats", "attachments left out", "integer", impersonal=True,
               nullable=False),
        column("whole", "läst i sin helhet", "read as a whole", "boolean", impersonal=True, nullable=False),
        _moment("written_at", "skrivet", "written"),
        _moment("received_at", "mottaget", "received", nullable=False),
        _moment("stored_at", "hämtat", "taken in", nullable=False),
    ),
)  # fmt: skip

ATTACHMENTS = Table(
    "mail_attachment",
    (
        key(),
        record_id("message_id", INCOMING.name),
        column("name", "filnamn", "file name", free_text=True),
        column("description", "beskrivning", "description", free_text=True),
        column("media_type", "filtyp", "media type", impersonal=True),
        column("size", "storlek i byte", "size in bytes", "integer", impersonal=True, nullable=False),
        column("file", "fil", "file", nullable=False),
        column("secret", "filens nyckel", "the file's key", "bytes", nullable=False),
        column("words", "sökord, oläsliga", "search words, unreadable"),
        _moment("added_at", "tillagd", "added", nullable=False),
    ),
)


def _noun(kind: str) -> Noun:
    said = own_records()[kind]
    return Noun(said.one, said.many, said.the)


def _person(sv: str, en: str) -> PersonPath:
    return PersonPath(email="address", role=Text(sv, en))


KINDS = (
    RecordKind(
        name="gallra.mail", system=SYSTEM, noun=_noun("gallra.mail"), table=OUTGOING,
        people=(_person("mottagare", "recipient"),),
        events=(Event("the mail was sent", Text("meddelandet skickades", "the e-mail was sent"), "sent_at"),),
        where=(("fate", "sent"),), label_columns=("text",), added="added_at", passing=True,
    ),
    RecordKind(
        name="gallra.failed_mail", system=SYSTEM, noun=_noun("gallra.failed_mail"), table=OUTGOING,
        people=(_person("mottagare", "recipient"),),
        events=(Event("the mail failed", Text("meddelandet gavs upp", "the e-mail was given up"), "failed_at"),),
        where=(("fate", "failed"),), label_columns=("text",), added="added_at", passing=True,
    ),
    RecordKind(
        name="gallra.received", system=SYSTEM, noun=_noun("gallra.received"), table=INCOMING,
        people=(_person("avsändare", "sender"),),
        events=(
            Event("the message was received", Text("meddelandet kom in", "the message came in"), "received_at"),
        ),
        parts=(
            Part(ATTACHMENTS, "message_id", Text("bilagor", "attachments"), file="file", words="words"),
        ),
        label_columns=("kind",), added="received_at",
    ),
)  # fmt: skip
